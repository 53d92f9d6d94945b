"""Labelled samples: mini-batches, targets that a loss refuses, and the classifier."""

import jax
import numpy as np
import pytest

import bouton
from bouton import AlignmentClassifier
from bouton.credit import AlignmentNetwork, DenseLayer, Labelled, MaxPool, MeanPool, mini_batches
from bouton.errors import InputError

ROWS = np.arange(14.0).reshape(7, 2)
NUMBERS = np.array([0, 1, 2, 0, 1, 2, 1])


def test_an_epoch_has_each_sample_at_most_once_and_with_its_own_target():
    batches = mini_batches(ROWS, NUMBERS, 3, epochs=4, seed=1)
    assert batches.inputs.shape == (8, 3, 2)
    first = batches.inputs[..., 0].astype(int) // 2
    np.testing.assert_array_equal(np.argmax(batches.targets, axis=-1), NUMBERS[first])
    for epoch in first.reshape(4, 6):
        assert len(set(epoch)) == 6
    assert len({tuple(epoch) for epoch in first.reshape(4, 6)}) == 4
    ordered = mini_batches(ROWS, NUMBERS, 3, shuffle=False)
    np.testing.assert_array_equal(ordered.inputs.reshape(6, 2), ROWS[:6])


@pytest.mark.parametrize(
    ("rows", "labels", "size", "words"),
    [
        (ROWS, NUMBERS, 8, "fill no mini-batch"),
        (ROWS, NUMBERS[:5], 2, "one row for each"),
        (ROWS, NUMBERS / 2, 2, "integers"),
        (ROWS, NUMBERS - 1, 2, "from 0"),
        (ROWS, NUMBERS, 0, "batch_size"),
    ],
)
def test_what_gives_no_mini_batches_is_refused(rows, labels, size, words):
    with pytest.raises(InputError, match=words):
        mini_batches(rows, labels, size)


def test_targets_that_are_no_probabilities_are_refused():
    net = AlignmentNetwork([DenseLayer(2)], (2,), batch_size=1)
    for targets, words in (([[[0.0, 2.0]]], "probabilities"), ([[[1.0, 1.0]]], "sum to 1")):
        events = Labelled(np.ones((1, 1, 2), np.float32), np.array(targets, np.float32))
        with pytest.raises(InputError, match=words):
            bouton.run(net, events, key=jax.random.key(0))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([], (4,), "must end with one that has weights"),
        ([DenseLayer(3), MeanPool()], (4,), "must end with one that has weights"),
        ([DenseLayer(3)], (4, 4, 1), r"layers\[0\] does not fit.*Flatten"),
        ([MaxPool(3), DenseLayer(3)], (4, 4, 1), r"layers\[1\] does not fit.*divide"),
        ([DenseLayer], (4,), "itself"),
    ],
)
def test_layers_that_do_not_fit_are_refused(layers, shape, words):
    with pytest.raises(InputError, match=words):
        AlignmentNetwork(layers, shape)


@pytest.mark.thorough
def test_the_classifier_takes_labels_of_any_kind_and_tells_unknown_ones():
    words = np.array(["c", "a", "b"])[NUMBERS]
    model = AlignmentClassifier((4,), random_state=0).fit(ROWS / 10, words)
    assert model.classes_.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(model.predict_proba(ROWS / 10).sum(axis=1), 1, rtol=1e-12)
    assert set(model.predict(ROWS / 10)) <= {"a", "b", "c"}
    with pytest.raises(InputError, match="none of the classes"):
        model.partial_fit(ROWS / 10, np.repeat("d", 7))
    later = AlignmentClassifier((4,), random_state=0).partial_fit(ROWS[:2] / 10, words[:2], classes=["a", "b", "c"])
    assert later.partial_fit(ROWS[2:] / 10, words[2:]).n_samples_seen_ == 7
