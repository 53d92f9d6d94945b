r"""Who is connected to whom: all-to-all (`Dense`) or by a table of inputs (`FanIn`).

A connectivity knows the shape of a synaptic array and how neural quantities reach the synapses; it holds no weights.

=========  ===================  =========================================  ==========================================
class      synaptic array       drive of neuron i                          transpose drive of input j
=========  ===================  =========================================  ==========================================
`Dense`    (posts, pres)        :math:`\sum_j w_{ij} x_j`                  :math:`\sum_i w_{ij} y_i`
`FanIn`    (posts, fan_in)      :math:`\sum_k w_{ik} x_{s(i,k)}`           :math:`\sum_{i,k: s(i,k)=j} w_{ik} y_i`
=========  ===================  =========================================  ==========================================
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from bouton._arguments import check_sizes
from bouton._checked import Checked
from bouton._fields import Count, check_fields
from bouton.errors import InputError

__all__ = ["Connectivity", "Dense", "FanIn"]


class Connectivity(Checked):
    """Which presynaptic neuron each synapse of each postsynaptic neuron listens to."""

    n_pre: eqx.AbstractVar[int]
    n_post: eqx.AbstractVar[int]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Shape of an array with one entry per synapse: (posts, synapses of each)."""

    @property
    @abstractmethod
    def n_synapses(self) -> int:
        """Number of synapses that exist."""

    @abstractmethod
    def drive(self, weights: Float[Array, "posts fan_in"], pre: Float[Array, " pres"]) -> Float[Array, " posts"]:
        """Return each postsynaptic neuron's weighted sum of its inputs."""

    @abstractmethod
    def transpose_drive(
        self, weights: Float[Array, "posts fan_in"], post: Float[Array, " posts"]
    ) -> Float[Array, " pres"]:
        """Return each presynaptic neuron's weighted sum over the neurons that it reaches."""

    @abstractmethod
    def at_synapses(self, pre: Array) -> Array:
        """Return presynaptic values (pres,) as they arrive at the synapses: broadcastable against `shape`, rank kept.

        A result of rank 1 varies along the synapses of a neuron and is the same for all neurons; a result of rank 2
        has one value per synapse.
        """

    @property
    @abstractmethod
    def present(self) -> Bool[Array, "posts fan_in"] | None:
        """Mask of synapses that exist, or None where all of `shape` do."""

    @abstractmethod
    def as_matrix(self, weights: Any) -> Float[np.ndarray, "posts pres"]:
        """Return synaptic values (posts, fan_in) as a matrix, 0 where there is no synapse: for looking at."""


