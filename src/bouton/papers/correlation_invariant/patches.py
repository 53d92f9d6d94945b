"""Patches of photographs that are not whitened: the fields that rate neurons of each rule learn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.analysis import orientation_index, participation_ratio
from bouton.data import load_natural5, sample_patches
from bouton.features import CorrelationInvariantNeurons
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.correlation_invariant._common import LABELS, in_batches
from bouton.report import figures

__all__ = ["SECTION"]

_FULL = ("laptop", "paper")
"""Where there are samples enough for the weights to arrive."""


@dataclass(frozen=True)
class Settings:
    """Pixels along a patch, patches, how many are presented, and the neurons that learn from them."""

    size: int = 8
    patches: int = 100_000
    samples: int = 10_000_000
    """Patches presented, in passes. After a million, fields were still spreading over 40 of 64 pixels."""
    neurons: int = 9
    learning_rate: float = 2e-3
    batch_size: int = 100
    averaging_time: float = 2000.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn from patches of five photographs as they are, beside the rule whose depression acts on the weight."""
    rng, size = generator(seed, 25), settings.size
    patches = sample_patches(load_natural5(), size, settings.patches, rng, dihedral=True).astype(np.float64)
    patches -= patches.mean(axis=0)
    patches = (patches / patches.std()).astype(np.float32)
    start = rng.normal(size=(settings.neurons, size * size)) / size
    circuits = {
        rule: CorrelationInvariantNeurons(
            size * size, settings.neurons, rule, learning_rate=settings.learning_rate,
            averaging_time=settings.averaging_time, batch_size=settings.batch_size,
        )
        for rule in ("invariant", "kurtosis", "heterosynaptic", "oja")
    }  # fmt: skip
    state, _ = in_batches(
        settings.batch_size, seed, 25, circuits, patches, start, settings.samples // settings.batch_size
    )
    fields = np.array([np.asarray(state[rule].feedforward) for rule in circuits])
    flat = fields.reshape(-1, size * size)
    variances = np.linalg.eigvalsh(np.cov(patches, rowvar=False))
    return {
        "rules": list(circuits),
        "fields": fields,
        "patch_size": size,
        "condition": float(variances[-1] / variances[0]),
        "participation": participation_ratio(flat).reshape(len(fields), -1) * 64 / size**2,
        "orientation": orientation_index(flat).reshape(len(fields), -1),
    }


def _spread(results: Mapping[str, Any]) -> float:
    """Return the pixels of the widest invariant rule's median field over those of the narrowest control's."""
    pixels = np.median(results["participation"], axis=-1)
    return float(pixels[:2].max() / pixels[2:].min())


def draw_fields(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the fields of each rule."""
    size = results["patch_size"]
    figure, panels = figures.new_figure(9.2, 2.9, 1, 4)
    for axes, rule, fields, taking in zip(
        panels, results["rules"], results["fields"], results["participation"], strict=True
    ):
        title = f"{LABELS[rule]}\n{np.median(taking):.0f} of 64 pixels"
        shown = fields / np.abs(fields).max(axis=1, keepdims=True)
        figures.tiles(shown, (size, size), columns=3, title=title, axes=axes)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(patches=5000, samples=20_000),
        "laptop": Settings(),
        "paper": Settings(patches=1_000_000, samples=10**8),
    },
    measure=measure,
    checks=(
        Check(
            "localised",
            "From patches of photographs that are not whitened, neurons of the invariant rules learn fields of fewer "
            "pixels than those of the heterosynaptic controls: median number of 64 pixels that take part, of the "
            "skewness, kurtosis, decay and Oja neurons, as the ratio of the largest invariant to the smallest control.",
            AtMost(0.5),
            _spread,
            basis.ours("it held after ten million patches, not after one (0.64)"),
            on="latent",
            scales=_FULL,
        ),
        Check(
            "oriented",
            "The invariant rule's fields are oriented: median orientation index.",
            AtLeast(0.5),
            lambda results: float(np.median(results["orientation"][0])),
            basis.ours("figure 4 shows mostly oriented pairs of ON and OFF blobs, of spiking neurons"),
            on="higher-order",
            remark="This is the rate neuron on patches of 8 by 8 pixels, not the spiking neuron of the paper. The "
            "covariance of the patches has a condition number of thousands, which slows learning down.",
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "participation": np.repeat([[20.0], [22.0], [60.0], [64.0]], 9, axis=1),
        "orientation": np.full((4, 9), 0.8),
    },
    breaks={"localised": put("participation", 40.0, 1), "oriented": put("orientation", 0.3, 0)},
    figures=(
        Figure(
            "fields",
            "Fields that nine rate neurons of each rule learn from patches of five photographs, which are not "
            "whitened, each on a scale of its own. All start from the same weights. Look for bars of the two invariant "
            "rules (a neuron may still be noise), and for the uniform fields of the rules that follow the covariance. "
            "Bars are mostly upright or level: adaptive steps of each synapse by itself prefer the axes.",
            draw_fields,
        ),
    ),
)
