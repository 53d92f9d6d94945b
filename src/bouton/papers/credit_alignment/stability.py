r"""Both weights of a layer learn by the rule, on white noise: the weight mirror has no rest, information alignment has.

With :math:`C = I` and the coefficients a of amp and d of decay, the sum of both weights of the weight mirror grows at
the rate :math:`a - 2 d` and their difference falls at :math:`a + 2 d`; where null with coefficient n is added, every
singular value of the weights comes to rest at :math:`s^2 = (a - 2 d) / 2 n`, or at 0 for :math:`a < 2 d`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.credit import AlignedFeedback, DenseLayer, Learning, NetStage
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures

__all__ = ["SECTION"]

_STEP, _INPUTS, _UNITS = 0.01, 20, 10
_RATIOS = (1.0, 1.5, 1.9, 2.1, 2.5, 3.0)


@dataclass(frozen=True)
class Settings:
    """Time in units of one over the coefficient of decay; amp over decay."""

    duration: float = 40.0
    ratios: tuple[float, ...] = _RATIOS


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return lengths of the weights over time, growth rates of sum and difference, and last singular values."""
    stage = NetStage((), DenseLayer(_UNITS), (_INPUTS,))
    steps, key = round(settings.duration / _STEP), random_key(seed, 2)
    # Rows whose second moment is the identity: the expectation over white noise.
    white = jnp.sqrt(1.0 * _INPUTS) * jnp.eye(_INPUTS)
    start = tuple(0.1 * jax.random.normal(jax.random.fold_in(key, n), (_INPUTS, _UNITS)) for n in range(2))

    def run(amp: Any, null: float) -> Any:
        rule = AlignedFeedback(decay=1.0, amp=amp, null=null, rate=_STEP)
        pathways = rule.pathways(stage, 1, Learning(1.0, 0.0))

        def learned(own: Any, other: Any) -> Any:
            # With white inputs the regulariser is the same with both weights exchanged.
            passed = stage.forward(lambda w, z: w @ z, other.T, jnp.zeros((_UNITS, 1)), white)
            return rule.learned(key, pathways, own, other.T, passed, passed.drive)

        def step(both: Any, _: Any) -> Any:
            forward, back = both
            after = learned(forward, back), learned(back, forward)
            return after, tuple(jnp.linalg.norm(each) for each in (forward, forward + back, forward - back))

        (forward, _), lengths = jax.lax.scan(step, start, length=steps)
        return lengths, jnp.linalg.svd(forward, compute_uv=False)

    ratios = jnp.asarray(settings.ratios)
    mirror, _ = jax.jit(jax.vmap(lambda amp: run(amp, 0.0)))(ratios)
    information, values = jax.jit(jax.vmap(lambda amp: run(amp, 1.0)))(ratios)
    length, together, apart = mirror
    early = round(1 / _STEP)
    growth = [np.log(np.asarray(each[:, early] / each[:, 0], float)) for each in (together, apart)]
    return {
        "ratios": np.asarray(settings.ratios),
        "mirror": np.asarray(length)[:, ::50],
        "information": np.asarray(information[0])[:, ::50],
        "growth": growth[0],
        "decline": growth[1],
        "singular values": np.asarray(values),
    }


def _exact(ratios: np.ndarray, sign: int) -> np.ndarray:
    """Return what steps of the published size make of the growth of sum (+1) or difference (-1) in one unit of time."""
    return np.log1p(_STEP * (sign * ratios - 2)) / _STEP


def _rest(ratios: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(ratios - 2, 0) / 2)


def draw_lengths(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the length of the forward weights over time for both rules."""
    figure, panels = figures.new_figure(7.2, 3.2, columns=2, sharey=True)
    ratios = results["ratios"]
    for axes, name, title in zip(
        panels, ("mirror", "information"), ("weight mirror", "information alignment"), strict=True
    ):
        for lengths, ratio, colour in zip(results[name], ratios, figures.category_colours(len(ratios)), strict=True):
            axes.semilogy(50 * _STEP * np.arange(len(lengths)), lengths, color=colour, label=f"{ratio:g}")
        axes.set(xlabel="time", title=title)
    panels[0].set_ylabel("length of the forward weights")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=8, title="amp / decay"
    )
    return figure


def _holds() -> dict[str, Any]:
    ratios = np.array(_RATIOS)
    return {
        "ratios": ratios,
        "growth": _exact(ratios, 1),
        "decline": _exact(ratios, -1),
        "singular values": np.repeat(_rest(ratios)[:, None], _UNITS, axis=1),
    }


SECTION = Section(
    settings={"smoke": Settings(2.0, (1.5, 2.5)), "laptop": Settings(), "paper": Settings(200.0)},
    measure=measure,
    checks=(
        Check(
            "growth",
            "Weight mirror: error of the growth of the sum of both weights in one unit of time, largest over amp.",
            AtMost(1e-3),
            lambda results: float(np.max(np.abs(results["growth"] - _exact(results["ratios"], 1)))),
            basis.theory("the rule is linear: amp - 2 decay"),
            on="unstable",
        ),
        Check(
            "decline",
            "The same of their difference.",
            AtMost(1e-2),
            lambda results: float(np.max(np.abs(results["decline"] - _exact(results["ratios"], -1)))),
            basis.theory("the rule is linear: -(amp + 2 decay)"),
            on="unstable",
        ),
        Check(
            "rest",
            "Information alignment: largest distance of a singular value from where it is to rest.",
            AtMost(0.02),
            lambda results: float(np.max(np.abs(results["singular values"] - _rest(results["ratios"])[:, None]))),
            basis.theory("fixed point of the scalar rule"),
            on="robust",
            scales=("laptop", "paper"),
        ),
    ),
    holds=_holds,
    breaks={
        "growth": put("growth", 0.3, 0),
        "decline": put("decline", 0.3, 0),
        "rest": put("singular values", 2.0, (3, 0)),
    },
    figures=(
        Figure(
            "lengths",
            "Length of the forward weights where both weights learn by the rule, for several ratios of amp to decay. "
            "The weight mirror dies below a ratio of 2 and explodes above; information alignment comes to rest.",
            draw_lengths,
        ),
    ),
)
