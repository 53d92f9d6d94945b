r"""Optimisers as rules: what each synapse makes, by itself, of the change that a plasticity rule proposes to it.

With :math:`\Delta` the proposed change, :math:`\lambda` the decay and :math:`\eta` the rate of the moment,

=================  ====================================================================================================
rule               change of one synapse, with :math:`g = \Delta - \lambda w`
=================  ====================================================================================================
`GradientDescent`  :math:`\eta\, g`
`Momentum`         :math:`v \leftarrow \mu v + g`, :math:`\;\eta\, v`, or by Nesterov :math:`\eta\, (g + \mu v)`
`RootMeanSquare`   :math:`s \leftarrow \beta s + (1 - \beta) g^2`, :math:`\;\eta\, g / (\sqrt s + \epsilon)`
`Adam`             :math:`v, s` as running means over :math:`1 - \beta^t`, :math:`\;\eta\, v / (\sqrt s + \epsilon)`
=================  ====================================================================================================

All of it is the synapse's own: a net that learns by Adam is as local as one that learns by plain steps.

Sources: B. T. Polyak 1964; Y. Nesterov 1983, as in I. Sutskever, J. Martens, G. Dahl, G. Hinton, ICML 2013;
D. P. Kingma, J. Ba, ICLR 2015, arXiv:1412.6980; I. Loshchilov, F. Hutter, ICLR 2019, arXiv:1711.05101 (decoupled).
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import Positive, Probability
from bouton.plasticity.rule import Rule

__all__ = [
    "Adam",
    "Descent",
    "DescentPace",
    "DescentSynapse",
    "GradientDescent",
    "Momentum",
    "RootMeanSquare",
    "descended",
]


class DescentSynapse(NamedTuple):
    """What a synapse keeps for a `Descent`.

    Parameters
    ----------
    weight : float
        The weight.
    change : float
        The change that a plasticity rule proposes, of a mini-batch.
    noise : float, optional
        A random number by which the step misses; None where steps are exact.
    mean, square : float, optional
        Running means of the changes and of their squares, as far as the rule asks for them.
    """

    weight: Any
    change: Any
    noise: Any = None
    mean: Any = None
    square: Any = None


class DescentPace(NamedTuple):
    """What reaches all synapses alike.

    Parameters
    ----------
    rate : float
        Rate of the moment.
    decay : float, optional
        Share of the weight in the change; None where there is no decay.
    step : float
        Number of the step, from 1 on.
    on : float
        1, or 0 where synapses stay as they are.
    """

    rate: Any
    decay: Any = None
    step: Any = 1.0
    on: Any = 1.0


class Descent(Rule):
    """What a synapse makes of the change that is proposed to it."""

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight

    def start(self, weights: Float[Array, "*shape"]) -> tuple[Array | None, Array | None]:
        """Return the running means of synapses that nothing was proposed to so far; None where the rule has none."""
        return None, None

    @property
    def brings_together(self) -> bool:
        """Whether decay makes two synapses alike to which the same is proposed, whatever their first weights."""
        return True

    @abstractmethod
    def moved(self, synapse: DescentSynapse, change: Any, pace: DescentPace) -> tuple[Any, Any, Any]:
        """Return the step, and what becomes of the running means."""

    def __call__(self, synapse, pre, post, signal):
        """Return the change of each variable: what was proposed is gone then. A step that is off changes nothing."""
        step, mean, square = self.moved(synapse, self._proposed(synapse, signal), signal)
        if synapse.noise is not None:
            step = step + synapse.noise
        return DescentSynapse(
            signal.on * signal.rate * step,
            -signal.on * synapse.change,
            None if synapse.noise is None else jnp.zeros_like(synapse.noise),
            None if synapse.mean is None else signal.on * (mean - synapse.mean),
            None if synapse.square is None else signal.on * (square - synapse.square),
        )

    def _proposed(self, synapse: DescentSynapse, pace: DescentPace) -> Any:
        return synapse.change if pace.decay is None else synapse.change - pace.decay * synapse.weight


class GradientDescent(Descent):
    r"""A step is the proposed change times the rate.

    Examples
    --------
    >>> float(GradientDescent()(DescentSynapse(2.0, 3.0), None, None, DescentPace(0.5, decay=1.0)).weight)
    0.5
    """

    def moved(self, synapse, change, pace):
        """Return the change."""
        return change, None, None


class Momentum(Descent):
    r"""A step goes on in the direction of those before it.

    Parameters
    ----------
    momentum : float
        :math:`\mu`. Default 0.9.
    nesterov : bool
        Whether a step looks ahead. Default False.

    Examples
    --------
    >>> float(Momentum(0.5)(DescentSynapse(0.0, 1.0, mean=2.0), None, None, DescentPace(0.1)).weight)
    0.2
    """

    momentum: Probability | Float[Array, ""] = 0.9
    nesterov: bool = eqx.field(static=True, default=False)

    def start(self, weights):
        """Return one running mean."""
        return jnp.zeros_like(weights), None

    def moved(self, synapse, change, pace):
        """Return the step, and the running sum of changes."""
        velocity = self.momentum * synapse.mean + change
        return change + self.momentum * velocity if self.nesterov else velocity, velocity, None


class RootMeanSquare(Descent):
    r"""A step is the change over its running size (RMSProp).

    Parameters
    ----------
    memory : float
        :math:`\beta`. Default 0.9.
    epsilon : float
        Default 1e-8.

    Examples
    --------
    >>> pace = DescentPace(0.1)
    >>> round(float(RootMeanSquare(0.0)(DescentSynapse(0.0, 5.0, square=0.0), None, None, pace).weight), 4)
    0.1
    """

    memory: Probability | Float[Array, ""] = 0.9
    epsilon: Positive | Float[Array, ""] = 1e-8

    @property
    def brings_together(self) -> bool:
        """No: the running mean of squares is not that of the other synapse."""
        return False

    def start(self, weights):
        """Return one running mean, of squares."""
        return None, jnp.zeros_like(weights)

    def moved(self, synapse, change, pace):
        """Return the step, and the running mean of squares."""
        square = self.memory * synapse.square + (1 - self.memory) * change * change
        return change / (jnp.sqrt(square) + self.epsilon), None, square


class Adam(Descent):
    r"""A step is the running mean of changes over their running size.

    Parameters
    ----------
    memory, square_memory : float
        :math:`\beta` of both means. Default 0.9 and 0.999.
    epsilon : float
        Default 1e-8.
    decoupled : bool
        Whether decay takes its share off the weight beside the step, which the running means do not see (AdamW).
        Default False.

    Examples
    --------
    The first step has the size of the rate, whatever the change:

    >>> synapse = DescentSynapse(0.0, 5.0, mean=0.0, square=0.0)
    >>> round(float(Adam()(synapse, None, None, DescentPace(0.1)).weight), 4)
    0.1
    """

    memory: Probability | Float[Array, ""] = 0.9
    square_memory: Probability | Float[Array, ""] = 0.999
    epsilon: Positive | Float[Array, ""] = 1e-8
    decoupled: bool = eqx.field(static=True, default=False)

    @property
    def brings_together(self) -> bool:
        """Only if decay is decoupled: else the running means are not those of the other synapse."""
        return self.decoupled

    def start(self, weights):
        """Return both running means."""
        return jnp.zeros_like(weights), jnp.zeros_like(weights)

    def moved(self, synapse, change, pace):
        """Return the step, and the running means."""
        mean = self.memory * synapse.mean + (1 - self.memory) * change
        square = self.square_memory * synapse.square + (1 - self.square_memory) * change * change
        size = jnp.sqrt(square / (1 - self.square_memory**pace.step)) + self.epsilon
        step = mean / (1 - self.memory**pace.step) / size
        if self.decoupled and pace.decay is not None:
            step = step - pace.decay * synapse.weight
        return step, mean, square

    def _proposed(self, synapse: DescentSynapse, pace: DescentPace) -> Any:
        return synapse.change if self.decoupled else super()._proposed(synapse, pace)


def descended(rule: Descent, weights: Any, change: Any, mean: Any, square: Any, pace: DescentPace) -> tuple:
    """Return weights and both running means after a step, each a tree of arrays like the weights."""

    def one(*parts: Array) -> DescentSynapse:
        weights, change, mean, square = parts
        synapse = DescentSynapse(weights, change, None, mean, square)
        return jax.tree.map(jnp.add, synapse, rule(synapse, None, None, pace))

    found, structure = jax.tree.flatten(weights)
    rows = zip(found, *map(jax.tree.leaves, (change, mean, square)), strict=True)
    after = [one(*row) for row in rows]
    parts = ([each.weight for each in after], [each.mean for each in after], [each.square for each in after])
    return tuple(jax.tree.unflatten(structure, part) for part in parts)
