"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._nonlinear_hebbian.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R6 and the comparison with FastICA.

    Parameters
    ----------
    settings : Settings
        Sizes and parameters.
    seed : int
        Seed of all data, orders and random starts.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the reference run they belong to.
    """
    from bouton.papers._nonlinear_hebbian.directions import measure_directions
    from bouton.papers._nonlinear_hebbian.fields import measure_fields, measure_shapes, measure_unwhitened
    from bouton.papers._nonlinear_hebbian.lateral import measure_network
    from bouton.papers._nonlinear_hebbian.patches import raw_patches, white_patches
    from bouton.papers._nonlinear_hebbian.theory import measure_ica, measure_indices, measure_objectives

    # The shares are those of the laptop scale.
    progress("patches", 0.0)
    patches = raw_patches(settings, seed)
    white, condition = white_patches(patches)
    progress("fields of 22 nonlinearities", 0.05)
    results: dict[str, Any] = {"condition": condition} | measure_fields(settings, seed, white)
    fields = results["R1.fields"]
    progress("shapes of the fields", 0.3)
    results |= measure_shapes(settings, fields)
    progress("without whitening", 0.4)
    results |= measure_unwhitened(settings, seed, patches, fields)
    progress("objectives and indices", 0.5)
    results |= measure_objectives(settings, seed, white, fields) | measure_indices(settings)
    progress("one heavy-tailed direction", 0.55)
    results |= measure_directions(settings, seed)
    progress("the network", 0.6)
    results |= measure_network(settings, seed, white)
    progress("FastICA", 0.75)
    results |= measure_ica(settings, seed, white, fields)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the neurons and the network whose locality is audited."""
    from bouton.papers._nonlinear_hebbian.fields import field_circuit
    from bouton.papers._nonlinear_hebbian.lateral import network

    return (
        field_circuit(settings, "quadratic-rectifier"),
        network(settings, settings.picture_threshold, "learned"),
    )
