"""What the functions of this package share at their door: seeds become generators, numbers and names are checked."""

from typing import TypeAlias

import numpy as np

from bouton.errors import InputError

Seed: TypeAlias = int | np.integer | np.random.Generator


def as_generator(seed: Seed) -> np.random.Generator:
    """Return the generator itself, or a new one for a non-negative integer: same seed, same bytes."""
    if isinstance(seed, np.random.Generator):
        return seed
    if isinstance(seed, (bool, np.bool_)) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise InputError(f"seed must be a non-negative integer or a numpy.random.Generator, got {seed!r}")
    return np.random.default_rng(int(seed))


def as_entropy(seed: Seed) -> int:
    """Return one integer from which any number of independent generators can be derived."""
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**63))
    as_generator(seed)
    return int(seed)


def at_least(name: str, value: int, smallest: int = 1) -> int:
    """Return `value` as an int, or raise the sentence that names it."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise InputError(f"{name} must be a whole number, got {value!r}")
    if value < smallest:
        raise InputError(f"{name} must be at least {smallest}, got {value}")
    return int(value)


def not_negative(name: str, value: float) -> float:
    """Return `value` as a float, or raise the sentence that names it."""
    if not np.isfinite(value) or value < 0:
        raise InputError(f"{name} must be a finite number, at least 0, got {value!r}")
    return float(value)


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value` when it is among `allowed`, or raise the sentence that lists them."""
    if value not in allowed:
        raise InputError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value