class Dense(Connectivity):
    """All-to-all connectivity.

    Parameters
    ----------
    n_pre, n_post : int
        Numbers of presynaptic and postsynaptic neurons.
    self_connections : bool
        False leaves out the synapse of neuron i onto itself (lateral connections); then n_pre must equal n_post, and
        the diagonal of the synaptic array never changes. Default True.

    Raises
    ------
    InputError
        If a size is below 1, or self-connections are left out between populations of different size.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import Dense
    >>> Dense(2, 3).drive(jnp.ones((3, 2)), jnp.array([1.0, 2.0])).tolist()
    [3.0, 3.0, 3.0]
    """

    n_pre: Count = eqx.field(static=True)
    n_post: Count = eqx.field(static=True)
    self_connections: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.self_connections and self.n_pre != self.n_post:
            raise InputError(
                f"self_connections=False needs one population: n_pre must equal n_post, got {self.n_pre} and "
                f"{self.n_post}"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a synaptic array: (n_post, n_pre)."""
        return self.n_post, self.n_pre

    def drive(self, weights: Float[Array, "posts pres"], pre: Float[Array, " pres"]) -> Float[Array, " posts"]:
        """Return ``weights @ pre``."""
        return weights @ pre

    def transpose_drive(
        self, weights: Float[Array, "posts pres"], post: Float[Array, " posts"]
    ) -> Float[Array, " pres"]:
        """Return ``post @ weights``."""
        return post @ weights

    def at_synapses(self, pre: Array) -> Array:
        """Return `pre` itself: synapse j of every neuron listens to neuron j."""
        return pre

    @property
    def n_synapses(self) -> int:
        """Number of synapses that exist."""
        return self.n_post * self.n_pre - (0 if self.self_connections else self.n_post)

    @property
    def present(self) -> Bool[Array, "posts pres"] | None:
        """None, or the mask without the diagonal."""
        if self.self_connections:
            return None
        index = jnp.arange(self.n_post)
        return index[:, None] != index[None, :]

    def as_matrix(self, weights: Any) -> Float[np.ndarray, "posts pres"]:
        """Return the values, 0 where there is no synapse."""
        return np.asarray(weights) if self.present is None else np.where(self.present, weights, 0)


class FanIn(Connectivity):
    """Sparse connectivity: each postsynaptic neuron lists its inputs.

    Cost and memory grow with the number of synapses that exist, posts x fan_in. Neurons with fewer inputs than the
    widest one are padded with -1.

    Parameters
    ----------
    table : int array (sites, fan_in)
        Index of the presynaptic neuron of each synapse; -1 where there is none.
    n_pre : int
        Number of presynaptic neurons.
    units_per_site : int
        Number of postsynaptic neurons, one after the other, that share a row of the table: they listen to the same
        inputs, each with synapses of its own. Default 1.

    Raises
    ------
    InputError
        If the table is not a 2-D integer array, an index lies outside -1 .. n_pre - 1, or a number is below 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import FanIn
    >>> ring = FanIn([[0, 1], [1, 2], [2, 0]], n_pre=3)
    >>> ring.drive(jnp.ones((3, 2)), jnp.array([1.0, 2.0, 4.0])).tolist()
    [3.0, 6.0, 5.0]
    """

    table: Int[Array, "sites fan_in"]
    fan_out: Int[Array, "pres fan_out"]
    n_pre: int = eqx.field(static=True)
    n_post: int = eqx.field(static=True)
    synapse_count: int = eqx.field(static=True)
    units_per_site: int = eqx.field(static=True)
    full: bool = eqx.field(static=True)
    in_order: bool = eqx.field(static=True)

    def __init__(self, table, n_pre: int, units_per_site: int = 1):
        table = np.asarray(table)
        if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer):
            raise InputError(
                "table must be a 2-D array of integers (sites, fan_in), got "
                f"{table.ndim} dimensions of {table.dtype.name}"
            )
        check_sizes(n_pre=n_pre, n_post=table.shape[0], units_per_site=units_per_site)
        if table.size and (table.min() < -1 or table.max() >= n_pre):
            raise InputError(
                f"table must hold indices from 0 to n_pre - 1 = {n_pre - 1}, or -1 for no synapse; got values from "
                f"{table.min()} to {table.max()}"
            )
        self.table = jnp.asarray(table, dtype=jnp.int32)
        self.fan_out = jnp.asarray(_fan_out(np.repeat(table, units_per_site, axis=0), n_pre))
        self.n_pre = int(n_pre)
        self.n_post = int(table.shape[0] * units_per_site)
        self.units_per_site = int(units_per_site)
        self.synapse_count = int(np.count_nonzero(table >= 0) * units_per_site)
        self.full = bool((table >= 0).all())
        self.in_order = np.array_equal(table.ravel(), np.arange(n_pre))

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a synaptic array: (posts, fan_in)."""
        return self.n_post, self.table.shape[1]

    @property
    def n_synapses(self) -> int:
        """Number of synapses that are not padding."""
        return self.synapse_count

    @property
    def present(self) -> Bool[Array, "posts fan_in"] | None:
        """None, or the mask of the synapses that are not padding."""
        return None if self.full else self._for_units(self.table >= 0)

    def at_synapses(self, pre: Array) -> Array:
        """Return the value of each synapse's presynaptic neuron, (posts, fan_in); zero at padding."""
        return self._for_units(self._at_sites(pre))

    def drive(self, weights: Float[Array, "posts fan_in"], pre: Float[Array, " pres"]) -> Float[Array, " posts"]:
        """Return each neuron's weighted sum of its inputs."""
        at_sites = self._at_sites(pre)
        by_site = weights.reshape(at_sites.shape[0], self.units_per_site, at_sites.shape[1])
        return jnp.einsum("sui,si->su", by_site, at_sites).reshape(self.n_post)

    def transpose_drive(
        self, weights: Float[Array, "posts fan_in"], post: Float[Array, " posts"]
    ) -> Float[Array, " pres"]:
        """Return each input's weighted sum over the neurons that list it, gathered by a table of fan-outs."""
        sent = (weights * post[:, None]).reshape(-1)
        arriving = sent.at[jnp.maximum(self.fan_out, 0)].get(mode="promise_in_bounds")
        return jnp.sum(jnp.where(self.fan_out >= 0, arriving, jnp.zeros((), sent.dtype)), axis=1)

    def as_matrix(self, weights: Any) -> Float[np.ndarray, "posts pres"]:
        """Return synaptic values (posts, fan_in) as a matrix, 0 where there is no synapse."""
        values, table = np.asarray(weights), np.repeat(np.asarray(self.table), self.units_per_site, axis=0)
        matrix = np.zeros((self.n_post, self.n_pre), values.dtype)
        posts, places = np.nonzero(table >= 0)
        np.add.at(matrix, (posts, table[posts, places]), values[posts, places])
        return matrix

    def _at_sites(self, pre: Array) -> Array:
        """Return what arrives at each site, (sites, fan_in); zero at padding."""
        if self.in_order:
            return pre.reshape(self.table.shape)
        gathered = pre.at[jnp.maximum(self.table, 0)].get(mode="promise_in_bounds")
        return gathered if self.full else jnp.where(self.table >= 0, gathered, jnp.zeros((), gathered.dtype))

    def _for_units(self, at_sites: Array) -> Array:
        """Return rows of the sites as rows of their units."""
        sites, fan_in = at_sites.shape
        repeated = jnp.broadcast_to(at_sites[:, None], (sites, self.units_per_site, fan_in))
        return repeated.reshape(self.n_post, fan_in)


def _fan_out(table: np.ndarray, n_pre: int) -> np.ndarray:
    """Return for each input the places of its synapses in the flattened synaptic array, padded with -1."""
    inputs = table.ravel()
    places = np.flatnonzero(inputs >= 0)
    places = places[np.argsort(inputs[places], kind="stable")]
    counts = np.bincount(inputs[places], minlength=n_pre)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    fan_out = np.full((n_pre, int(counts.max(initial=0))), -1, np.int32)
    fan_out[inputs[places], np.arange(len(places)) - first] = places
    return fan_out
