"""Integrate-and-fire neurons that learn from photographs by triplets of spikes, and a control."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float

import bouton
from bouton.analysis import orientation_index, participation_ratio
from bouton.data import load_natural5, sample_patches
from bouton.engine import SideBySide
from bouton.features import TripletNeurons
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.report import figures

__all__ = ["SECTION"]

_LOOKS = 8
_FULL = ("laptop", "paper")
"""Where neurons see samples enough for fields to form."""


@dataclass(frozen=True)
class Settings:
    """Pixels along a patch, neurons, patches shown at a time, patches, and mini-batches of 100 ms each."""

    patch_size: int = 16
    neurons: int = 16
    batch_size: int = 128
    patches: int = 100_000
    steps: int = 400
    """The authors have 6248."""


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Measure what fields look like while they are learned, how alike they are, and how much neurons fire."""
    events, neurons = _patches(settings, seed), _neurons(settings)
    both, key = SideBySide(neurons), random_key(seed, 29)
    state: Any = None
    done, marks = 0, np.linspace(0, settings.steps, _LOOKS + 1).astype(int)[1:]
    steps, participation = [], []
    for mark in marks:
        while done < mark:
            begin = done % len(events)
            part = events[begin : begin + mark - done]
            state = bouton.run(both, part, key=key, state=state, first_step=done, shuffle=True).state
            done += len(part)
        steps.append(done * 100)
        participation.append([np.median(_shares(circuit, state[name])) for name, circuit in neurons.items()])
    fields = np.array([np.asarray(circuit.fields(state[name])) for name, circuit in neurons.items()])
    return {
        "rules": list(neurons),
        "fields": fields,
        "patch_size": settings.patch_size,
        "steps": np.array(steps),
        "participation": np.array(participation).T,
        "cosines": np.array([_cosines(each) for each in fields]),
        "orientation": np.array([orientation_index(each) for each in fields]),
        "rates": np.array([1000 * np.asarray(state[name].rate) for name in neurons]),
        "verdicts": verdicts(circuits(settings)),
    }


def _neurons(settings: Settings) -> dict[str, TripletNeurons]:
    """Return the triplet neurons and their control, with the authors' constants."""
    size, n, batch = settings.patch_size**2, settings.neurons, settings.batch_size
    return {
        "triplet": TripletNeurons(size, n, "triplet", 0.001, 1e-4, 0.05, batch_size=batch),
        "oja": TripletNeurons(size, n, "oja", 0.005, 2e-5, 0.0, batch_size=batch),
    }


def circuits(settings: Settings) -> tuple[TripletNeurons, ...]:
    """Return the triplet neurons and their control."""
    return tuple(_neurons(settings).values())


