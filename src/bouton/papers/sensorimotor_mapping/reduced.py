"""Two strengths for each image: how far a model that small gets, and what slow and fast components are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import MONKEY, ChoiceModel, ClosedLoop, ReversalTask, learning_curve, reaches, ticks, trials_of
from bouton.engine import Copies, rollout
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Increasing, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.sensorimotor_mapping._common import FIRST, FULL, curve_of
from bouton.plasticity import ChoiceStrength
from bouton.report import figures
from bouton.report.reversals import draw_learning_curves

__all__ = ["SECTION"]

_PLACES = (1, 2, 3, 4, 5, 8, 10, 15, 20, 30)
_EXPECTED = (0.009, 0.203, 0.369, 0.454, 0.513, 0.640, 0.710, 0.828, 0.902, 0.964)
_LONGEST, _FOLLOWED = 40, 180
_SMALL: dict[str, Any] = {"n_images": 2, "n_inputs": 2}
_OURS = basis.ours("chosen before measuring: at most a fifth, and at least two fifths of what both carry")


@dataclass(frozen=True)
class Settings:
    """Copies of the model, presentations of an image in a block, and blocks of a slow and a fast component."""

    copies: int = 2000
    presentations: int = 60
    blocks: int = 5
    lengths: tuple[int, ...] = (10, 25, 50, 100, 250, 500)
    steps: int = 4000
    lanes: int = 64


def _task(presentations: int) -> ReversalTask:
    """Return a task of two images that both reverse after so many presentations on average."""
    return ReversalTask(
        n_reversing=2, level=0.5, least_trials=2 * presentations, most_trials=2 * presentations, **_SMALL
    )


@partial(jax.jit, static_argnames="steps")
def _parts(model: ChoiceModel, task: ReversalTask, keys: Any, steps: int) -> Any:
    """Return, at the end of the last block, what each component has of the right less the wrong strength."""

    loop = ClosedLoop(model, task)

    def one(key: Any) -> Any:
        state, _ = rollout(loop, jnp.asarray(ticks(steps)), key, look=lambda state, info: None)
        right = (jnp.arange(2, dtype=jnp.int32) + state.world.block - 1) % 2
        sign = jnp.where(right == 0, 1.0, -1.0)
        shares = jnp.asarray(model.shares)
        return shares * jnp.stack([jnp.mean(sign * (own[0] - own[1])) for own in state.agent.strengths])

    return jnp.mean(jax.vmap(one)(keys), axis=0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the learning curve, a way in the plane of both strengths, strengths after rewards, and slow shares."""
    loop = ClosedLoop(ChoiceModel.two_strengths(**_SMALL), _task(settings.presentations))
    run = bouton.run(
        Copies(loop, settings.copies),
        ticks(2 * settings.presentations * settings.blocks, settings.copies),
        key=random_key(seed, 700),
        record={"world.last": 1, "agent.strengths.0": 1},
        progress=False,
    )
    last, strengths = (run.recordings[name].values for name in ("world.last", "agent.strengths.0"))
    curve = learning_curve(trials_of(last), (0, 1), _LONGEST, FIRST)
    keys = jax.random.split(random_key(seed, 702), settings.lanes)
    model = ChoiceModel.several_timescales(**_SMALL)
    carried = [_parts(model, _task(length), keys, settings.steps) for length in settings.lengths]
    return {
        **curve._asdict(),
        "way": strengths[last[:, 0, 1] == 0, 0, :, 0][:_FOLLOWED],
        "rewarded": _after_rewards(10),
        "lengths": np.array(settings.lengths),
        "carried": np.array(carried),
    }


def _after_rewards(number: int) -> np.ndarray:
    """Return the strengths of what was chosen and of the other action after so many rewards, from 1/2 each."""
    rule, strengths = ChoiceStrength(0.05, 0.7), [0.5, 0.5]
    for _ in range(number):
        strengths = [each + float(rule(each, 1.0, post, 1.0)) for each, post in zip(strengths, (1.0, 0.0), strict=True)]
    return np.array(strengths)


def _slow(results: Mapping[str, Any]) -> np.ndarray:
    """Return the share of the slow component in what both carry."""
    return results["carried"][:, 0] / results["carried"].sum(axis=1)


