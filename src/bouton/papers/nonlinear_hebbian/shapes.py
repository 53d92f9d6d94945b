"""The shapes of the fields of seven nonlinearities, and what becomes of them where images are not whitened."""

from collections.abc import Mapping
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float

from bouton.analysis import fit_gabors, preferred_frequency
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.nonlinear_hebbian._common import (
    AT_PAPER,
    AT_SMOKE,
    CRITERION,
    FULL,
    NAMES,
    Learning,
    label,
    learned_fields,
    raw_patches,
    white_patches,
)
from bouton.report import figures

__all__ = ["SECTION"]

_FITTED = NAMES[:7]
# The cubic is not among the criteria that were chosen beforehand.
_JUDGED = [0, 1, 2, 3, 4, 6]
_RISING = [0, 1, 2, 3, 5]
_SHOWN = 9


def measure(settings: Learning, seed: int) -> dict[str, Any]:
    """Fit Gabor functions to the fields of one start; learn again from patches that were not whitened."""
    patches = raw_patches(settings.patch_size, settings.patches, seed)
    fields = learned_fields(settings, white_patches(patches), seed, _FITTED)
    unwhitened = learned_fields(settings, patches, seed, _FITTED, group=14)
    fits = [fit_gabors(rows[: settings.neurons]) for rows in fields]
    return {
        "patch_size": settings.patch_size,
        "r_squared": np.array([fit.r_squared for fit in fits]),
        # A search that ended at one of its bounds measures nothing.
        "frequency": np.array([np.where(fit.found, fit.frequency, np.nan) for fit in fits]),
        "width": np.array([np.where(fit.found, fit.width_in_wavelengths, np.nan) for fit in fits]),
        "length": np.array([np.where(fit.found, fit.length_in_wavelengths, np.nan) for fit in fits]),
        "aspect": np.array([np.where(fit.found, fit.length / fit.width, np.nan) for fit in fits]),
        "unwhitened": unwhitened[:, : min(_SHOWN, settings.neurons)],
        "preferred": _frequencies(fields),
        "preferred_unwhitened": _frequencies(unwhitened),
    }


def _frequencies(fields: Float[np.ndarray, "names neurons pixels"]) -> Float[np.ndarray, "names neurons"]:
    flat = fields.reshape(-1, fields.shape[-1])
    return np.hypot(*preferred_frequency(flat).T).reshape(len(fields), -1)


def _frequency_ratio(results: Mapping[str, Any]) -> np.ndarray:
    return np.median(results["preferred_unwhitened"], axis=1) / np.median(results["preferred"], axis=1)


def _variation(results: Mapping[str, Any]) -> float:
    """Return how much widths vary from one nonlinearity to the other, over how much lengths do."""
    spread = {name: np.ptp(np.log(np.nanmedian(results[name], axis=1))) for name in ("width", "length")}
    return float(spread["width"] / spread["length"])


