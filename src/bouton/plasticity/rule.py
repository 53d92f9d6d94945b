r"""Plasticity rules, each written for one synapse.

A rule says by how much *this* synapse changes, given what it can know itself:

    change = rule(synapse, pre, post, signal)

==========  ==========================================================================  =========================
argument    what it is                                                                  what the rule sees of it
==========  ==========================================================================  =========================
synapse     that synapse's own variables: a weight, or a PyTree (weight, trace, ...)    scalars
pre         what the presynaptic neuron makes available here (rate, spike, trace)       scalars
post        what the postsynaptic neuron makes available here (rate, voltage, ...)      scalars
signal      what reaches all synapses of a group alike (reward, surprise), or None      scalars
==========  ==========================================================================  =========================

`Synapses` maps a rule over all the synapses of a connectivity. Since a rule is handed scalars only, it cannot look at
another synapse: locality is a matter of shape, and `audit` reads it off.
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from bouton._arguments import check_ordered
from bouton._checked import Checked
from bouton._fields import Bound, Finite
from bouton.errors import InputError

__all__ = ["AffineRule", "Bounded", "Confined", "Rule"]

Scalar = Finite | Float[Array, ""]
"""A finite number, or an array without axes: what hyperparameters and the factors of a synapse are."""


class Rule(Checked):
    """The change of one synapse from scalars: what a plasticity rule is.

    Subclasses are frozen dataclasses: hyperparameters are fields, the equation is `__call__`. A rule returns the change
    in the structure of `synapse`, zero for what stays constant.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import Rule
    >>> class Covariance(Rule):
    ...     rate: float
    ...     def __call__(self, synapse, pre, post, signal):
    ...         return self.rate * (post.activity - post.mean) * pre
    """

    @abstractmethod
    def __call__(self, synapse: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        """Return the change of one synapse, in the structure of `synapse`."""

    def weight(self, synapse: PyTree) -> Any:
        """Return the part of `synapse` that transmits; the whole of it unless a rule keeps further variables."""
        return synapse


class AffineRule(Rule):
    r"""A rule whose change is affine in the presynaptic factor and in the weight.

    .. math:: \Delta w = g(\text{post}, \text{signal})\, \text{pre} - d(\text{post}, \text{signal})\, w

    Neither :math:`g` nor :math:`d` may depend on `pre` or `w`: both are known once per postsynaptic neuron, which is
    what allows a run to be done in exact blocks. A `__call__` of its own must give the same change, in another order of
    operations at most: what it does besides, such as cutting weights off, mini-batches and `skip_silent` leave out. Use
    `Bounded` for bounds.
    """

    @abstractmethod
    def gain(self, post: PyTree, signal: PyTree) -> Any:
        """Return the factor of the presynaptic activity, a scalar."""

    @abstractmethod
    def decay(self, post: PyTree, signal: PyTree) -> Any:
        """Return the factor of the weight that is taken off, a scalar."""

    def __call__(self, synapse: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        """Return ``gain * pre - decay * synapse``."""
        return self.gain(post, signal) * pre - self.decay(post, signal) * synapse


class Bounded(Rule):
    """Another rule with hard bounds on the weight: the change stops where a bound is reached.

    Parameters
    ----------
    rule : Rule
        The rule. Of one that keeps several variables, the weight is bounded.
    lower, upper : float
        The bounds, in units of the weight. Default: no bound.

    Raises
    ------
    InputError
        If `lower` exceeds `upper`.

    Examples
    --------
    >>> from bouton.plasticity import Bounded, Hebb
    >>> round(float(Bounded(Hebb(rate=1.0), upper=1.0)(0.8, 0.5, 1.0, None)), 3)
    0.2
    """

    rule: Rule
    lower: Bound | Float[Array, ""] = -float("inf")
    upper: Bound | Float[Array, ""] = float("inf")

    def __check_init__(self) -> None:
        check_ordered(self.lower, self.upper)

    def __call__(self, synapse: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        """Return the change of the inner rule, cut off at the bounds."""
        return within_bounds(self.rule, synapse, self.rule(synapse, pre, post, signal), self.lower, self.upper)

    def weight(self, synapse: PyTree) -> Any:
        """Return what transmits in the inner rule."""
        return self.rule.weight(synapse)


def within_bounds(rule: Rule, synapse: PyTree, change: PyTree, lower: Any, upper: Any) -> PyTree:
    """Return the change by a rule with that of the weight cut off where it reaches a bound."""
    weight = rule.weight(synapse)
    cut = jnp.clip(weight + rule.weight(change), lower, upper) - weight
    if jax.tree_util.treedef_is_leaf(jax.tree.structure(synapse)):
        return cut
    try:
        return eqx.tree_at(rule.weight, change, cut)
    except ValueError:
        raise InputError(
            f"{type(rule).__name__} cannot be bounded from outside: its weight is not one of the variables of its "
            "synapse but computed from them; bound it within the rule"
        ) from None


class Confined(Rule):
    """A synapse that has left its bounds goes back to the nearer one.

    `Bounded` cuts off each single change; this one comes after the summed changes of a mini-batch.

    Parameters
    ----------
    lower, upper : float
        The bounds, in units of the weight. Default: from 0 on.

    Raises
    ------
    InputError
        If `lower` exceeds `upper`.

    Examples
    --------
    >>> float(Confined()(-0.25, 0.0, 0.0, None))
    0.25
    """

    lower: Bound | Float[Array, ""] = 0.0
    upper: Bound | Float[Array, ""] = float("inf")

    def __check_init__(self) -> None:
        check_ordered(self.lower, self.upper)

    def __call__(self, synapse, pre, post, signal):
        """Return the way back to the bounds."""
        return jnp.clip(synapse, self.lower, self.upper) - synapse
