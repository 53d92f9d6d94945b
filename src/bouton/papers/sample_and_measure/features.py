"""A function of the stimulus in front of the network, fitted together with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import matplotlib.figure
import numpy as np
from jaxtyping import Array, Float

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sample_and_measure._common import FULL, Data, fitted, tiny
from bouton.recordings import BernoulliGLM, SpikeRecording, planted_network
from bouton.report import figures

__all__ = ["SECTION"]

_NAMES = ("linear", "two layers", "what the network was given")


class Layers(eqx.Module):
    """Two layers of rectifiers, bin by bin."""

    net: eqx.nn.MLP

    def __call__(self, stimulus: Float[Array, "bins channels"]) -> Float[Array, "bins features"]:
        """Return features of each bin."""
        return jax.vmap(self.net)(stimulus)


@dataclass(frozen=True)
class Settings:
    """Sizes of data and fits, and of the layers."""

    data: Data = field(default_factory=lambda: Data(n_hidden=0, n_channels=2, networks=3))
    units: int = 16
    strength: float = 3.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Fit networks that saw the size of each channel, from the channels themselves."""
    data, losses, curves = settings.data, [], []
    for number in range(data.networks):
        truth = planted_network(
            seed * data.networks + number,
            n_recorded=data.n_recorded, n_hidden=0, n_bins=data.n_bins, n_channels=data.n_channels,
        )  # fmt: skip
        shown = truth.stimulus
        inputs = settings.strength * truth.parameters.inputs
        seen = truth._replace(stimulus=np.abs(shown) - 0.8, parameters=truth.parameters._replace(inputs=inputs))
        given = [seen.sample(count, place) for place, count in enumerate((data.training, data.test))]
        training, test = (
            SpikeRecording(each.spikes, 40.0, np.broadcast_to(shown, (each.n_trials, *shown.shape))) for each in given
        )
        layers = eqx.nn.MLP(data.n_channels, 8, settings.units, 2, key=jax.random.key(number))
        linear, deep = (
            fitted(data, training, terms=(), features=each, learning_rate=5e-3) for each in (None, Layers(layers))
        )
        exact = BernoulliGLM(3).fit(given[0])
        losses.append([each.negative_log_likelihood(test) for each in (linear, deep)])
        losses[-1].append(exact.negative_log_likelihood(given[1]))
        curves.append(deep.losses_["likelihood"])
    return {"losses": np.array(losses), "curves": np.array(curves)}


def draw_losses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss of other trials by what the network was given."""
    figure, axes = figures.new_figure(5.2, 2.6)
    for values, colour in zip(results["losses"], figures.category_colours(len(results["losses"])), strict=True):
        axes.plot(values, range(len(_NAMES)), "o-", color=colour, alpha=0.8)
    axes.set(xlabel="negative log likelihood of other trials", yticks=range(len(_NAMES)))
    axes.set_yticklabels(_NAMES)
    axes.invert_yaxis()
    return figure


def _recovered(results: Mapping[str, Any]) -> np.ndarray:
    """Return the share of what linear features lose that the layers bring back."""
    linear, deep, exact = np.asarray(results["losses"]).T
    return (linear - deep) / (linear - exact)


SECTION = Section(
    settings={
        "smoke": Settings(tiny(0), 4),
        "laptop": Settings(),
        "paper": Settings(Data(n_hidden=0, n_channels=2, networks=10)),
    },
    measure=measure,
    checks=(
        Check(
            "falls",
            "Loss of the fit with layers at its end over that at its begin.",
            AtMost(1.0),
            lambda results: results["curves"][:, -10:].mean(axis=1) / results["curves"][:, :10].mean(axis=1),
            basis.ours("that it learns"),
            on="features",
        ),
        Check(
            "recovered",
            "Share of the likelihood that linear features lose, which two layers bring back on other trials.",
            AtLeast(0.5),
            _recovered,
            basis.ours("half, chosen before any run"),
            on="features",
            scales=FULL,
        ),
    ),
    holds=lambda: {"losses": np.tile([0.55, 0.51, 0.5], (3, 1)), "curves": np.tile(np.linspace(0.7, 0.5, 50), (3, 1))},
    breaks={"falls": put("curves", 0.9, (0, slice(-10, None))), "recovered": put("losses", 0.54, (0, 1))},
    figures=(
        Figure(
            "losses",
            "Networks that were given the size of each channel, fitted from the channels: with linear features, with "
            "two layers that are fitted too, and with what the network was given.",
            draw_losses,
        ),
    ),
)
