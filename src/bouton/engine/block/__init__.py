r"""Exact blocks: weights are read and written once for many events, on the trajectory of one event after the other.

An online rule reads all weights to drive the neurons and writes them after every event; beyond a cache's size that is
the speed of the memory. Where the change of the weights is a product of a presynaptic factor that is known beforehand
and of anything that the neurons know, a block of events needs two products of matrices with the weights, one at its
beginning and one at its end. In between, each event changes only the drives of the later ones,

.. math::

    P_l \leftarrow (1 - d_k) P_l + c_k\, (z_k \cdot x_l), \qquad l > k

which is what the weights would have done to them. It is the same algorithm, not a mini-batch: the outcome agrees to
rounding.

Over `FanIn` connectivity events are processed one by one: the products :math:`z_k \cdot x_l` would be needed for each
set of inputs that neurons have, which pays only where tens of neurons share one.
"""

from bouton.engine.block.cost import BLOCK_SIZES, best_block, chosen_block
from bouton.engine.block.loop import Block
from bouton.engine.block.pathway import Pathway
from bouton.engine.block.plan import Plan, Stage, plan_for

__all__ = ["BLOCK_SIZES", "Block", "Pathway", "Plan", "Stage", "best_block", "chosen_block", "plan_for"]
