"""The experiment of the paper: single synapses under protocols, and a receptive field."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bouton.papers._clopath.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R4, and bursts.

    Parameters
    ----------
    settings : Settings
        Sizes.
    seed : int
        Seed of inputs and starts of the receptive field.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the experiment that they belong to.
    """
    import jax

    from bouton.papers._clopath.field import measure_field
    from bouton.papers._clopath.pairing import measure_bursts, measure_clamp, measure_pairing

    with jax.enable_x64(True):
        progress("pairs of spikes", 0.0)
        results = measure_pairing(settings)
        progress("voltage clamp", 0.3)
        results |= measure_clamp()
        progress("bursts", 0.35)
        results |= measure_bursts(settings)
    results |= measure_field(settings, seed, lambda done: progress("receptive field", 0.5 + 0.5 * done))
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> Sequence[Any]:
    """Return the neuron whose field develops."""
    from bouton.papers._clopath.field import neuron_of

    return [neuron_of(settings)]
