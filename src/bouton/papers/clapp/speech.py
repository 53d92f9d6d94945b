"""Synthetic speech: whether saccades to other utterances, or within the same one, favour speakers or phones.

Each frame is seen with its two neighbours, by dense layers: what a convolution in time with a kernel of three frames
sees in its first layer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.credit import DenseLayer
from bouton.credit.predictive import CLAPPNetwork, probe_accuracy
from bouton.data import Speech, synthetic_speech
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.clapp._common import FULL, learn
from bouton.report import figures

__all__ = ["SECTION"]

SACCADES = {"other utterances": "same place", "same utterance": "within"}
_PROBES = ("phone", "speaker")
_FRAMES = 8000


@dataclass(frozen=True)
class Settings:
    """Utterances, of which the first ones are learned from, units of each layer, passes, and distances."""

    utterances: int = 360
    known: int = 240
    units: tuple[int, ...] = (64, 64, 64)
    epochs: int = 20
    offsets: tuple[int, ...] = (1, 2, 3, 4)
    phones_each: int = 12
    saccades: tuple[str, ...] = tuple(SACCADES)


def network(settings: Settings, saccades: Any, steps: int) -> CLAPPNetwork:
    """Return layers on frames with their two neighbours."""
    layers = [DenseLayer(each, Rectifier()) for each in settings.units]
    return CLAPPNetwork(
        layers, (72,), steps, 1, settings.offsets, batch_size=16, saccades=saccades, learning_rate=1e-3
    )  # fmt: skip


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return by layer what frames tell of phones, and means over utterances of speakers."""
    speech = synthetic_speech(settings.utterances, phones_each=settings.phones_each, seed=seed)
    padded = np.pad(speech.frames, ((0, 0), (1, 1), (0, 0)))
    windows = np.concatenate([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], axis=2)
    keys = jax.random.split(random_key(seed, 6), 1)
    found: dict[str, Any] = {"input": _probed(windows, speech, settings.known)}
    for name in settings.saccades:
        circuit = network(settings, SACCADES[name], windows.shape[1])
        sequences = windows[None, :, :, None]
        before, after, info = learn(
            circuit, sequences, settings.known, settings.epochs, keys, seed, lengths=speech.lengths
        )
        found[name] = _by_layer(circuit, after, windows, speech, settings.known)
        found[f"loss, {name}"] = info.loss[0, -1]
        if "random" not in found:
            found["random"] = _by_layer(circuit, before, windows, speech, settings.known)
    return found


def _by_layer(circuit: CLAPPNetwork, states: Any, windows: np.ndarray, speech: Speech, known: int) -> np.ndarray:
    state = jax.tree.map(lambda leaf: leaf[0], states)
    values = circuit.features(state, windows.reshape(-1, windows.shape[-1]))
    return np.array([_probed(np.asarray(each).reshape(*windows.shape[:2], -1), speech, known) for each in values])


def _probed(values: np.ndarray, speech: Speech, known: int) -> np.ndarray:
    """Return the accuracies of phones from frames and of speakers from means over utterances."""
    real = speech.phones >= 0
    rows = [values[part][real[part]][:_FRAMES] for part in (slice(known), slice(known, None))]
    phones = [speech.phones[part][real[part]][:_FRAMES] for part in (slice(known), slice(known, None))]
    means = np.where(real[..., None], values, 0).sum(axis=1) / speech.lengths[:, None]
    return np.array([
        probe_accuracy(rows[0], phones[0], rows[1], phones[1]),
        probe_accuracy(means[:known], speech.speakers[:known], means[known:], speech.speakers[known:], penalty=1.0),
    ])  # fmt: skip


def _best(results: Mapping[str, Any], name: str, probe: str) -> float:
    return float(np.max(results[name][:, _PROBES.index(probe)]))


def draw_speech(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw by layer what is told of phones and of speakers."""
    figure, panels = figures.new_figure(7.2, 3.2, columns=2)
    names = [name for name in (*SACCADES, "random") if name in results]
    for number, (axes, probe) in enumerate(zip(panels, _PROBES, strict=True)):
        for name, colour in zip(names, figures.category_colours(len(names)), strict=True):
            values = results[name][:, number]
            label = name if name == "random" else f"saccades: {name}"
            axes.plot(np.arange(1, len(values) + 1), values, "o-", color=colour, label=label)
        axes.axhline(results["input"][number], color=figures.muted(), linestyle="--", linewidth=1, label="input")
        axes.set(xlabel="layer", title=probe, xticks=np.arange(1, len(values) + 1))
    panels[0].set_ylabel("accuracy of a linear probe")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(30, 20, (8,), 1, (2,), 2, ("other utterances",)),
        "laptop": Settings(),
        "paper": Settings(2000, 1600, epochs=200),
    },
    measure=measure,
    checks=(
        Check(
            "speakers-from-others",
            "Gain for speakers of saccades to other utterances over random layers, best layers.",
            AtLeast(0.0),
            lambda results: _best(results, "other utterances", "speaker") - _best(results, "random", "speaker"),
            basis.ours(),
            on="modalities",
            scales=FULL,
        ),
        Check(
            "phones-from-same",
            "Gain for phones of saccades within the same utterance over random layers, best layers.",
            AtLeast(0.0),
            lambda results: _best(results, "same utterance", "phone") - _best(results, "random", "phone"),
            basis.ours(),
            on="modalities",
            scales=FULL,
        ),
        Check(
            "trade-speakers",
            "For speakers, gain of saccades to other utterances over those within the same one, best layers.",
            AtLeast(0.0),
            lambda results: _best(results, "other utterances", "speaker") - _best(results, "same utterance", "speaker"),
            basis.ours("the known trade-off of contrastive predictive coding"),
            scales=FULL,
        ),
        Check(
            "trade-phones",
            "For phones, gain of saccades within the same utterance over those to other ones, best layers.",
            AtLeast(0.0),
            lambda results: _best(results, "same utterance", "phone") - _best(results, "other utterances", "phone"),
            basis.ours("the known trade-off of contrastive predictive coding"),
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "random": np.full((3, 2), 0.6),
        "other utterances": np.array([[0.7, 0.8]] * 3),
        "same utterance": np.array([[0.75, 0.7]] * 3),
    },
    breaks={
        "speakers-from-others": put("random", 0.9),
        "phones-from-same": put("random", 0.9),
        "trade-speakers": put("same utterance", 0.9),
        "trade-phones": put("other utterances", 0.9),
    },
    figures=(
        Figure(
            "speech",
            "What a linear probe tells of the phone of a frame, and of the speaker of an utterance, by layer.",
            draw_speech,
        ),
    ),
)
