r"""Weights in the middle of a block: as they were at its start, and what the events since have made of them.

With X, Z the block's probes and presynaptic factors as rows, k the event at hand and l > k the later ones,

.. math::

    W^{(k)} = A_k W^{(0)} + C_k^\top Z, \qquad P_l = W^{(k)} x_l, \qquad G_{kl} = z_k \cdot x_l

and only P (block, m), small factors and G (block, block) change from event to event:

===================  ==========================================  =================================================
rule                 change of the panel, for every l            close of the block
===================  ==========================================  =================================================
gain c, decay d      :math:`P_l \leftarrow (1-d) P_l + c G_{kl}` :math:`W \leftarrow A W + C^\top Z`, A diagonal
residual of all v    :math:`P_l \mathrel{+}= c (G_{kl} - v \cdot P_l)`  A (m, m), or the compact form below
residual up to own   :math:`P_l \mathrel{+}= c (G_{kl} - \mathrm{cumsum}(v P_l))`  A (m, m)
===================  ==========================================  =================================================

Compact form, for fewer events than neurons: the residuals R solve :math:`(I + \mathrm{tril}(V C^\top, -1)) R = Z - V
W^{(0)}`, and :math:`W \leftarrow W + C^\top R`.

Nothing is divided by a decay, so that a neuron whose old weights are wiped out (d = 1) needs no special care.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

__all__ = ["Deferred", "Left", "Rows", "begin"]


class Deferred(eqx.Module):
    """Weights in the middle of a block: the part that changes from event to event."""

    panels: eqx.AbstractVar[tuple[Float[Array, "block posts"], ...]]

    def drive(self, probe: int, event: Int[Array, ""]) -> Float[Array, " posts"]:
        """Return the product of the present weights with a probe of an event."""
        return lax.dynamic_index_in_dim(self.panels[probe], event, keepdims=False)


class Rows(Deferred):
    """Each neuron's weights are scaled, and get a multiple of the presynaptic factor.

    Parameters
    ----------
    panels : tuple of arrays (block, posts)
        Products of the present weights with the probes of all events.
    gains, kept : arrays (block, posts)
        What each event added of its factor, and which part of the old weights it kept; `kept` is None where a rule
        forgets nothing.
    lengths : array (posts,) or None
        Squared lengths, where they are asked for.
    """

    panels: tuple[Float[Array, "block posts"], ...]
    gains: Float[Array, "block posts"]
    kept: Float[Array, "block posts"] | None
    lengths: Float[Array, " posts"] | None

    def squared_length(self) -> Float[Array, " posts"]:
        """Return the squared lengths of the present weight vectors."""
        assert self.lengths is not None
        return self.lengths

    def learn(
        self,
        event: Int[Array, ""],
        grams: tuple[Float[Array, "block block"], ...],
        factor_probe: int,
        gain: Float[Array, " posts"],
        decay: Float[Array, " posts"] | None,
    ) -> "Rows":
        """Return the weights after an event's change by ``gain * factor - decay * weights``."""
        overlaps = [lax.dynamic_index_in_dim(gram, event, keepdims=False) for gram in grams]
        keep = None if decay is None else 1 - decay
        panels = tuple(
            (panel if keep is None else keep[None] * panel) + overlap[:, None] * gain[None]
            for panel, overlap in zip(self.panels, overlaps, strict=True)
        )
        gains = lax.dynamic_update_index_in_dim(self.gains, gain, event, 0)
        kept = None if keep is None else lax.dynamic_update_index_in_dim(self.kept, keep, event, 0)
        lengths = self.lengths
        if lengths is not None:
            drive = self.drive(factor_probe, event)
            power = lax.dynamic_index_in_dim(overlaps[factor_probe], event, keepdims=False)
            lengths = (lengths if keep is None else keep * keep * lengths) + gain * (
                2 * (1 if keep is None else keep) * drive + power * gain
            )
        return Rows(panels, gains, kept, lengths)

    def close(
        self, weights: Float[Array, "posts pres"], factors: Float[Array, "block pres"]
    ) -> Float[Array, "posts pres"]:
        """Return the weights after the block."""
        if self.kept is None:
            return weights + _product(self.gains, factors)
        count = self.kept.shape[0]

        def backwards(i: Array, carry: tuple) -> tuple:
            remains, gains = carry
            event = count - 1 - i
            scaled = remains * lax.dynamic_index_in_dim(gains, event, keepdims=False)
            remains = remains * lax.dynamic_index_in_dim(self.kept, event, keepdims=False)
            return remains, lax.dynamic_update_index_in_dim(gains, scaled, event, 0)

        remains, gains = lax.fori_loop(0, count, backwards, (jnp.ones_like(self.kept[0]), self.gains))
        return remains[:, None] * weights + _product(gains, factors)


