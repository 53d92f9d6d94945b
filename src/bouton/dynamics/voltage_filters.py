r"""Low-pass filters of the membrane potential, which synapses read with the delay of a spike's duration.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010, and the authors' code.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Whole, check_fields
from bouton.dynamics.low_pass import LowPass

__all__ = ["VoltageFilters", "VoltageLines"]


class VoltageLines(NamedTuple):
    """Filtered potentials of the last steps, oldest first.

    Parameters
    ----------
    depression, potentiation : array (delay + 1, ...)
        In mV.
    """

    depression: Float[Array, "steps *neurons"]
    potentiation: Float[Array, "steps *neurons"]


class VoltageFilters(Checked):
    r"""Two low-pass filtered copies of the potential, which a synapse reads with the delay of a spike's duration.

    .. math:: \tau_- \dot{\bar u}_- = u - \bar u_-, \qquad \tau_+ \dot{\bar u}_+ = u - \bar u_+

    Without the delay a synapse would compare a spike with itself.

    Parameters
    ----------
    depression_time, potentiation_time : float
        :math:`\tau_-` and :math:`\tau_+`, in ms. Default 10 and 7.
    delay : int
        In ms, at least 0. Default 3.

    Raises
    ------
    InputError
        If a time is out of its range.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> filters = VoltageFilters(delay=1)
    >>> lines, _ = filters.step(filters.start(jnp.array(-70.0)), jnp.array(-60.0))
    >>> lines, (slow, fast) = filters.step(lines, jnp.array(-60.0))
    >>> lines, (slow, fast) = filters.step(lines, jnp.array(-60.0))
    >>> float(slow), round(float(fast), 3)
    (-69.0, -68.571)
    """

    depression_time: float | Float[Array, ""] = 10.0
    potentiation_time: float | Float[Array, ""] = 7.0
    delay: Whole = eqx.field(static=True, default=3)

    def __check_init__(self) -> None:
        check_fields(self)
        for time in (self.depression_time, self.potentiation_time):
            LowPass(time, exact=False)

    def start(self, potential: Float[Array, "*neurons"]) -> VoltageLines:
        """Return the filters of neurons that have been at a potential for long."""
        line = jnp.broadcast_to(potential, (self.delay + 1, *jnp.shape(potential)))
        return VoltageLines(line, line)

    def step(
        self, lines: VoltageLines, potential: Float[Array, "*neurons"]
    ) -> tuple[VoltageLines, tuple[Float[Array, "*neurons"], Float[Array, "*neurons"]]]:
        """Go on by a ms.

        Parameters
        ----------
        lines : VoltageLines
            State before.
        potential : array
            u in this step, in mV.

        Returns
        -------
        tuple of VoltageLines and tuple of two arrays
            State after, and what a synapse reads in this step: the filtered potentials of `delay` steps before, for
            depression and for potentiation.
        """
        read = lines.depression[0], lines.potentiation[0]
        depression = LowPass(self.depression_time, exact=False).step(lines.depression[-1], potential)
        potentiation = LowPass(self.potentiation_time, exact=False).step(lines.potentiation[-1], potential)
        after = VoltageLines(
            jnp.concatenate([lines.depression[1:], depression[None]]),
            jnp.concatenate([lines.potentiation[1:], potentiation[None]]),
        )
        return after, read