def _patches(settings: Settings, seed: int) -> Float[np.ndarray, "batches batch pixels"]:
    """Return patches of the photographs, each of zero mean and unit variance, divided by the deviation of all."""
    photographs = [(each - each.mean()) / each.std() for each in load_natural5().values()]
    batch, size = settings.batch_size, settings.patch_size
    count = min(settings.steps, settings.patches // batch) * batch
    rows = sample_patches(photographs, size, count, generator(seed, 29), dihedral=True)
    return (rows / rows.std()).astype(np.float32).reshape(-1, batch, size * size)


def _shares(circuit: TripletNeurons, state: Any) -> Float[np.ndarray, " neurons"]:
    """Return how many pixels take part in each field, as if patches had 256."""
    return np.asarray(participation_ratio(np.asarray(circuit.fields(state)))) * 256 / circuit.n_inputs


def _cosines(fields: Float[np.ndarray, "neurons pixels"]) -> tuple[float, float]:
    """Return the mean cosine between two fields, and the mean absolute one."""
    unit = fields / np.linalg.norm(fields, axis=1, keepdims=True)
    pairs = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return float(pairs.mean()), float(np.abs(pairs).mean())


def draw_spiking(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the fields of both kinds of neurons, and how many pixels take part while they learn."""
    size = results["patch_size"]
    figure, panels = figures.new_figure(8.8, 3.1, 1, 3, width_ratios=(1, 1, 1.1))
    colours, names = figures.category_colours(4), ("triplet", "decay of the weight")
    for axes, name, fields in zip(panels, names, results["fields"], strict=False):
        shown = fields / np.abs(fields).max(axis=1, keepdims=True)
        figures.tiles(shown, (size, size), columns=4, title=name, axes=axes)
    for name, taking, colour in zip(names, results["participation"], (colours[0], colours[2]), strict=True):
        panels[2].plot(results["steps"] / 1000, taking, color=colour, marker="o", markersize=4, label=name)
    panels[2].set(xlabel="time (s)", ylabel="pixels that take part, of 256", ylim=(0, 262))
    panels[2].legend(fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(8, 4, 16, steps=16),
        "laptop": Settings(),
        "paper": Settings(steps=6248),
    },
    measure=measure,
    checks=(
        Check(
            "few",
            "Integrate-and-fire neurons with triplet plasticity and metaplastic depression learn fields of few pixels "
            "from photographs that are not whitened: median number of 256 that take part.",
            AtMost(40),
            lambda results: float(results["participation"][0, -1]),
            basis.ours("figure 4 shows localised fields; 17.5 to 23 in a run in NumPy"),
            on="fields",
            remark="At the laptop's length, a fifteenth of the authors', these pixels still lie scattered: see the "
            "figure. In one run of the full length (seed 0) it was not held: after 78 s fields had 23 pixels, after "
            "156 s 63, in the end 177. The photographs are not those of the authors; whether that explains it was not "
            "tested.",
            scales=_FULL,
        ),
        Check(
            "different",
            "Their fields differ, without inhibition: mean absolute cosine of two.",
            AtMost(0.4),
            lambda results: float(results["cosines"][0, 1]),
            basis.ours("figure 4 shows different fields; 0.10 in a run in NumPy"),
            on="fields",
            remark="Not held in one run of the full length (seed 0): 0.90, where fields were extended and differed in "
            "sign.",
            scales=_FULL,
        ),
        Check(
            "uniform",
            "Fields of the control, whose depression acts on the weight, become uniform: median number of 256 pixels.",
            AtLeast(200),
            lambda results: float(results["participation"][1, -1]),
            basis.ours("figure 4 shows uniform fields; 254 in a run in NumPy"),
            on="fields",
            scales=_FULL,
        ),
        Check(
            "same",
            "The control's fields become the same: mean cosine of two.",
            AtLeast(0.95),
            lambda results: float(results["cosines"][1, 0]),
            basis.ours("figure 4 shows the same field sixteen times; 1.00 in a run in NumPy"),
            on="fields",
            scales=_FULL,
        ),
        Check(
            "oriented",
            "At full length, most fields of the triplet neurons are oriented: median orientation index.",
            AtLeast(0.5),
            lambda results: float(np.median(results["orientation"][0])),
            basis.ours("figure 4 shows mostly oriented pairs of ON and OFF blobs"),
            on="fields",
            remark="Not held in one run of the full length (seed 0): 0.21.",
            scales=("paper",),
        ),
        Check(
            "local",
            "Every pathway is local, by the audit of the traced rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
        ),
    ),
    holds=lambda: {
        "participation": np.array([[60.0, 20.0], [90.0, 250.0]]),
        "cosines": np.array([[0.0, 0.1], [1.0, 1.0]]),
        "orientation": np.full((2, 16), 0.6),
        "verdicts": ["local"] * 4,
    },
    breaks={
        "few": put("participation", 50.0, (0, 1)),
        "different": put("cosines", 0.5, (0, 1)),
        "uniform": put("participation", 150.0, (1, 1)),
        "same": put("cosines", 0.9, (1, 0)),
        "oriented": put("orientation", 0.4, 0),
        "local": {"verdicts": ["local", "non-local"]},
    },
    figures=(
        Figure(
            "spiking",
            "Fields of sixteen integrate-and-fire neurons under spike trains from photographs (figure 4 of the paper, "
            "single neurons): ON less OFF weights, each on a scale of its own, of triplet plasticity with metaplastic "
            "depression and of the control. Right: median number of pixels in a field while learning. Look for fields "
            "of few pixels that differ, scattered ones after a short run, and for the control's uniform ones.",
            draw_spiking,
        ),
    ),
    circuits=circuits,
)
