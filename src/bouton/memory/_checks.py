"""What fits together in a memory, and what is to be said of what its rule found."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from bouton.errors import InputError
from bouton.memory._inputs import are_bits, are_signs, check_signs
from bouton.memory._problem import Problem
from bouton.memory.kernel import MemoryKernel
from bouton.memory.learning import LearnedCoefficients, MemoryRule

__all__ = ["asks_for_signs", "check_options", "check_problem", "learning_warnings"]


def check_options(max_steps: Any, precision: Any) -> None:
    """Refuse options of recall that are none."""
    if not isinstance(max_steps, int | np.integer) or max_steps < 1:
        raise InputError(f"max_steps must be an integer of at least 1, got {max_steps!r}")
    if precision not in ("double", "single"):
        raise InputError(f'precision must be "double" or "single", got {precision!r}')


def asks_for_signs(rule: MemoryRule | None, kernel: MemoryKernel, targets: np.ndarray, hetero: bool) -> bool:
    """Whether neurons respond by a sign where nobody said so: what is stored, or what stores it, is of signs."""
    asked = kernel.needs_signs or (rule is not None and rule.needs_signs)
    # Patterns of 0 and 1 are signs by mistake, about which there is something to say.
    return asked or are_signs(targets) or (not hetero and are_bits(targets))


def check_problem(problem: Problem, hetero: bool, rule: MemoryRule) -> None:
    """Refuse patterns, rules and kernels that do not fit together."""
    if problem.binary:
        check_signs("targets" if hetero else "patterns", problem.targets)
    elif rule.needs_signs:
        raise InputError(
            f"{type(rule).__name__} stores outputs of +-1: give binary=True, or another rule, say Interpolation()"
        )
    if problem.kernel.needs_signs:
        check_signs("patterns", problem.patterns)
    if problem.sees_itself:
        return
    if problem.patterns.shape[1] == 1:
        raise InputError(
            "a single neuron without self-connection has no input: give wider patterns, or self_connection=True"
        )
    problem.kernel.on_signs(jnp.zeros((1, 1)), problem.patterns.shape[1])


def learning_warnings(learned: LearnedCoefficients, rule: MemoryRule) -> list[str]:
    """Return in words what a rule did not achieve."""
    found = []
    tolerance = getattr(rule, "tolerance", np.inf)
    if learned.violation is not None and np.max(learned.violation) > tolerance:
        late = np.flatnonzero(learned.violation > tolerance)
        shown = ", ".join(map(str, late[:5])) + (", ..." if len(late) > 5 else "")
        found.append(
            f"{len(late)} neurons ({shown}) have not reached the margin after {learned.sweeps} sweeps, the worst lacks "
            f"{np.max(learned.violation):.2g}: more patterns than they can store ask for a richer kernel or for "
            "SoftMargin(), slow progress for more max_sweeps"
        )
    if learned.rank is not None and learned.rank.rank < learned.rank.size:
        found.append(
            f"the Gram matrix has rank {learned.rank.rank} for {learned.rank.size} patterns (condition "
            f"{learned.rank.condition:.1g}): only their projection is stored, so that fixed points are inexact; leave "
            "out duplicates, or choose a richer kernel"
        )
    return found
