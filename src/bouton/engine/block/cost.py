r"""How many events make a block: a model of what a sample costs, event by event and in blocks.

With m x n weights of w bytes, a fraction f of neurons whose weights are rewritten, and blocks of B events, the time per
sample is

.. math::

    t_1 &= t_{\text{event}} + w\, m n \left(\frac{1}{\text{reading}} + \frac{2 f}{\text{writing}}\right) \\
    t_B &= t_{\text{block}} + \frac{w\, (4 m n + 2 B n)}{\text{products}} + \frac{3\, w\, m n / B}{\text{traffic}}
        + \frac{w\, B m}{\text{panel}}

The rates were fitted to 60 shapes, fractions and types, n from 64 to 3072 and m from 16 to 400, on one core of a server
(AVX-512, 1 MB of second-level cache): to 9 % for single events, 13 % for blocks. Of another machine they are off by a
common factor more than by their ratios, which alone decide. f is 1 unless a pathway goes from one active neuron to the
next (`Synapses.skip_silent`). Then it is not known beforehand, and the choice is the one that loses least against the
best one, at the worse of few and all active.
"""

from typing import Literal

import numpy as np
from jaxtyping import PyTree

from bouton.engine.block.pathway import Pathway
from bouton.engine.block.plan import Plan, plan_for
from bouton.errors import InputError

__all__ = ["BLOCK_SIZES", "best_block", "chosen_block", "seconds_per_sample"]

BLOCK_SIZES = (16, 32, 64, 128)
_LARGEST_BLOCK = 1024
_EVENT_SECONDS = 0.20e-6
_READING, _WRITING = 90e9, 210e9
_BLOCK_SECONDS = 0.35e-6
_PRODUCTS, _TRAFFIC, _PANEL = 633e9, 115e9, 74e9
_FEW_ACTIVE = 0.1
# Blocks change the rounding: they must be better by so much.
_MARGIN = 1.15


def best_block(plan: Plan) -> int:
    """Return the number of events per block that loses least by the model; 1 where blocks do not pay."""
    losses = dict.fromkeys((1, *BLOCK_SIZES), 1.0)
    for few in (_FEW_ACTIVE, 1.0):
        times = {block: sum(_seconds(plan, pathway, few, block) for pathway in plan.pathways) for block in losses}
        best = min(times.values(), default=0)
        losses = {block: max(loss, times[block] / best) if best else loss for block, loss in losses.items()}
    return min(losses, key=lambda block: losses[block])


def _seconds(plan: Plan, pathway: Pathway, few: float, block: int) -> float:
    width = plan.step.state[pathway.leaf].aval.dtype.itemsize
    active = few if pathway.update.synapses.skip_silent else 1.0
    return seconds_per_sample(*pathway.shape, width, active, block) * (1 if block == 1 else _MARGIN)


def seconds_per_sample(n_post: int, n_pre: int, width: int, active: float, block: int) -> float:
    """Return the model's time per sample.

    Parameters
    ----------
    n_post, n_pre : int
        m and n.
    width : int
        Bytes per weight, w.
    active : float
        Fraction of neurons whose weights are rewritten, f.
    block : int
        Events per block, B; 1 for one event at a time.
    """
    weights = width * n_post * n_pre
    if block == 1:
        return _EVENT_SECONDS + weights * (1 / _READING + 2 * active / _WRITING)
    products = (4 * weights + 2 * width * block * n_pre) / _PRODUCTS
    # A vector register is filled even where there are fewer neurons.
    panel = width * block * max(n_post, 16) / _PANEL
    return _BLOCK_SECONDS + products + 3 * weights / block / _TRAFFIC + panel


def chosen_block(circuit: PyTree, state: PyTree, event: PyTree, block: int | Literal["auto"] | None) -> int:
    """Return the number of events per block for what was asked for.

    Parameters
    ----------
    circuit, state, event : PyTree
        What learns, its state and an event; arrays may be given by shape and type alone.
    block : int, "auto" or None
        A number of events, of which at most 1024 go into one block; the choice of the model; or None or 1 for one event
        after the other.

    Raises
    ------
    InputError
        If it is none of these, or blocks of that size are asked of a circuit none of whose weights can wait.
    """
    is_number = isinstance(block, int | np.integer) and not isinstance(block, bool)
    if not (block is None or block == "auto" or (is_number and int(block) >= 1)):
        raise InputError(f"block must be a positive integer, 'auto', or None for one event at a time, got {block!r}")
    if block is None or block == 1:
        return 1
    plan = plan_for(circuit, state, event)
    if block == "auto":
        return best_block(plan)
    if not plan.pathways:
        because = "; ".join(f"{name}: {reason}" for name, reason in plan.reasons.items()) or "no rule is applied"
        raise InputError(
            f"no weights of {type(circuit).__name__} can wait for the end of a block ({because}): use block=None, or "
            "'auto', which takes one event at a time where it must"
        )
    return min(int(block), _LARGEST_BLOCK)
