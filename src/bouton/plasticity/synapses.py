"""`Synapses`: a rule for one synapse, mapped over all the synapses of a connectivity.

The mapping is two nested `jax.vmap`; compiled, it is the same kernel as hand-written matrix code. What a rule may see
is settled here, by the shapes of what the circuit hands over:

====================================  ==================================================
shape of a leaf of pre, post, signal  each synapse sees
====================================  ==================================================
pre (pres,)                           the value of its own presynaptic neuron
post (posts,)                         the value of its own postsynaptic neuron
signal ()                             one value that reaches all synapses alike
any of them, (posts, fan_in)          a value of its own: **not local**, and the audit says so
====================================  ==================================================
"""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from bouton._checked import Checked
from bouton.errors import InputError
from bouton.plasticity._active import changed_where_active
from bouton.plasticity.applications import Use, marked
from bouton.plasticity.connectivity import Connectivity, Dense
from bouton.plasticity.rule import AffineRule, Rule

__all__ = ["Synapses"]


class Synapses(Checked):
    """The synapses of one pathway: who is connected (`connectivity`) and how each synapse learns (`rule`).

    The synaptic variables themselves are state: they are handed in and a new value is handed back.

    Parameters
    ----------
    connectivity : Connectivity
        `Dense` or `FanIn`.
    rule : Rule
        The change of one synapse.
    skip_silent : bool
        Go from one neuron with something to learn to the next, instead of through all synapses: same result, and
        faster where few neurons of a large pathway are active. Under `jax.vmap` all synapses are gone through all the
        same. For an `AffineRule` over `Dense`. Default False.

    Raises
    ------
    InputError
        If `skip_silent` is asked for with another rule or connectivity.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import Dense, Hebb, Synapses
    >>> synapses = Synapses(Dense(2, 1), Hebb(rate=1.0))
    >>> synapses.update(jnp.zeros((1, 2)), pre=jnp.array([1.0, 2.0]), post=jnp.array([3.0])).tolist()
    [[3.0, 6.0]]
    """

    connectivity: Connectivity
    rule: Rule
    skip_silent: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        if self.skip_silent and not (isinstance(self.rule, AffineRule) and isinstance(self.connectivity, Dense)):
            raise InputError(
                "skip_silent needs an AffineRule over Dense connectivity, got "
                f"{type(self.rule).__name__} over {type(self.connectivity).__name__}"
            )

    def drive(self, synapses: PyTree, pre: Float[Array, " pres"]) -> Float[Array, " posts"]:
        """Return each postsynaptic neuron's weighted sum of its inputs."""
        return marked("drive", self, Synapses._drive, (synapses, pre), {"synapse": synapses, "pre": pre})

    def transpose_drive(self, synapses: PyTree, post: Float[Array, " posts"]) -> Float[Array, " pres"]:
        """Return each presynaptic neuron's weighted sum over the neurons that it reaches."""
        seen = {"synapse": synapses, "post": post}
        return marked("transpose drive", self, Synapses._transpose_drive, (synapses, post), seen)

    def ordered_transpose_drive(self, synapses: PyTree, post: Float[Array, " posts"]) -> Float[Array, "posts pres"]:
        """Return for each synapse, from j onto i, the sum over k <= i of w_kj y_k: no neuron makes that available.

        A rule that uses it is not local, and the audit says so. For `Dense` connectivity.

        Parameters
        ----------
        synapses : array (posts, pres)
            Weights.
        post : array (posts,)
            Postsynaptic activity y.

        Returns
        -------
        array (posts, pres)
            One value per synapse.

        Raises
        ------
        InputError
            If the connectivity is not `Dense`.
        """
        if not isinstance(self.connectivity, Dense):
            raise InputError(f"ordered sums need Dense connectivity, got {type(self.connectivity).__name__}")
        seen = {"synapse": synapses, "post": post}
        return marked("ordered transpose drive", self, Synapses._ordered, (synapses, post), seen)

    def squared_length(self, synapses: PyTree) -> Float[Array, " posts"]:
        """Return the sum of each postsynaptic neuron's squared weights: what it can know of its own synapses."""
        return marked("squared length", self, Synapses._squared_length, (synapses,), {"synapse": synapses})

    def update(self, synapses: PyTree, pre: PyTree, post: PyTree, signal: PyTree = None) -> PyTree:
        """Return the synaptic variables after one application of the rule to every synapse.

        Parameters
        ----------
        synapses : PyTree of arrays (posts, fan_in)
            Synaptic variables before.
        pre : PyTree of arrays (pres,)
            Presynaptic factors.
        post : PyTree of arrays (posts,)
            Postsynaptic factors.
        signal : PyTree of scalars, optional
            Factors that reach all synapses alike.

        Returns
        -------
        PyTree of arrays (posts, fan_in)
            Synaptic variables after.

        Raises
        ------
        InputError
            If a leaf has a shape that fits neither a neuron of its side nor one value per synapse.
        """
        one_per_synapse = any(jnp.ndim(leaf) == 2 for leaf in jax.tree.leaves((pre, post, signal)))
        apply = Synapses._apply_to_active if self.skip_silent and not one_per_synapse else Synapses._apply_to_all
        seen = {"pre": pre, "post": post, "signal": signal}
        return self._checked("update", apply, (synapses, pre, post, signal), seen)

    def mean_update(self, synapses: PyTree, pre: PyTree, post: PyTree, signal: PyTree = None) -> PyTree:
        """Return the synaptic variables after the mean change over the events of a mini-batch.

        Each event changes the same synapses by itself; a synapse moves by the mean of these changes, of which it needs
        to know no more than its own.

        Parameters
        ----------
        synapses : PyTree of arrays (posts, fan_in)
            Synaptic variables before.
        pre : PyTree of arrays (events, pres)
            Presynaptic factors of each event.
        post : PyTree of arrays (events, posts)
            Postsynaptic factors of each event.
        signal : PyTree of scalars, optional
            Factors that reach all synapses alike, the same for all events.

        Returns
        -------
        PyTree of arrays (posts, fan_in)
            Synaptic variables after.

        Raises
        ------
        InputError
            If the numbers of events differ, or an event has a shape that `update` refuses.

        Examples
        --------
        >>> import jax.numpy as jnp
        >>> from bouton.plasticity import Dense, Hebb, Synapses
        >>> synapses = Synapses(Dense(2, 1), Hebb(rate=1.0))
        >>> pre, post = jnp.array([[1.0, 2.0], [3.0, 0.0]]), jnp.array([[1.0], [1.0]])
        >>> synapses.mean_update(jnp.zeros((1, 2)), pre, post).tolist()
        [[2.0, 1.0]]
        """
        counts = {jnp.shape(leaf)[:1] for leaf in jax.tree.leaves((pre, post))}
        if len(counts) != 1 or counts & {(), (0,)}:
            raise InputError(
                "pre and post must have one row for each event of the mini-batch, and the same number of them; got "
                f"leading sizes {sorted(counts)}"
            )
        # The audit is shown one event, which is all that the rule sees.
        event = {"pre": jax.tree.map(_without_events, pre), "post": jax.tree.map(_without_events, post)}
        one_per_synapse = any(jnp.ndim(leaf) == 2 for leaf in jax.tree.leaves((event, signal)))
        is_product = isinstance(self.rule, AffineRule) and isinstance(self.connectivity, Dense) and not one_per_synapse
        apply = Synapses._apply_affine_mean if is_product else Synapses._apply_mean
        return self._checked("mean update", apply, (synapses, pre, post, signal), {**event, "signal": signal})

    def _checked(self, use: Use, apply: Callable, operands: tuple, seen: dict[str, PyTree]) -> PyTree:
        """Apply the rule to operands of which one event has the shapes of `seen`."""
        sizes = {"pre": self.connectivity.n_pre, "post": self.connectivity.n_post, "signal": None}
        for side, size in sizes.items():
            for path, leaf in jax.tree_util.tree_leaves_with_path(seen[side]):
                self._check(side, path, leaf, size)
        return marked(use, self, apply, operands, {"synapse": operands[0], **seen})

    def _drive(self, synapses: PyTree, pre: Array) -> Array:
        return self.connectivity.drive(self.rule.weight(synapses), pre)

    def _transpose_drive(self, synapses: PyTree, post: Array) -> Array:
        return self.connectivity.transpose_drive(self.rule.weight(synapses), post)

    def _ordered(self, synapses: PyTree, post: Array) -> Array:
        return jnp.cumsum(post[:, None] * self.rule.weight(synapses), axis=0)

    def _squared_length(self, synapses: PyTree) -> Array:
        weights = self.rule.weight(synapses)
        present = self.connectivity.present
        return jnp.sum(weights * weights if present is None else jnp.where(present, weights * weights, 0), axis=1)

    def _apply_to_active(
        self, synapses: Float[Array, "posts pres"], pre: Float[Array, " pres"], post: PyTree, signal: PyTree
    ) -> Float[Array, "posts pres"]:
        """Apply an affine rule to neurons whose gain or decay is not zero."""
        assert isinstance(self.rule, AffineRule)
        assert isinstance(self.connectivity, Dense)
        gain = jax.vmap(self.rule.gain, in_axes=(0, None))(post, signal)
        decay = jax.vmap(self.rule.decay, in_axes=(0, None))(post, signal)
        return changed_where_active(self.connectivity, synapses, pre, gain, decay)

    def _apply_to_all(self, synapses: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        return self._moved(synapses, self._change(synapses, pre, post, signal))

    def _apply_mean(self, synapses: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        change = jax.vmap(self._change, in_axes=(None, 0, 0, None))(synapses, pre, post, signal)
        return self._moved(synapses, jax.tree.map(lambda values: jnp.mean(values, axis=0), change))

    def _apply_affine_mean(
        self, synapses: Float[Array, "posts pres"], pre: Float[Array, "events pres"], post: PyTree, signal: PyTree
    ) -> Float[Array, "posts pres"]:
        """Apply an affine rule over dense connectivity: the mean change is one matrix product."""
        assert isinstance(self.rule, AffineRule)
        over_events = jax.vmap(jax.vmap(self.rule.gain, in_axes=(0, None)), in_axes=(0, None))
        decay = jax.vmap(jax.vmap(self.rule.decay, in_axes=(0, None)), in_axes=(0, None))(post, signal)
        gained = over_events(post, signal).T @ pre / pre.shape[0]
        return self._moved(synapses, gained - jnp.mean(decay, axis=0)[:, None] * synapses)

    def _change(self, synapses: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        arriving = jax.tree.map(self._arriving, pre)
        along_neuron = jax.vmap(self.rule, in_axes=(0, _axes(arriving, 1), _axes(post, 2), _axes(signal, 2)))
        over_neurons = jax.vmap(along_neuron, in_axes=(0, _axes(arriving, 2), _axes(post, 1), _axes(signal, 2)))
        change = over_neurons(synapses, arriving, post, signal)
        if jax.tree.structure(change) != jax.tree.structure(synapses):
            raise InputError(
                f"{type(self.rule).__name__} must return a change of the structure of its synapse, "
                f"{jax.tree.structure(synapses)}; got {jax.tree.structure(change)}"
            )
        return change

    def _moved(self, synapses: PyTree, change: PyTree) -> PyTree:
        present = self.connectivity.present
        if present is None:
            return jax.tree.map(jnp.add, synapses, change)
        return jax.tree.map(lambda old, delta: jnp.where(present, old + delta, old), synapses, change)

    def _arriving(self, leaf: Array) -> Array:
        return self.connectivity.at_synapses(leaf) if jnp.ndim(leaf) == 1 else leaf

    def _check(self, side: str, path: tuple, leaf: Any, size: int | None) -> None:
        shape = jnp.shape(leaf)
        neuron_shape = () if size is None else (size,)
        if shape not in (neuron_shape, self.connectivity.shape):
            name = side + jax.tree_util.keystr(path)
            raise InputError(
                f"{name} has shape {shape}; expected {neuron_shape}, or one value per synapse "
                f"{self.connectivity.shape} (which the audit lists as not local)"
            )


def _without_events(leaf: Array) -> jax.ShapeDtypeStruct:
    """Return the shape and type of one event of a mini-batch."""
    return jax.ShapeDtypeStruct(jnp.shape(leaf)[1:], jnp.result_type(leaf))


def _axes(tree: PyTree, mapped_rank: int) -> PyTree:
    """Axis 0 for leaves that vary along the mapped axis, None for the others.

    Leaves of rank 2 have a value per synapse and vary along both axes; of leaves of rank 1, presynaptic ones vary along
    a neuron's synapses and postsynaptic ones from neuron to neuron.
    """
    return jax.tree.map(lambda leaf: 0 if jnp.ndim(leaf) == 2 or jnp.ndim(leaf) == mapped_rank else None, tree)
