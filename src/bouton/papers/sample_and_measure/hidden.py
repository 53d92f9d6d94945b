"""Hidden neurons in the model: useless to the likelihood, and of use where statistics dominate the loss."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sample_and_measure._common import FULL, Data, cases, connectivity, fitted, scored, tiny
from bouton.recordings import HiddenRateTerm, NoiseCorrelationTerm, PSTHTerm
from bouton.report import figures

__all__ = ["SECTION"]

_FITS = ["likelihood", "likelihood, hidden", "statistics", "statistics, hidden"]
_DIRECT = NoiseCorrelationTerm(1000.0, n_lags=3, estimator="rao-blackwell")
_OURS = basis.ours("chosen from a run of another program on networks drawn alike")


@dataclass(frozen=True)
class Settings:
    """Sizes, hidden neurons of the model, and which of the fits."""

    data: Data = field(default_factory=Data)
    hidden: int = 4
    fits: tuple[int, ...] = (0, 1, 2, 3)


def _fit(settings: Settings, number: int, recording: Any) -> Any:
    statistics: dict[str, Any] = {"likelihood_weight": 0.02, "options": {"start_scale": 0.1}}
    options: tuple[dict[str, Any], ...] = (
        {"statistics": 0.0},
        {"n_hidden": settings.hidden, "terms": (HiddenRateTerm(),)},
        statistics | {"terms": (PSTHTerm(), _DIRECT)},
        statistics | {"n_hidden": settings.hidden, "terms": (PSTHTerm(), _DIRECT, HiddenRateTerm())},
    )
    return fitted(settings.data, recording, **options[number])


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Fit each network's recording in up to four ways."""
    own = cases(settings.data, seed)
    scores = np.full((len(own), len(_FITS), 4), np.nan)
    couplings, out = np.full((len(own), len(_FITS), 3), np.nan), np.full((len(own), len(_FITS)), np.nan)
    seen = settings.data.n_recorded
    matrices = np.full((1 + len(_FITS), seen, seen), np.nan)
    for place, case in enumerate(own):
        for number in settings.fits:
            model = _fit(settings, number, case.training)
            scores[place, number] = scored(settings.data, model, case)
            couplings[place, number] = connectivity(model, case)
            out[place, number] = _shrunk(model, seen)
            if place == 0:
                matrices[0] = 0.4 * case.truth.couplings
                matrices[1 + number] = 0.4 * model.couplings_[:seen, :seen]
    return {
        "scores": scores, "couplings": couplings, "shrunk": out, "matrices": matrices,
        "floors": np.array([case.floor for case in own]),
    }  # fmt: skip


def _shrunk(model: Any, seen: int) -> float:
    """Return the size of kernels from hidden to recorded neurons over that before the fit; NaN without hidden ones."""
    network = model.circuit_.network
    if not network.n_hidden:
        return float("nan")
    shape = network.n_lags, network.n_neurons, network.n_neurons
    start = model.circuit_.init(jax.random.key(model.random_state)).parameters
    before, after = (np.asarray(each.kernels).reshape(shape)[:, seen:, :seen] for each in (start, model.parameters_))
    return float(np.linalg.norm(after) / np.linalg.norm(before))


def _column(name: str, fit: int, column: int) -> Any:
    return lambda results: np.asarray(results[name])[:, fit, column]


