"""Reversal tasks lived through for a number of blocks, however many trials these take."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from bouton.behaviour.closed_loop import ClosedLoop
from bouton.behaviour.reversal_task import ReversalTask, Trial
from bouton.behaviour.reversal_trials import Trials, trials_of
from bouton.errors import InputError

__all__ = ["live_through"]

_CHUNK = 500
"""Trials of one call: one program, whatever the number of blocks."""


def live_through(loop: ClosedLoop, n_blocks: int, *, key: PRNGKeyArray, n_copies: int = 1) -> Trials:
    """Return the trials of so many blocks, of copies that each take as many trials as they need.

    Copy number i goes through what ``bouton.run(loop, ticks(...), key=jax.random.fold_in(key, i))`` does, to the end of
    its last block. One program serves all copies, and all loops that differ in numbers alone.

    Parameters
    ----------
    loop : ClosedLoop
        An agent in a `ReversalTask`.
    n_blocks : int
        How many blocks.
    key : PRNG key
        Seed of everything random.
    n_copies : int
        Number of copies. Default 1.

    Returns
    -------
    Trials
        Copy by copy.

    Raises
    ------
    InputError
        If the world is no reversal task, or a number is below 1.

    Examples
    --------
    >>> import jax
    >>> from bouton.behaviour import ChoiceModel, ClosedLoop, ReversalTask, block_lengths, live_through
    >>> loop = ClosedLoop(ChoiceModel.two_strengths(), ReversalTask())
    >>> trials = live_through(loop, 4, key=jax.random.key(0), n_copies=3)
    >>> len(block_lengths(trials).length)
    6
    """
    for name, number in (("n_blocks", n_blocks), ("n_copies", n_copies)):
        if not isinstance(number, int) or number < 1:
            raise InputError(f"{name} must be an integer of at least 1, got {number!r}")
    if not isinstance(loop.world, ReversalTask):
        raise InputError(f"blocks are those of a ReversalTask, got {type(loop.world).__name__}")
    tables = [_trials_of_one(loop, jax.random.fold_in(key, copy), n_blocks) for copy in range(n_copies)]
    copies = np.repeat(np.arange(n_copies), [len(table.block) for table in tables])
    return Trials(copies, *(np.concatenate(column) for column in list(zip(*tables, strict=True))[1:]))


def _trials_of_one(loop: ClosedLoop, key: PRNGKeyArray, n_blocks: int) -> Trials:
    state, first, parts = _begun(loop, key), 0, []
    while not parts or parts[-1][-1, 0] >= 0:
        state, part = _lived(loop, key, state, first, n_blocks)
        parts.append(np.asarray(part))
        first += _CHUNK
    return trials_of(np.concatenate(parts))


@jax.jit
def _begun(loop: ClosedLoop, key: PRNGKeyArray) -> Any:
    return loop.init(key)


@jax.jit
def _lived(loop: ClosedLoop, key: PRNGKeyArray, state: Any, first: Any, n_blocks: Any) -> tuple[Any, Array]:
    """Return the state after a chunk of trials, and their record; rows after the last block are -1."""
    tick = jnp.zeros((), jnp.uint8)

    def goes_on(carry: tuple[Array, Any, Array]) -> Array:
        number, state, _ = carry
        return (number < _CHUNK) & (state.world.block < n_blocks)

    def trial(carry: tuple[Array, Any, Array]) -> tuple[Array, Any, Array]:
        number, state, record = carry
        own = jax.random.fold_in(key, (number + first).astype(jnp.uint32))
        after, _ = loop.step(own, state, tick)
        return number + 1, after, record.at[number].set(after.world.last)

    record = jnp.full((_CHUNK, len(Trial._fields)), -1, jnp.int32)
    _, after, record = jax.lax.while_loop(goes_on, trial, (jnp.asarray(0, jnp.int32), state, record))
    return after, record
