r"""How many events make a block: a model of what a sample costs, event by event and in blocks.

With m x n weights of w bytes, a fraction f of neurons whose weights are rewritten, and blocks of B events, the time per
sample is

.. math::

    t_1 &= \frac{w\, m n\, (1 + 2 f)}{\text{bandwidth of a cache}} \\
    t_B &= \frac{4 m n + 2 B n}{\text{rate of products}} + \frac{3\, w\, m n / B}{\text{bandwidth beyond}}
        + \frac{w\, B m}{\text{rate of the panel}} + \frac{\text{overhead}}{B}

The rates are those of one core of a present-day server (AVX-512, 1 MB of second-level cache); of another machine they
are off by a common factor more than by their ratios, which alone decide. f is 1 unless a pathway goes from one active
neuron to the next (`Synapses.skip_silent`); then it is not known beforehand, and taken to be small.
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
_BYTES_PER_SECOND = 150e9
_BYTES_PER_SECOND_BEYOND = 60e9
_PRODUCT_BYTES_PER_SECOND = 720e9
_PANEL_BYTES_PER_SECOND = 50e9
_OVERHEAD_SECONDS = 30e-6
_ACTIVE_FRACTION = 0.3


def best_block(plan: Plan) -> int:
    """Return the number of events per block that the model finds fastest; 1 where blocks do not pay."""
    times = {
        block: sum(seconds_per_sample(*_measures(plan, pathway), block) for pathway in plan.pathways)
        for block in (1, *BLOCK_SIZES)
    }
    return min(times, key=lambda block: times[block])


def _measures(plan: Plan, pathway: Pathway) -> tuple[int, int, int, float]:
    width = plan.step.state[pathway.leaf].aval.dtype.itemsize
    return *pathway.shape, width, _ACTIVE_FRACTION if pathway.update.synapses.skip_silent else 1.0


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
    weights = n_post * n_pre
    if block == 1:
        return width * weights * (1 + 2 * active) / _BYTES_PER_SECOND
    products = width * (4 * weights + 2 * block * n_pre) / _PRODUCT_BYTES_PER_SECOND
    traffic = 3 * width * weights / block / _BYTES_PER_SECOND_BEYOND
    # A vector register is filled even where there are fewer neurons.
    panel = width * block * max(n_post, 16) / _PANEL_BYTES_PER_SECOND
    return products + traffic + panel + _OVERHEAD_SECONDS / block


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
