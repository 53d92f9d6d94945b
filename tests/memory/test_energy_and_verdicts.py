"""Energies where a memory has one, what recalls come to, and blocks of cues."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from bouton.errors import InputError
from bouton.memory import (
    DenseKernel,
    EqualCoefficients,
    ExponentialKernel,
    GaussianKernel,
    KernelMemory,
    NearestPattern,
    PolynomialKernel,
    attention_memory,
    dense_hopfield_memory,
    exponential_memory,
    flip,
    hopfield_memory,
    kanerva_memory,
    optimal_stability_memory,
    projection_memory,
    random_signs,
    verdicts,
)

EQUAL = EqualCoefficients()
WITH_FIELD = {
    "hopfield": hopfield_memory,
    "dense": dense_hopfield_memory,
    "rectified": lambda: dense_hopfield_memory(4, rectified=True),
    "exponential": lambda: exponential_memory(0.3),
    "polynomial": lambda: KernelMemory(PolynomialKernel(3, 1.0), EQUAL),
    "gaussian": lambda: KernelMemory(GaussianKernel(0.1), EQUAL),
}


@pytest.mark.thorough
@pytest.mark.parametrize("make", WITH_FIELD.values(), ids=WITH_FIELD)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_two_states_of_a_neuron_differ_by_twice_its_field(make, seed):
    patterns, state = random_signs(4, 16, seed), random_signs(1, 16, seed + 1)
    memory = make().fit(patterns)
    up, down = (np.where(np.eye(16, dtype=bool), sign, np.repeat(state, 16, axis=0)) for sign in (1.0, -1.0))
    np.testing.assert_allclose(memory.energy(down) - memory.energy(up), 2 * memory.fields(state)[0], atol=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize("make", [*WITH_FIELD.values(), projection_memory])
def test_energy_never_rises_with_asynchronous_updates(make):
    patterns, cues = random_signs(12, 40), random_signs(30, 40, 5)
    memory, states = make().fit(patterns), [cues]
    for sweep in range(4):
        states.append(memory.recall(states[-1], update="asynchronous", max_steps=1, return_steps=True,
                                    random_state=sweep).states)  # fmt: skip
    energies = np.stack([memory.energy(each) for each in states])
    assert np.all(np.diff(energies, axis=0) <= 1e-9 * np.max(np.abs(energies)))
    assert np.min(energies[-1] - energies[0]) < 0


def test_the_energy_of_the_dense_memory_is_the_published_one_up_to_scale():
    patterns, states = random_signs(5, 20), random_signs(50, 20, 3)
    published = -np.sum((states @ patterns.T) ** 3.0, axis=1)
    found = dense_hopfield_memory(3).fit(patterns).energy(states)
    assert np.corrcoef(found, published)[0, 1] > 1 - 1e-12


def test_the_energy_of_a_hopfield_network_is_that_of_its_weights():
    patterns, states = random_signs(3, 20), random_signs(10, 20, 3)
    weights = patterns.T @ patterns / 19
    np.fill_diagonal(weights, 0)
    np.testing.assert_allclose(
        hopfield_memory().fit(patterns).energy(states), -0.5 * np.einsum("si,ij,sj->s", states, weights, states)
    )


@pytest.mark.parametrize("update", ["synchronous", "continuous"])
def test_attention_goes_downhill(update):
    rng = np.random.default_rng(0)
    memory, states = attention_memory(beta=2.0).fit(rng.normal(size=(6, 5))), [rng.normal(size=(20, 5))]
    for _ in range(5):
        states.append(memory.recall(states[-1], update=update, max_steps=1, return_steps=True).states)
    energies = np.stack([memory.energy(each) for each in states])
    assert np.all(np.diff(energies, axis=0) <= 1e-12)
    assert np.all(energies[-1] < energies[0])


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (optimal_stability_memory(), "not symmetric"),
        (KernelMemory(DenseKernel(3)), "same for all neurons"),
        (kanerva_memory(20, 200), "kernel of products"),
        (KernelMemory(ExponentialKernel(1.0), EQUAL, binary=False, self_connection=True), "softmax attention alone"),
    ],
)
@pytest.mark.thorough
def test_memories_without_energy_say_so(memory, words):
    patterns = random_signs(8, 20)
    with pytest.raises(InputError, match=words):
        memory.fit(patterns).energy(patterns)


def test_a_memory_from_inputs_to_outputs_has_no_energy():
    memory = hopfield_memory().fit(random_signs(3, 20), random_signs(3, 5))
    with pytest.raises(InputError, match="hetero-associative"):
        memory.energy(random_signs(3, 20))


def test_verdicts_tell_what_a_recall_has_come_to():
    patterns = random_signs(3, 400)
    memory = hopfield_memory().fit(patterns)
    mixture = np.sign(patterns[0] - patterns[1] + patterns[2])
    cues = np.stack([flip(patterns[:1], 0.1)[0], -patterns[2], mixture])
    found = verdicts(memory, memory.recall(cues, return_steps=True), tolerance=0.02)
    assert found.kind.tolist() == ["stored", "complement", "mixture"]
    assert found.pattern[:2].tolist() == [0, 2]
    assert found.shares == {kind: pytest.approx(1 / 3) for kind in ("stored", "complement", "mixture")}


@pytest.mark.thorough
def test_verdicts_on_states_that_do_not_rest_and_on_others():
    pattern = np.array([[1.0, -1.0, 1.0, 1.0]])
    memory = KernelMemory(PolynomialKernel(1), EQUAL).fit(np.array([[1.0, 1.0]]))
    swapped = memory.recall([[1.0, -1.0]], return_steps=True)
    assert verdicts(memory, swapped).kind.tolist() == ["cycle"]
    late = memory.recall([[1.0, -1.0]], return_steps=True, max_steps=1)
    assert verdicts(memory, late).kind.tolist() == ["unsettled"]
    overloaded = hopfield_memory().fit(random_signs(30, 60))
    found = verdicts(overloaded, overloaded.recall(random_signs(40, 60, 1), update="asynchronous", return_steps=True))
    assert found.shares["spurious"] > 0.5
    with pytest.raises(NotFittedError, match="nothing is stored"):
        verdicts(hopfield_memory(), swapped)
    nearest = NearestPattern().fit(pattern)
    assert verdicts(nearest, nearest.recall(pattern, return_steps=True)).kind.tolist() == ["stored"]


def test_attention_that_cannot_tell_patterns_apart_rests_at_their_mean():
    patterns = np.array([[1.0, 0.05, 0.0], [1.0, -0.05, 0.0], [-1.0, 0.0, 0.0]])
    memory = attention_memory(beta=8.0).fit(patterns)
    found = verdicts(memory, memory.recall([[0.9, 0.0, 0.0], [-0.8, 0.0, 0.0]], return_steps=True), tolerance=0.01)
    assert found.kind.tolist() == ["mixture", "stored"]


@pytest.mark.thorough
@pytest.mark.parametrize("update", ["synchronous", "asynchronous"])
def test_what_is_recalled_does_not_depend_on_how_many_cues_there_are(update):
    patterns = random_signs(20, 60)
    memory, cues = hopfield_memory().fit(patterns), flip(np.repeat(patterns, 20, axis=0), 0.2)
    whole = memory.recall(cues, update=update, return_steps=True)
    for count in (1, 15, 16, 17, 31, 300):
        part = memory.recall(cues[:count], update=update, return_steps=True)
        for name in ("states", "steps", "settled", "cycling"):
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[:count])
