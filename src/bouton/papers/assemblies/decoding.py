"""Who did what: roles and contents are decoded from the activity of spaces, summed over voxels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np
from sklearn.linear_model import LogisticRegression

from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.assemblies._common import ROLES, RUNS, SMOKE_SIZE, Size, empty_allowed, ready
from bouton.report import figures
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyNetwork, Phase, build_spaces, voxels

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """How large the network is, how many draws of noise there are, and its variance."""

    size: Size = field(default_factory=Size)
    draws: int = 20
    variance: float = 5.0


_FULL = ("laptop", "paper")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Say sentences of two words each, and decode them from the activity of spaces."""
    contents = settings.size.contents
    with empty_allowed():
        network, _ = ready(settings.size, seed, ROLES)
        # Agent, patient, and who comes first: two words said twice each way, then all pairs of words once each way.
        words = [(*order, first) for _ in range(2) for order in ((0, 1), (1, 0)) for first in (0, 1)]
        few = np.array([_say(network, *word) for word in words])
        pairs = [(a, b, first) for a in range(contents) for b in range(contents) if a != b for first in (0, 1)]
        many = np.array([_say(network, *word) for word in pairs])
    rng = generator(seed, 1)
    found: dict[str, Any] = {
        "features": many[:, :, :, 0].reshape(len(many), -1),
        "words": np.array(pairs),
        "whole": few,
    }
    found["roles"] = _two_words(few, np.array([word[0] for word in words]), settings, rng)
    found |= _all_words(many, np.array(pairs), settings, rng)
    return found


def _say(network: AssemblyNetwork, agent: int, patient: int, first: int) -> np.ndarray:
    """Return features (spaces, voxels, windows) of a sentence: the window of a space's own word, and both windows."""
    said = [(agent, ROLES[0]), (patient, ROLES[1])]
    if first:
        said.reverse()
    phases = [
        Phase(200.0, word, ("content", role), forget=ROLES if number == 0 else (), name=role)
        for number, (word, role) in enumerate(said)
    ]
    run = network.run([*phases, Phase(1000.0)], "sentence")
    whole, found = (run.start, run.start + 400.0), []
    for space in (*ROLES, "content"):
        trains = network.trains_of(run, space)
        own = whole if space == "content" else run.schedule.window(space, run.start)
        found.append(np.stack([voxels(trains, *own), voxels(trains, *whole)], axis=1))
    return np.array(found)