def draw_curve(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the learning curve."""
    return draw_learning_curves({"two strengths": curve_of(results)}, least_number=5)


def draw_way(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the way of both strengths of an image through their plane, with the line of indifference."""
    figure, axes = figures.new_figure(4.6, 4.2)
    way = results["way"]
    axes.plot([0, 1], [0, 1], color=figures.muted(), linestyle="--", linewidth=0.8)
    axes.plot(*way.T, color=figures.muted(), linewidth=0.6, alpha=0.7)
    drawn = axes.scatter(*way.T, c=np.arange(len(way)), s=14, cmap="viridis")
    axes.set(xlabel="strength for action 0", ylabel="strength for action 1", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    axes.set_aspect("equal")
    figure.colorbar(drawn, ax=axes, label="presentation")
    return figure


def draw_timescales(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw what a slow and a fast component carry at the end of a block against its length."""
    figure, axes = figures.new_figure(6.0, 3.4)
    for name, carried, colour in zip(
        ("slow component", "fast component"), results["carried"].T, figures.category_colours(2), strict=True
    ):
        axes.plot(results["lengths"], carried, "o-", color=colour, label=name)
    top = 1.1 * float(results["carried"].max())
    axes.set(
        xscale="log", xlabel="presentations of an image between reversals", ylim=(min(0, carried.min()) - 0.02, top)
    )
    axes.set_ylabel("right less wrong strength")
    axes.legend(ncols=2, fontsize=8, **figures.ABOVE)
    return figure


def _holds() -> dict[str, Any]:
    place = np.arange(1, _LONGEST + 1)
    return {
        "presentation": place,
        "correct": np.interp(place, _PLACES, _EXPECTED),
        "number": np.full(_LONGEST, 4000),
        "rewarded": np.array([0.7006315, 0.2993685]),
        "carried": np.array([[0.05, 0.4], [0.2, 0.45], [0.45, 0.5]]),
    }


SECTION = Section(
    settings={
        "smoke": Settings(30, 30, 4, (10, 50), 1000, 4),
        "laptop": Settings(),
        "paper": Settings(copies=4000, lanes=256),
    },
    measure=measure,
    checks=(
        Check(
            "curve",
            f"Proportion correct at presentations {', '.join(map(str, _PLACES))}: largest distance to an independent "
            "program.",
            AtMost(0.02),
            lambda results: max(
                abs(float(results["correct"][n - 1]) - value) for n, value in zip(_PLACES, _EXPECTED, strict=True)
            ),
            basis.replication("references/sensorimotor_mapping.py"),
            scales=FULL,
        ),
        Check(
            "old",
            "Proportion correct at the first presentation after the reversal.",
            AtMost(0.10),
            lambda results: float(results["correct"][0]),
            basis.ours("chosen before measuring"),
            on="old",
        ),
        Check(
            "chance",
            "Trials until the proportion correct has reached 0.45: monkeys need 2 to 3.",
            Between(*MONKEY.forgotten),
            lambda results: reaches(curve_of(results), 0.45) - 1,
            basis.paper("Fusi et al., Neuron 54:319, 2007, caption of figure 1B; the level that counts is ours"),
            on="forgets",
            scales=FULL,
        ),
        Check(
            "learned",
            "Trials until the proportion correct has reached 0.80: monkeys need 15 to 20.",
            AtMost(MONKEY.learned[1]),
            lambda results: (reaches(curve_of(results), 0.8) or 1001) - 1,
            basis.paper("Fusi et al., Neuron 54:319, 2007, caption of figure 1B; the level that counts is ours"),
            on="learns",
            scales=FULL,
        ),
        Check(
            "rewards",
            "Strengths after ten rewards, from 1/2: largest distance to 1 - 0.95^10 / 2 and 0.95^10 / 2.",
            Near(0.0, 1e-6),
            lambda results: float(np.abs(results["rewarded"] - [1 - 0.95**10 / 2, 0.95**10 / 2]).max()),
            basis.theory("each reward closes a twentieth of the distance to the bound"),
        ),
        Check(
            "slow-share",
            "Share of the slow component at the end of a block, the longer the block the larger.",
            Increasing(),
            lambda results: [float(share) for share in _slow(results)],
            _OURS,
            on="timescales",
        ),
        Check(
            "frequent",
            "The same where a mapping is reversed every 10 presentations: the fast component dominates.",
            AtMost(0.2),
            lambda results: float(_slow(results)[0]),
            _OURS,
            on="timescales",
        ),
        Check(
            "rare",
            "The same where it is reversed every 500 presentations.",
            AtLeast(0.4),
            lambda results: float(_slow(results)[-1]),
            _OURS,
            on="timescales",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "curve": put("correct", 0.8, 9),
        "old": put("correct", 0.3, 0),
        "chance": put("correct", 0.3, slice(0, 9)),
        "learned": put("correct", 0.6),
        "rewards": put("rewarded", 0.71, 0),
        "slow-share": put("carried", 0.01, (1, 0)),
        "frequent": put("carried", 0.4, (0, 0)),
        "rare": put("carried", 0.1, (2, 0)),
    },
    figures=(
        Figure(
            "curve",
            "Proportion of correct responses since the reversal, of a model of two strengths for each image that "
            "forgets "
            "fast and learns slowly. Grey bands: monkeys.",
            draw_curve,
        ),
        Figure(
            "way",
            "Strengths of one image for both actions, dark to light over presentations, with reversals. After an error "
            "the strength of what was chosen falls at once; rewards let the other grow slowly.",
            draw_way,
        ),
        Figure(
            "timescales",
            "A model with a slow and a fast component: what each has learned at the end of a block, against how "
            "rarely a mapping is reversed. Where reversals are frequent the fast one carries the mapping.",
            draw_timescales,
        ),
    ),
    circuits=lambda settings: [ChoiceModel.two_strengths(), ChoiceModel.several_timescales()],
)
