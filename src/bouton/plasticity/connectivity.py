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

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

__all__ = ["Connectivity", "Dense", "FanIn"]


class Connectivity(eqx.Module):
    """Which presynaptic neuron each synapse of each postsynaptic neuron listens to."""

    n_pre: eqx.AbstractVar[int]
    n_post: eqx.AbstractVar[int]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Shape of an array with one entry per synapse: (posts, synapses of each)."""

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


def _check_sizes(n_pre: int, n_post: int) -> None:
    for name, value in (("n_pre", n_pre), ("n_post", n_post)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")


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
    ValueError
        If a size is below 1, or self-connections are left out between populations of different size.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import Dense
    >>> Dense(2, 3).drive(jnp.ones((3, 2)), jnp.array([1.0, 2.0])).tolist()
    [3.0, 3.0, 3.0]
    """

    n_pre: int = eqx.field(static=True)
    n_post: int = eqx.field(static=True)
    self_connections: bool = eqx.field(static=True, default=True)

    def __check_init__(self) -> None:
        _check_sizes(self.n_pre, self.n_post)
        if not self.self_connections and self.n_pre != self.n_post:
            raise ValueError(
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
    def present(self) -> Bool[Array, "posts pres"] | None:
        """None, or the mask without the diagonal."""
        if self.self_connections:
            return None
        index = jnp.arange(self.n_post)
        return index[:, None] != index[None, :]


class FanIn(Connectivity):
    """Sparse connectivity: each postsynaptic neuron lists its inputs.

    Cost and memory grow with the number of synapses that exist, posts x fan_in. Neurons with fewer inputs than the
    widest one are padded with -1.

    Parameters
    ----------
    table : int array (posts, fan_in)
        Index of the presynaptic neuron of each synapse; -1 where there is none.
    n_pre : int
        Number of presynaptic neurons.

    Raises
    ------
    ValueError
        If the table is not a 2-D integer array, or an index lies outside -1 .. n_pre - 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.plasticity import FanIn
    >>> ring = FanIn([[0, 1], [1, 2], [2, 0]], n_pre=3)
    >>> ring.drive(jnp.ones((3, 2)), jnp.array([1.0, 2.0, 4.0])).tolist()
    [3.0, 6.0, 5.0]
    """

    table: Int[Array, "posts fan_in"]
    n_pre: int = eqx.field(static=True)
    n_post: int = eqx.field(static=True)
    full: bool = eqx.field(static=True)

    def __init__(self, table, n_pre: int):
        table = np.asarray(table)
        if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer):
            raise ValueError(
                "table must be a 2-D array of integers (posts, fan_in), got "
                f"{table.ndim} dimensions of {table.dtype.name}"
            )
        _check_sizes(n_pre, table.shape[0])
        if table.size and (table.min() < -1 or table.max() >= n_pre):
            raise ValueError(
                f"table must hold indices from 0 to n_pre - 1 = {n_pre - 1}, or -1 for no synapse; got values from "
                f"{table.min()} to {table.max()}"
            )
        self.table = jnp.asarray(table, dtype=jnp.int32)
        self.n_pre = int(n_pre)
        self.n_post = int(table.shape[0])
        self.full = bool((table >= 0).all())

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of a synaptic array: (posts, fan_in)."""
        return self.n_post, self.table.shape[1]

    @property
    def present(self) -> Bool[Array, "posts fan_in"] | None:
        """None, or the mask of the synapses that are not padding."""
        return None if self.full else self.table >= 0

    def at_synapses(self, pre: Array) -> Array:
        """Return the value of each synapse's presynaptic neuron, (posts, fan_in); zero at padding."""
        gathered = pre[jnp.maximum(self.table, 0)]
        return gathered if self.full else jnp.where(self.table >= 0, gathered, jnp.zeros((), gathered.dtype))

    def drive(self, weights: Float[Array, "posts fan_in"], pre: Float[Array, " pres"]) -> Float[Array, " posts"]:
        """Return each neuron's weighted sum of its inputs."""
        return jnp.sum(weights * self.at_synapses(pre), axis=1)

    def transpose_drive(
        self, weights: Float[Array, "posts fan_in"], post: Float[Array, " posts"]
    ) -> Float[Array, " pres"]:
        """Return each input's weighted sum over the neurons that list it (a scatter: does not fold into a kernel)."""
        sent = weights * post[:, None]
        sent = sent if self.full else jnp.where(self.table >= 0, sent, jnp.zeros((), sent.dtype))
        return jnp.zeros(self.n_pre, weights.dtype).at[jnp.maximum(self.table, 0)].add(sent)