def _noisy(features: np.ndarray, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    return features + rng.normal(0, np.sqrt(settings.variance), features.shape)


def _error(train: Sequence[Any], test: Sequence[Any]) -> float:
    if len(np.unique(train[1])) < 2:
        return float(np.mean(np.asarray(test[1]) != train[1][0]))
    model = LogisticRegression(max_iter=5000).fit(*train)
    return 1 - float(model.score(*test))


def _two_words(few: np.ndarray, agents: np.ndarray, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """Return errors (spaces or content space, draws) of telling which of two words was the agent."""
    half, errors = len(few) // 2, []
    for spaces in ((0, 1), (2,)):
        features = few[..., 1][:, list(spaces)].reshape(len(few), -1)
        rows = [_noisy(features, settings, rng) for _ in range(settings.draws)]
        errors.append([_error((each[:half], agents[:half]), (each[half:], agents[half:])) for each in rows])
    return np.array(errors)


def _all_words(many: np.ndarray, words: np.ndarray, settings: Settings, rng: np.random.Generator) -> dict[str, Any]:
    """Return errors (draws) of telling the word in each role from its space, and from the other one by its decoder."""
    errors: dict[str, list] = {name: [] for name in ("agent", "patient", "agent to patient", "patient to agent")}
    for _ in range(settings.draws):
        order = rng.permutation(len(many))
        train, test = order[: len(order) // 2], order[len(order) // 2 :]
        features = [_noisy(many[:, space, :, 0], settings, rng) for space in (0, 1)]
        for own, other in ((0, 1), (1, 0)):
            seen = features[own][train], words[train, own]
            errors[ROLES[own]].append(_error(seen, (features[own][test], words[test, own])))
            across = _error(seen, (features[other][test], words[test, other]))
            errors[f"{ROLES[own]} to {ROLES[other]}"].append(across)
    return {name: np.array(values) for name, values in errors.items()}


def draw_errors(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the errors of all decoders, and chance."""
    figure, (left, right) = figures.new_figure(7.6, 3.2, 1, 2, width_ratios=(2, 4))
    colours = figures.category_colours(2)
    left.bar([0, 1], results["roles"].mean(axis=1), 0.6, color=colours)
    left.set(title="who is the agent", xticks=[0, 1], xticklabels=["both spaces", "content"], ylim=(0, 1.05))
    left.axhline(0.5, color=figures.muted(), linestyle=(0, (4, 3)), linewidth=1.0)
    names = ("agent", "patient", "agent to patient", "patient to agent")
    right.bar(range(4), [results[name].mean() for name in names], 0.6, color=[colours[0]] * 2 + [colours[1]] * 2)
    right.set(
        title="which word",
        xticks=range(4),
        xticklabels=["agent", "patient", "agent's on\npatient", "patient's on\nagent"],
    )
    right.set(ylim=(0, 1.05))
    chance = 1 - 1 / (results["words"][:, 0].max() + 1)
    right.axhline(chance, color=figures.muted(), linestyle=(0, (4, 3)), linewidth=1.0)
    left.set_ylabel("error")
    return figure


def _mean(name: str) -> Any:
    return lambda results: results[name].mean()


SECTION = Section(
    settings={
        "smoke": Settings(SMOKE_SIZE, draws=3),
        "laptop": Settings(),
        "paper": Settings(Size(time_step=0.1), draws=100),
    },
    measure=measure,
    checks=(
        Check(
            "roles",
            "Error of telling who is the agent from the two spaces (chance 0.5).",
            AtMost(0.1),
            lambda results: results["roles"][0].mean(),
            basis.ours(f"{RUNS}: 0.000"),
            on="decoded",
            scales=_FULL,
        ),
        Check(
            "content",
            "Error of telling who is the agent from the content space (chance 0.5).",
            Between(0.3, 0.6),
            lambda results: results["roles"][1].mean(),
            basis.ours(f"{RUNS}: 0.44"),
            on="decoded",
            scales=_FULL,
            remark="There are four sentences to learn from and four to be tested on: the error moves in quarters.",
        ),
        Check(
            "agent",
            "Error of telling the word from the space of agents (chance 0.8).",
            AtMost(0.15),
            _mean("agent"),
            basis.ours(f"{RUNS}: 0.000"),
            on="decoded",
            scales=_FULL,
        ),
        Check(
            "patient",
            "Error of telling the word from the space of patients (chance 0.8).",
            AtMost(0.15),
            _mean("patient"),
            basis.ours(f"{RUNS}: 0.043"),
            on="decoded",
            scales=_FULL,
        ),
        Check(
            "across",
            "Lower of the two errors of a decoder that learned from one space and is shown the other (chance 0.8).",
            AtLeast(0.7),
            lambda results: min(results[f"{a} to {b}"].mean() for a, b in (ROLES, ROLES[::-1])),
            basis.ours(f"{RUNS}: 0.95 and 0.99"),
            on="decoded",
            scales=_FULL,
            remark="Whether the two codes differ depends on the wiring that is drawn: a space's voxels are few.",
        ),
        Check(
            "finite",
            "All features are finite (share).",
            AtLeast(1.0),
            lambda results: np.isfinite(results["features"]).mean(),
            basis.ours(),
        ),
    ),
    holds=lambda: {
        "roles": np.array([[0.0, 0.0], [0.4, 0.5]]),
        "agent": np.zeros(2),
        "patient": np.zeros(2),
        "agent to patient": np.full(2, 0.9),
        "patient to agent": np.full(2, 0.9),
        "features": np.ones((4, 2)),
    },
    breaks={
        "roles": put("roles", 0.5),
        "content": put("roles", 0.0),
        "agent": put("agent", 0.8),
        "patient": put("patient", 0.8),
        "across": put("agent to patient", 0.1),
        "finite": put("features", np.nan, (0, 0)),
    },
    figures=(
        Figure(
            "errors",
            "Errors of decoders: who is the agent, from both spaces or from the content space; and which word it is, "
            "from the space of its role, or by the decoder of the other role. Dashed: chance.",
            draw_errors,
        ),
    ),
    circuits=lambda settings: [AssemblyCircuit(build_spaces(settings.size.parameters(), ROLES), ("content", *ROLES))],
)
