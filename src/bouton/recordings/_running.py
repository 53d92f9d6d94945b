"""One start of a fit: how it is run, what it leaves behind, and what is to be said of it."""

import dataclasses
import warnings
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from sklearn.exceptions import ConvergenceWarning

from bouton.dynamics import AgeBins, Populations
from bouton.engine import run
from bouton.recordings.fit import MesoscopicFit
from bouton.recordings.fit_state import DONE, Evaluations
from bouton.recordings.parameters import FreeParameters

__all__ = ["Found", "curvature_of", "run_fit", "warn_if_coarse", "warn_of_ends"]

_AT_BOUND, _STEP = 1e-3, 1e-4
_FEW = 50


class Found(NamedTuple):
    """What one start ended at."""

    loss: float
    curve: Float[np.ndarray, " evaluations"]
    point: Float[np.ndarray, " parameters"]
    latents: Float[np.ndarray, "trials bins populations"]
    done: bool
    """Whether it ended by itself."""


def run_fit(circuit: MesoscopicFit, seed: tuple[int, int], point: Any = None, **options: Any) -> Found:
    """Run a fit in double precision, from a start that the seed draws; or infer latents alone, at a given point."""
    with jax.enable_x64(True):
        key = jax.random.fold_in(jax.random.key(seed[0]), seed[1])
        if point is not None:
            options |= {"state": circuit.at(point, key)}
        done = run(circuit, Evaluations(circuit.longest), key=key, record={"loss": 1, "phase": 1}, **options)
        curve, phase = (np.asarray(done.recordings[name].values) for name in ("loss", "phase"))
        ended = bool(np.any(phase == DONE))
        length = int(np.argmax(phase == DONE)) + 1 if ended else len(curve)
        latents = np.moveaxis(np.asarray(done.state.latents), 1, 2)
        return Found(float(curve[length - 1]), curve[:length], np.asarray(done.state.search.point), latents, ended)


def curvature_of(
    circuit: MesoscopicFit, point: Float[np.ndarray, " parameters"], latents: Float[np.ndarray, "..."]
) -> Float[np.ndarray, "free free"]:
    """Return the second derivatives of the loss by the free parameters, as differences of gradients."""
    with jax.enable_x64(True):
        exact, held = dataclasses.replace(circuit, precision="double"), jnp.asarray(latents)
        slopes = jax.jit(lambda point: exact.losses(point, held)[1])
        free = np.flatnonzero(circuit.free.varies)
        moves = _STEP * np.eye(len(point))[free]
        ends = [[np.asarray(slopes(point + sign * move))[free] for sign in (1, -1)] for move in moves]
    found = np.array([(up - down) / (2 * _STEP) for up, down in ends])
    return 0.5 * (found + found.T)


def warn_if_coarse(populations: Populations, bins: AgeBins) -> None:
    """Warn of bins that are long for the neurons, and of populations too small for Gaussian noise."""
    shortest = 1e3 / max(populations.synaptic_rates)
    if bins.time_step > populations.refractory_time > 0:
        _say(f"bins of {bins.time_step:g} ms are longer than the refractory time: use shorter ones")
    elif bins.time_step > 2 * shortest:
        _say(f"bins of {bins.time_step:g} ms are long for synapses of {shortest:.3g} ms: rates will be off")
    if min(populations.sizes) < _FEW:
        _say(f"a population has {min(populations.sizes)} neurons: for fewer than {_FEW} the noise is not Gaussian")


def warn_of_ends(free: FreeParameters, found: Found) -> None:
    """Warn of a fit that did not end by itself, and name parameters that ended at a bound."""
    if not found.done:
        warnings.warn("the fit was not done: raise search_steps in options", ConvergenceWarning, stacklevel=3)
    ends = free.varies & ((found.point < _AT_BOUND) | (found.point > 1 - _AT_BOUND))
    if named := [name for name, at in zip(free.names, ends, strict=True) if at]:
        _say(
            f"{', '.join(named)} ended at a bound: the data do not fix them within {free.lower:g} to {free.upper:g} "
            "times the typical values; leave them out of free, or widen the bounds"
        )


def _say(sentence: str) -> None:
    warnings.warn(sentence, UserWarning, stacklevel=4)