class Left(Deferred):
    """The weight matrix is multiplied by a matrix from the left, and gets a multiple of the presynaptic factor.

    Parameters
    ----------
    panels : tuple of arrays (block, posts)
        Products of the present weights with the probes of all events.
    gains : array (block, posts)
        Coefficients of the factors; in the compact form each event's own gain.
    turn : array (posts, posts) or (block, posts)
        A, or in the compact form each event's factors v of the reconstruction.
    ordered, compact : bool
        Whether neurons reconstruct with those before them only; which form it is.
    """

    panels: tuple[Float[Array, "block posts"], ...]
    gains: Float[Array, "block posts"]
    turn: Float[Array, "rows posts"]
    ordered: bool = eqx.field(static=True)
    compact: bool = eqx.field(static=True)

    def learn(
        self,
        event: Int[Array, ""],
        grams: tuple[Float[Array, "block block"], ...],
        gain: Float[Array, " posts"],
        factor: Float[Array, " posts"],
    ) -> "Left":
        """Return the weights after an event's change by ``gain * (presynaptic factor - reconstruction)``."""

        def explained(rows: Float[Array, "rows posts"]) -> Float[Array, "rows #posts"]:
            product = factor[None] * rows
            return jnp.cumsum(product, axis=1) if self.ordered else jnp.sum(product, axis=1, keepdims=True)

        panels = tuple(
            panel + gain[None] * (lax.dynamic_index_in_dim(gram, event, keepdims=False)[:, None] - explained(panel))
            for panel, gram in zip(self.panels, grams, strict=True)
        )
        if self.compact:
            gains, turn = self.gains, lax.dynamic_update_index_in_dim(self.turn, factor, event, 0)
        else:
            gains = self.gains - gain[None] * explained(self.gains)
            turn = self.turn - gain[None] * explained(self.turn)
        gains = lax.dynamic_update_index_in_dim(gains, gain, event, 0)
        return Left(panels, gains, turn, self.ordered, self.compact)

    def close(
        self, weights: Float[Array, "posts pres"], factors: Float[Array, "block pres"]
    ) -> Float[Array, "posts pres"]:
        """Return the weights after the block."""
        if not self.compact:
            # The rows of `turn` are the columns of A.
            return _product(self.turn, weights) + _product(self.gains, factors)
        system = jnp.tril(self.turn @ self.gains.T, -1) + jnp.eye(len(self.gains), dtype=weights.dtype)
        residuals = jax.scipy.linalg.solve_triangular(
            system, factors - self.turn @ weights, lower=True, unit_diagonal=True
        )
        return weights + _product(self.gains, residuals)


def _product(left: Float[Array, "block posts"], right: Float[Array, "block pres"]) -> Float[Array, "posts pres"]:
    # XLA would multiply with the transpose in place, which its products of doubles do at half their speed.
    return lax.optimization_barrier(left.T) @ right


def begin(
    weights: Float[Array, "posts pres"],
    probes: tuple[Float[Array, "block pres"], ...],
    block: int,
    *,
    left: str,
    forgets: bool,
    asks_length: bool,
) -> Any:
    """Return weights at the start of a block.

    Parameters
    ----------
    weights : array (posts, pres)
        The weights.
    probes : tuple of arrays (block, pres)
        What they will be multiplied with.
    block : int
        Number of events.
    left : "", "all" or "ordered"
        Whether the rule subtracts a reconstruction, by all neurons or by those up to a neuron's own.
    forgets : bool
        Whether the rule has a decay.
    asks_length : bool
        Whether squared lengths of the weight vectors are asked for.
    """
    n_post = weights.shape[0]
    # The weights come first in the product, and stay first: for the same reason as in `_product`.
    panels = tuple(lax.optimization_barrier(weights @ probe.T).T for probe in probes)
    gains = jnp.zeros((block, n_post), weights.dtype)
    if left:
        compact = left == "all" and block < n_post
        turn = gains if compact else jnp.eye(n_post, dtype=weights.dtype)
        return Left(panels, gains, turn, left == "ordered", compact)
    lengths = jnp.sum(weights * weights, axis=1) if asks_length else None
    return Rows(panels, gains, jnp.ones_like(gains) if forgets else None, lengths)