def draw_connectivity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how good the couplings are, a dot for each network and fit."""
    figure, panels = figures.new_figure(7.6, 2.9, 1, 3, sharey=True)
    names = ("correlation with the truth", "root mean square error", "mean error")
    for column, (axes, name) in enumerate(zip(panels, names, strict=True)):
        for place in range(len(_FITS)):
            values = results["couplings"][:, place, column]
            axes.plot(values, np.full(len(values), place), "o", color=figures.category_colours(1)[0], alpha=0.6)
        axes.set(xlabel=name, yticks=range(len(_FITS)))
    panels[2].axvline(0, color=figures.muted(), linewidth=0.8)
    panels[0].set_yticklabels(_FITS)
    panels[0].invert_yaxis()
    return figure


def draw_matrices(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the couplings of the first network, true and fitted."""
    names = ("true", *_FITS)
    told = [number for number, matrix in enumerate(results["matrices"]) if np.all(np.isfinite(matrix))]
    figure, panels = figures.new_figure(1.7 * len(told) + 0.9, 2.6, 1, len(told))
    most = float(np.nanmax(np.abs(results["matrices"])))
    for axes, number in zip(panels, told, strict=True):
        axes.imshow(results["matrices"][number], cmap=figures.diverging(), vmin=-most, vmax=most)
        axes.set(title=names[number].replace(", ", ",\n"), xlabel="to", xticks=[], yticks=[])
        axes.title.set_fontsize(9)
    panels[0].set_ylabel("from")
    figure.colorbar(panels[0].images[0], ax=list(panels), shrink=0.8, label="coupling")
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(tiny(), 2, (0, 3)),
        "laptop": Settings(),
        "paper": Settings(Data(networks=10)),
    },
    measure=measure,
    checks=(
        Check(
            "finite",
            "Statistics with hidden neurons: all scores are numbers.",
            AtMost(0),
            lambda results: int(np.sum(~np.isfinite(results["scores"][:, 3]))),
            basis.ours("that it can be fitted"),
            on="hidden",
        ),
        Check(
            "false-excitation",
            "Likelihood alone: mean error of the couplings, each network.",
            AtLeast(0.08),
            _column("couplings", 0, 2),
            _OURS,
            scales=FULL,
        ),
        Check(
            "likelihood-ignores",
            "Likelihood with hidden neurons: negative log likelihood less that without, in nats, each network: size.",
            AtMost(0.001),
            lambda results: np.abs(_column("scores", 1, 0)(results) - _column("scores", 0, 0)(results)),
            _OURS,
            on="hidden",
            scales=FULL,
        ),
        Check(
            "noise-ignored",
            "Likelihood with hidden neurons: error of noise correlations over that without, less 1: size.",
            AtMost(0.05),
            lambda results: np.abs(_column("scores", 1, 2)(results) / _column("scores", 0, 2)(results) - 1),
            _OURS,
            scales=FULL,
        ),
        Check(
            "fade",
            "Likelihood with hidden neurons: size of their kernels on recorded ones over that before the fit.",
            AtMost(0.5),
            lambda results: np.asarray(results["shrunk"])[:, 1],
            basis.ours("that they shrink: hidden spikes that are drawn without the data are noise to the likelihood"),
            scales=FULL,
        ),
        Check(
            "statistics-match",
            "Statistics with hidden neurons: error of noise correlations over that of the true network.",
            AtMost(1.5),
            lambda results: _column("scores", 3, 2)(results) / results["floors"],
            _OURS,
            on="hidden",
            scales=FULL,
        ),
        Check(
            "hidden-error",
            "Statistics: error of couplings with hidden neurons over that without, each network.",
            AtMost(0.9),
            lambda results: _column("couplings", 3, 1)(results) / _column("couplings", 2, 1)(results),
            _OURS,
            on="hidden",
            scales=FULL,
        ),
        Check(
            "hidden-correlation",
            "Statistics: correlation of couplings with the truth with hidden neurons less that without, each network.",
            AtLeast(0.05),
            lambda results: _column("couplings", 3, 0)(results) - _column("couplings", 2, 0)(results),
            _OURS,
            on="hidden",
            scales=FULL,
        ),
        Check(
            "better-error",
            "Statistics with hidden neurons: error of couplings over that of the likelihood alone, each network.",
            AtMost(1.0),
            lambda results: _column("couplings", 3, 1)(results) / _column("couplings", 0, 1)(results),
            basis.ours("better than without"),
            on="better-connectivity",
            scales=FULL,
            remark="Not found in our runs of either program. The mean error is smaller, but single couplings are less "
            "well fixed by the statistics than by the likelihood of every bin.",
        ),
        Check(
            "better-correlation",
            "Statistics with hidden neurons: correlation of couplings with the truth less that of likelihood.",
            AtLeast(0.0),
            lambda results: _column("couplings", 3, 0)(results) - _column("couplings", 0, 0)(results),
            basis.ours("better than without"),
            on="better-connectivity",
            scales=FULL,
            remark="Not found in our runs of either program.",
        ),
    ),
    holds=lambda: {
        "scores": np.tile([[0.495, 0.9, 0.06, 0.02], [0.495, 0.9, 0.06, 0.02], [0.54, 0.9, 0.012, 0.06],
                           [0.54, 0.9, 0.011, 0.06]], (3, 1, 1)),
        "couplings": np.tile([[0.77, 0.19, 0.13], [0.77, 0.19, 0.13], [0.5, 0.3, 0.06], [0.8, 0.18, 0.06]], (3, 1, 1)),
        "shrunk": np.full((3, 4), 0.2),
        "floors": np.full(3, 0.01),
    },
    breaks={
        "finite": put("scores", np.nan, (0, 3, 1)),
        "false-excitation": put("couplings", 0.0, (0, 0, 2)),
        "likelihood-ignores": put("scores", 0.48, (0, 1, 0)),
        "noise-ignored": put("scores", 0.05, (0, 1, 2)),
        "fade": put("shrunk", 0.9, (0, 1)),
        "statistics-match": put("scores", 0.02, (0, 3, 2)),
        "hidden-error": put("couplings", 0.29, (0, 3, 1)),
        "hidden-correlation": put("couplings", 0.51, (0, 3, 0)),
        "better-error": put("couplings", 0.2, (0, 3, 1)),
        "better-correlation": put("couplings", 0.7, (0, 3, 0)),
    },
    figures=(
        Figure(
            "connectivity",
            "Couplings between recorded neurons, fitted by likelihood alone and with statistics that dominate the "
            "loss, each without and with hidden neurons in the model; each network a dot.",
            draw_connectivity,
        ),
        Figure("matrices", "Couplings of the first network, true and fitted.", draw_matrices),
    ),
)  # fmt: skip
