"""The experiment of the paper: slices of visual cortex, hippocampal cultures, Poisson spikes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bouton.papers._triplet_stdp.settings import (
    ERRORS,
    FREQUENCY,
    PAIR_TIMES,
    POST_RATES,
    PRE_RATE,
    RATES,
    SLIDING_RATES,
    TRIPLET_INTERVALS,
    Settings,
)

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]

_PAIR_PARAMETERS = ("potentiation", "depression", "potentiation_time", "depression_time")


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R3.

    Parameters
    ----------
    settings : Settings
        Sizes.
    seed : int
        Seed of the Poisson spikes.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the experiment that they belong to.
    """
    import jax

    with jax.enable_x64(True):
        progress("slices of visual cortex", 0.0)
        results = _visual_cortex(settings)
        progress("a rule of pairs, fitted", 0.2)
        results |= _pairs(settings)
        progress("hippocampal cultures", 0.5)
        results |= _hippocampus()
        progress("Poisson spikes", 0.6)
        results |= _rates(settings, seed)
    progress("done", 1.0)
    return results


def _curve(rule: Any, settings: Settings) -> dict[str, Any]:
    """Return a rule's change over rates and times, finely, for the figures."""
    import numpy as np

    from bouton.plasticity import protocols

    rates = np.linspace(0.5, 50.0, settings.map_points)
    times = np.linspace(-40.0, 40.0, settings.map_points)
    return {
        "rates": rates,
        "times": times,
        "curve": np.asarray(protocols.pairing(rule, [10.0, -10.0], rates)),
        "map": np.asarray(protocols.pairing(rule, times, rates)),
    }


def _visual_cortex(settings: Settings) -> dict[str, Any]:
    import numpy as np

    from bouton.plasticity import protocols, triplet_set

    results: dict[str, Any] = {}
    for name in ERRORS:
        rule = triplet_set(name)
        results[f"R1.{name}.error"] = protocols.fit_error(rule)
        if name in FREQUENCY:
            results[f"R1.{name}.changes"] = np.asarray(protocols.pairing(rule, [10.0, -10.0], RATES))
            results[f"R1.{name}"] = _curve(rule, settings)
    return results


def _pairs(settings: Settings) -> dict[str, Any]:
    """Fit a rule of pairs from several starts: all four parameters, and the amplitudes alone."""
    import numpy as np

    from bouton.plasticity import PairSTDP, protocols, triplet_set

    window = triplet_set("visual-cortex")
    known = PairSTDP(0.005, 0.005, window.potentiation_time, window.depression_time)
    fits = {"amplitudes": protocols.fit(known, _PAIR_PARAMETERS[:2])}
    starts = [PairSTDP(0.005, 0.005, first, second) for first in settings.fit_starts for second in settings.fit_starts]
    fits["free"] = min((protocols.fit(start, _PAIR_PARAMETERS) for start in starts), key=lambda found: found.error)
    results: dict[str, Any] = {}
    for name, (rule, error) in fits.items():
        results[f"R1.pairs.{name}.error"] = error
        results[f"R1.pairs.{name}.parameters"] = {part: getattr(rule, part) for part in _PAIR_PARAMETERS}
        results[f"R1.pairs.{name}.changes"] = np.asarray(protocols.pairing(rule, [10.0, -10.0], RATES))
        results[f"R1.pairs.{name}"] = _curve(rule, settings)
    return results


def _hippocampus() -> dict[str, Any]:
    import numpy as np

    from bouton.plasticity import protocols, triplet_set

    rule = triplet_set("hippocampus")
    lags = np.concatenate([np.arange(-100.0, 0.0, 2.0), np.arange(2.0, 101.0, 2.0)])
    gaps = np.concatenate([np.arange(-100.0, -9.0, 2.0), np.arange(10.0, 101.0, 2.0)])
    return {
        "R2.pairs": np.asarray(protocols.pairing(rule, PAIR_TIMES, 1.0)),
        "R2.window": np.asarray(protocols.pairing(rule, lags, 1.0)),
        "R2.lags": lags,
        "R2.quadruplets": np.asarray(protocols.quadruplets(rule, gaps)),
        "R2.gaps": gaps,
    } | {
        f"R2.{middle}": np.array([float(protocols.triplets(rule, *pair, middle)) for pair in TRIPLET_INTERVALS])
        for middle in ("post", "pre")
    }


def _rates(settings: Settings, seed: int) -> dict[str, Any]:
    import numpy as np

    from bouton.plasticity import SlidingTripletSTDP, protocols, triplet_set

    full, minimal = triplet_set("visual-cortex"), triplet_set("visual-cortex-minimal")
    sliding = SlidingTripletSTDP(minimal, target=minimal.threshold(PRE_RATE))
    size = {"duration": settings.poisson_duration, "runs": settings.poisson_runs}
    fine = np.linspace(0.0, 42.0, 85)
    return {
        "R3.drifts": np.asarray(protocols.poisson(minimal, PRE_RATE, POST_RATES, seed=seed, **size)),
        "R3.sliding": np.asarray(protocols.poisson(sliding, PRE_RATE, SLIDING_RATES, seed=seed + 1, **size)),
        "R3.rates": fine,
        "R3.theory": minimal.drift(PRE_RATE, fine),
        "R3.thresholds": np.array([minimal.threshold(PRE_RATE), full.threshold(PRE_RATE)]),
    }


def circuits(settings: Settings) -> Sequence[Any]:
    """Return a pathway with the rule, with its sliding threshold, and with pairs."""
    from bouton.papers._triplet_stdp.pathway import ToldPathway
    from bouton.plasticity import PairSTDP, SlidingTripletSTDP, TripletSTDP

    return [ToldPathway(rule) for rule in (TripletSTDP(), SlidingTripletSTDP(TripletSTDP()), PairSTDP())]
