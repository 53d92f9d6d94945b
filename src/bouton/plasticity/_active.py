r"""An affine change of all weights, made only in the rows of neurons that have something to learn.

.. math:: W_i \leftarrow W_i + g_i\, x - d_i\, W_i \quad\text{for all } i \text{ with } g_i \ne 0 \text{ or } d_i \ne 0

A loop goes from one such row to the next, which pays where few neurons of a large pathway are active. Lanes of
`jax.vmap` cannot share it: each would wait for the one with most to do, and all weights would be copied each time
round. There all rows are changed at once, a few fused products; derivatives are those of this form as well.
"""

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap
from jaxtyping import Array, Float

from bouton._loops import element, next_nonzero, update_row
from bouton.plasticity.connectivity import Dense

__all__ = ["changed_where_active"]


def changed_where_active(
    connectivity: Dense,
    weights: Float[Array, "posts pres"],
    pre: Float[Array, " pres"],
    gain: Float[Array, " posts"],
    decay: Float[Array, " posts"],
) -> Float[Array, "posts pres"]:
    """Return ``weights + gain * pre - decay * weights``, having left alone the rows where gain and decay are zero."""

    def at_once(weights: Array, pre: Array, gain: Array, decay: Array) -> Array:
        new = weights + (gain[:, None] * pre[None] - decay[:, None] * weights)
        return new if connectivity.present is None else jnp.where(connectivity.present, new, weights)

    @custom_vmap
    def row_by_row(weights: Array, pre: Array, gain: Array, decay: Array) -> Array:
        return _row_by_row(connectivity, weights, pre, gain, decay)

    @row_by_row.def_vmap
    def lanes(axis_size: int, batched: list[bool], *operands: Array) -> tuple[Array, bool]:
        in_axes = tuple(0 if is_batched else None for is_batched in batched)
        return jax.vmap(at_once, in_axes=in_axes, axis_size=axis_size)(*operands), True

    @jax.custom_jvp
    def changed(weights: Array, pre: Array, gain: Array, decay: Array) -> Array:
        return row_by_row(weights, pre, gain, decay)

    @changed.defjvp
    def derivative(operands: tuple, tangents: tuple) -> tuple[Array, Array]:
        return changed(*operands), jax.jvp(at_once, operands, tangents)[1]

    return changed(weights, pre, gain, decay)


def _row_by_row(connectivity: Dense, weights: Array, pre: Array, gain: Array, decay: Array) -> Array:
    learns = jnp.abs(gain) + jnp.abs(decay)
    zero = jnp.zeros((), learns.dtype)
    others = jnp.arange(connectivity.n_pre, dtype=jnp.int32)[None]

    def find_next(after: Array) -> tuple[Array, Array]:
        return next_nonzero(lambda i: element(learns, i), connectivity.n_post, after, zero)

    def learn(carry: tuple) -> tuple:
        i, _, weights = carry

        def learned(old: Array) -> Array:
            new = old + (element(gain, i) * pre[None] - element(decay, i) * old)
            return new if connectivity.self_connections else jnp.where(others == i, old, new)

        return *find_next(i), update_row(weights, i, learned)

    first = (*find_next(-jnp.ones((), jnp.int32)), weights)
    return jax.lax.while_loop(lambda carry: carry[0] < connectivity.n_post, learn, first)[2]
