"""What the sections share: sizes, a network that is ready, spikes sorted by assembly for a raster."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.report import figures
from bouton.spiking import SpikeTrains
from bouton.spiking.assemblies import AssemblyNetwork, AssemblyParameters

__all__ = ["ROLES", "RUNS", "SMOKE_SIZE", "Size", "draw_raster", "empty_allowed", "ready", "several", "sorted_spikes"]

RUNS = "runs of another implementation of the same equations with other random numbers"

ROLES = ("agent", "patient")
"""Two spaces, of the same names wherever there are two: then sections share compiled programs.

At the smallest scale, where compiling takes longer than running, all sections have them."""


@dataclass(frozen=True)
class Size:
    """How large the network is, and how long it is trained."""

    contents: int = 5
    content_space: int = 1000
    space: int = 2000
    presentations: int = 200
    time_step: float = 0.5

    def parameters(self, **others: Any) -> AssemblyParameters:
        """Return the parameters, the inhibitory pools a quarter of the excitatory ones."""
        return AssemblyParameters(
            n_content=self.content_space,
            n_content_inhibitory=self.content_space // 4,
            n_space=self.space,
            n_space_inhibitory=self.space // 4,
            n_patterns=self.contents,
            time_step=self.time_step,
            **others,
        )


SMOKE_SIZE = Size(contents=2, content_space=150, space=150, presentations=10)


@contextmanager
def empty_allowed() -> Iterator[None]:
    """Let assemblies be empty without a warning: checks see it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no neuron fires above")
        yield


def ready(
    size: Size, seed: int, spaces: Sequence[str], *, binding: bool = True, **parameters: Any
) -> tuple[AssemblyNetwork, dict[str, list]]:
    """Return a network with trained contents and an assembly for each in each space, and all assemblies by space."""
    network = AssemblyNetwork(spaces, size.parameters(**parameters), 100 * seed, binding=binding)
    network.train(size.presentations)
    found: dict[str, list] = {"content": [each.assembly for each in network.test()]}
    for space in spaces:
        found[space] = [network.create(space, pattern).assembly for pattern in range(size.contents)]
    return network, found


def several(assemblies: Sequence[np.ndarray]) -> int:
    """Return how many neurons belong to more than one assembly."""
    return int(np.sum(np.bincount(np.concatenate([*assemblies, np.zeros(0, int)]).astype(int)) > 1))


def sorted_spikes(
    trains: SpikeTrains, assemblies: Sequence[np.ndarray], each: int = 12, others: int = 20
) -> dict[str, np.ndarray]:
    """Return spikes of some neurons of each assembly, then of some of none: times in ms, rows, group of each row."""
    inside = np.unique(np.concatenate([*assemblies, np.zeros(0, int)]).astype(int))
    outside = np.setdiff1d(np.arange(trains.n_neurons), inside)
    chosen = [np.asarray(own[:each], int) for own in assemblies]
    chosen.append(outside[:: max(1, len(outside) // others)][:others])
    rows = np.full(trains.n_neurons, -1)
    rows[np.concatenate(chosen)] = np.arange(sum(map(len, chosen)))
    shown = rows[trains.neurons] >= 0
    groups = np.repeat(np.arange(len(chosen)), [len(own) for own in chosen])
    return {"times": trains.times[shown] - trains.start, "rows": rows[trains.neurons[shown]], "groups": groups}


def draw_raster(results: Mapping[str, Any], spaces: Sequence[str]) -> matplotlib.figure.Figure:
    """Draw the spikes of some neurons of each space, one panel for each, sorted by assembly."""
    figure, panels = figures.new_figure(7.0, 1.2 + 2.0 * len(spaces), len(spaces), 1, sharex=True, squeeze=False)
    for number, (space, axes) in enumerate(zip(spaces, panels[:, 0], strict=True)):
        figures.raster(
            results[f"{space} times"],
            results[f"{space} rows"],
            groups=results[f"{space} groups"],
            xlabel="time (ms)" if number == len(spaces) - 1 else "",
            ylabel="neuron, by assembly",
            title=space,
            axes=axes,
        )
        for edge in results["edges"]:
            axes.axvline(edge, color=figures.muted(), linewidth=0.8, linestyle=(0, (4, 3)))
    return figure
