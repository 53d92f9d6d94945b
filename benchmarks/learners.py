"""Both sides of the comparison of non-negative similarity matching, with one face: bouton's circuit, pynsm's model."""

from dataclasses import dataclass
from typing import Protocol

import jax
import numpy as np

import bouton
from benchmarks.cases import SEED, Case
from benchmarks.pynsm_peer import Peer
from bouton.dynamics import CoordinateDescent
from bouton.plasticity import LearningRate
from bouton.similarity import MinMaxState, NonnegativeSimilarityMatching

START_POWER, TIME_SCALE = 0.1, 0.5


@dataclass(frozen=True)
class Way:
    """How a contender learns.

    Parameters
    ----------
    name : str
        What it is called.
    kind : str
        Same algorithm, or the same objective by other steps.
    batch : int
        Rows a step.
    rate : (float, float, float)
        What the learning rate starts from, its decay and its floor: max(start / (1 + decay t), floor) at step t.
    rows : int
        How many rows its learning curve has.
    iterations : int
        Most steps of the fast dynamics.
    tolerance : float
        Change of the activities that ends them; 0 makes all steps.
    """

    name: str
    kind: str
    batch: int
    rate: tuple[float, float, float]
    rows: int
    iterations: int
    tolerance: float


class Learner(Protocol):
    """What either side offers."""

    def learn(self, first: int, last: int) -> None:
        """Learn some of the rows."""

    def answers(self) -> np.ndarray:
        """Return the answers to the rows held out."""

    def keep(self) -> None:
        """Remember this state."""

    def restore(self) -> None:
        """Go back to the state that was kept."""

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Return feed-forward and lateral weights."""


class OwnLearner:
    """bouton's side."""

    def __init__(self, case: Case, way: Way, rows: np.ndarray, held_out: np.ndarray):
        self.circuit = NonnegativeSimilarityMatching(
            case.inputs,
            case.outputs,
            learning_rate=LearningRate(*way.rate[:2], floor=way.rate[2]),
            lateral_time_scale=TIME_SCALE,
            input_power=START_POWER,
            dynamics=CoordinateDescent(way.tolerance, way.iterations),
        )
        self.state = self._kept = self.circuit.init(jax.random.key(SEED))
        self._rows, self._held_out = rows, held_out

    def learn(self, first: int, last: int) -> None:
        run = bouton.run(self.circuit, self._rows[first:last], key=jax.random.key(SEED), state=self.state)
        self.state: MinMaxState = jax.block_until_ready(run.state)

    def answers(self) -> np.ndarray:
        return bouton.respond(self.circuit, self.state, self._held_out)

    def keep(self) -> None:
        self._kept = self.state

    def restore(self) -> None:
        self.state = self._kept

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        return np.asarray(self.state.feedforward), np.asarray(self.state.lateral)


class PeerLearner:
    """pynsm's side."""

    def __init__(self, peer: Peer, problem: str, way: Way):
        self._peer, self._name = peer, way.name
        peer.tell(
            "start",
            way.name,
            problem=problem,
            batch=way.batch,
            iterations=way.iterations,
            tolerance=way.tolerance,
            iteration_rate=1 / START_POWER,
            time_scale=TIME_SCALE,
            rate=way.rate,
        )

    def learn(self, first: int, last: int) -> None:
        self._peer.tell("learn", self._name, first=first, last=last)

    def answers(self) -> np.ndarray:
        return self._peer.answers(self._name)

    def keep(self) -> None:
        self._peer.tell("keep", self._name)

    def restore(self) -> None:
        self._peer.tell("restore", self._name)

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        return self._peer.weights(self._name)