def draw_shapes(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw widths and lengths of the fitted Gabor functions, and how well they fit."""
    names = [label(name) for name in _FITTED]
    return figures.gabor_shapes(names, results["width"], results["length"], results["r_squared"])


def draw_unwhitened(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the fields that were learned without whitening."""
    size, fields = results["patch_size"], results["unwhitened"]
    figure = figures.tiles(fields.reshape(-1, size**2), (size, size), columns=fields.shape[1])
    axes = figure.axes[0]
    axes.set_yticks((np.arange(len(_FITTED)) + 0.5) * (size + 1) - 1, [label(name) for name in _FITTED])
    axes.tick_params(length=0)
    return figure


def _shape(name: str, quantity: str, sentence: str, relation: Any, on: str, expected: str, remark: str = "") -> Check:
    return Check(
        name,
        sentence,
        relation,
        lambda results: np.nanmedian(results[quantity], axis=1)[_JUDGED],
        CRITERION,
        on=on,
        expected=f"{expected} in the authors' stored weights",
        remark=remark,
        scales=FULL,
    )


_BROADER = basis.ours("broader fields of lower frequency, as the figure is recalled; the bound is chosen here")

SECTION = Section(
    settings={"smoke": Learning(**AT_SMOKE), "laptop": Learning(), "paper": Learning(**AT_PAPER)},
    measure=measure,
    checks=(
        Check(
            "variation",
            "Width varies less from one nonlinearity to the other than length does (range of the logarithms, ratio).",
            AtMost(1.0),
            _variation,
            basis.ours("modest variation, in the words of the abstract; the measure is chosen here"),
            on="modest",
            expected="0.28 in the authors' stored weights",
            remark="Seen at the paper's scale with seed 0: 2.5. After ten times as many samples most fields are six to "
            "seven times longer than wide: it may be that the patch of 16 pixels bounds their lengths, so that the "
            "widths vary more.",
            scales=FULL,
        ),
        _shape(
            "frequency",
            "frequency",
            "Their preferred frequencies are alike: median of each nonlinearity, in cycles per pixel.",
            Between(0.2, 0.42),
            "modest",
            "0.24 to 0.30",
            "Seen at the paper's scale with seed 0: 0.424 for the negative sine, the others 0.30 to 0.40. After ten "
            "times as many samples fields are finer, and mostly longer than wide by a factor of six.",
        ),
        _shape(
            "r-squared",
            "r_squared",
            "The fields are Gabor functions: share of their power that a fit explains, median of each nonlinearity.",
            AtLeast(0.6),
            "gabor",
            "0.86 to 0.94",
        ),
        _shape(
            "aspect",
            "aspect",
            "They are elongated along their bars: length over width, median of each nonlinearity.",
            AtLeast(1.5),
            "gabor",
            "2.1 to 4.1",
        ),
        Check(
            "lower",
            "Without whitening the fields prefer lower frequencies: median over the median with whitening, for the "
            "nonlinearities that potentiate large drives.",
            AtMost(0.5),
            lambda results: _frequency_ratio(results)[_RISING],
            _BROADER,
            on="whitening",
            scales=FULL,
        ),
        Check(
            "lower-all",
            "So it is for all nonlinearities of positive index.",
            AtMost(1.0),
            _frequency_ratio,
            _BROADER,
            on="whitening",
            remark="The negative sigmoid and the negative sine depress what excites the neuron most of the time: "
            "without whitening they turn to the directions of least variance, which are the highest frequencies there "
            "are.",
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "r_squared": np.full((7, 9), 0.9),
        "frequency": np.full((7, 9), 0.3),
        "width": np.full((7, 9), 0.3),
        "length": np.outer(np.linspace(0.5, 1.6, 7), np.ones(9)),
        "aspect": np.full((7, 9), 3.0),
        "preferred": np.full((7, 27), 0.3),
        "preferred_unwhitened": np.full((7, 27), 0.05),
    },
    breaks={
        "variation": put("width", 0.05, 2),
        "frequency": put("frequency", 0.1, 3),
        "r-squared": put("r_squared", 0.4, 6),
        "aspect": put("aspect", 1.0, 0),
        "lower": put("preferred_unwhitened", 0.2, 5),
        "lower-all": put("preferred_unwhitened", 0.4, 6),
    },
    figures=(
        Figure(
            "shapes",
            "Gabor functions fitted to the fields: width across the bars and length along them, in wavelengths, left; "
            "the share of a field's power that its fit explains, right; a dot per neuron. Fits that end at a bound of "
            "the search have no shape and are counted only. Look for how little the width varies from one "
            "nonlinearity to the other.",
            draw_shapes,
        ),
        Figure(
            "unwhitened",
            "Fields learned from the same patches without whitening (figure 4 of the paper), nine neurons of each of "
            "seven nonlinearities. Look for broad fields of low frequency, and for the two nonlinearities that turn to "
            "the highest frequencies instead: preprocessing shapes fields more than the nonlinearity does.",
            draw_unwhitened,
        ),
    ),
)
