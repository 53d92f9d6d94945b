"""Common mistakes at the doors of the engine: each is refused by what was wrong, what was expected and what to do."""

import jax
import numpy as np
import pytest

import bouton
from bouton.engine import Copies, respond, rollout
from bouton.errors import InputError
from bouton.estimators import OnlineSNMF
from bouton.memory import hopfield_memory
from bouton.plasticity import LearningRate, Sheet
from bouton.similarity import DeepSimilarityMatching, SNMFNetwork, StructuredSimilarityMatching

pytestmark = pytest.mark.usefixtures("unchecked")

KEY = jax.random.key(0)
ROWS = np.random.default_rng(0).uniform(size=(50, 5))
CIRCUIT = SNMFNetwork(5, 3)
STATE = CIRCUIT.init(KEY)
SHEET = Sheet((8, 8, 1))


class ForgetsInfo(SNMFNetwork):
    def step(self, key, state, x):
        return super().step(key, state, x)[0]


class ChangesState(SNMFNetwork):
    def step(self, key, state, x):
        return super().step(key, state, x)[0].feedforward, ()


MISTAKES = {
    "a seed": (lambda: bouton.run(CIRCUIT, ROWS, key=7), r"key of JAX, got 7: hand over jax.random.key\(7\)"),
    "no key": (lambda: bouton.run(CIRCUIT, ROWS, key=None), "one random key of JAX, got None"),
    "many keys": (lambda: bouton.run(CIRCUIT, ROWS, key=jax.random.split(KEY)), "one random key of JAX"),
    "a generator": (lambda: bouton.run(CIRCUIT, ROWS, key=np.random.default_rng(0)), "one random key of JAX"),
    "a seed of a rollout": (lambda: rollout(CIRCUIT, ROWS, 0), "one random key of JAX, got 0"),
    "a class": (lambda: bouton.run(SNMFNetwork, ROWS, key=KEY), r"got the class SNMFNetwork itself: make one"),
    "an estimator": (lambda: bouton.run(OnlineSNMF(3), ROWS, key=KEY), r"OnlineSNMF.*learns by its own fit\(X\)"),
    "changed places": (lambda: bouton.run(ROWS, CIRCUIT, key=KEY), "the circuit comes first"),
    "a list of numbers": (lambda: bouton.run(CIRCUIT, ROWS, key=KEY, record=[3]), r'got \[3\]: give record=\{"y": 1\}'),
    "a name": (lambda: bouton.run(CIRCUIT, ROWS, key=KEY, record="y"), r'got \'y\': give record=\{"y": 1\}'),
    "another circuit's state": (lambda: bouton.run(CIRCUIT, ROWS, key=KEY, state=SNMFNetwork(5, 4).init(KEY)),
                                r"state.feedforward must have shape \(3, 5\).* got \(4, 5\): .* another size"),
    "its response": (lambda: respond(CIRCUIT, SNMFNetwork(5, 4).init(KEY), ROWS), r"state.feedforward must have shape"),
    "its rollout": (lambda: rollout(CIRCUIT, ROWS, KEY, SNMFNetwork(5, 4).init(KEY)), "feedforward must have shape"),
    "a rollout of a class": (lambda: rollout(SNMFNetwork, ROWS, KEY), r"got the class SNMFNetwork itself: make one"),
    "another kind of state": (lambda: bouton.run(CIRCUIT, ROWS, key=KEY, state=np.zeros((3, 5))),
                              r"whose states are SNMFState\(feedforward, .*take the state of a run of this circuit"),
    "transposed weights": (lambda: respond(CIRCUIT, STATE._replace(feedforward=np.ones((5, 3))), ROWS),
                           "it is the transpose, hand over its .T"),
    "a step without info": (lambda: bouton.run(ForgetsInfo(5, 3), ROWS, key=KEY), "two things.* return state, info"),
    "the same, recorded": (lambda: bouton.run(ForgetsInfo(5, 3), ROWS, key=KEY, record={"y": 1}), "return two things"),
    "a step that changes state": (lambda: bouton.run(ChangesState(5, 3), ROWS, key=KEY), "must return a state like"),
    "a sheet for a layer": (lambda: StructuredSimilarityMatching(SHEET), "hand over its .feedforward"),
    "a sheet for layers": (lambda: DeepSimilarityMatching(SHEET), "put it into a list"),
    "the words of an estimator": (lambda: SNMFNetwork(5, 3, rank_penalty="auto"), "None is the automatic choice"),
    "a file": (lambda: OnlineSNMF(3).fit("rows.csv"), "got the path 'rows.csv': read the file first"),
    "a file to remember": (lambda: hopfield_memory().fit("rows.csv"), "got the path 'rows.csv': read the file first"),
    "a class for a part": (lambda: Copies(SNMFNetwork, 2), "circuit must be a Circuit, got the class SNMFNetwork"),
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize(("call", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_common_mistake_is_explained(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_a_step_that_fails_by_itself_keeps_its_own_error():
    class Fails(SNMFNetwork):
        def step(self, key, state, x):
            raise ValueError("my own mistake")

    with pytest.raises(ValueError, match="my own mistake"):
        bouton.run(Fails(5, 3), ROWS, key=KEY)


@pytest.mark.parametrize("make", [
    lambda rate: DeepSimilarityMatching([SHEET], learning_rate=rate),
    lambda rate: StructuredSimilarityMatching(SHEET.feedforward, SHEET.lateral, learning_rate=rate),
])  # fmt: skip
def test_a_number_serves_as_a_learning_rate(make):
    assert make(0.01).learning_rate == LearningRate(0.01) == make(LearningRate(0.01)).learning_rate


@pytest.mark.thorough
def test_lists_are_arrays_and_keys_of_the_old_kind_are_keys():
    np.testing.assert_array_equal(respond(CIRCUIT, STATE, ROWS.tolist()), respond(CIRCUIT, STATE, ROWS))
    assert bouton.run(CIRCUIT, ROWS.tolist(), key=jax.random.PRNGKey(0)).steps == 50


def test_a_state_that_fits_is_taken():
    state = STATE._replace(feedforward=np.ones((3, 5), np.float32))
    assert bouton.run(CIRCUIT, ROWS, key=KEY, state=state).steps == 50
