"""Images and sequences as fixations, and what `CLAPPNetwork` and its estimator refuse or warn of."""

import jax
import numpy as np
import pytest

import bouton
from bouton import CLAPPFeatures
from bouton.credit import DenseLayer, MaxPool
from bouton.credit.predictive import CLAPPNetwork, CLAPPStream, fixations, offsets_of, patch_grid, two_views
from bouton.dynamics import Rectifier
from bouton.errors import InputError
from bouton.plasticity import audit

LAYERS = [DenseLayer(4, Rectifier())]


def test_a_grid_holds_the_patches_where_they_are():
    image = np.arange(64.0).reshape(1, 8, 8)
    patches = patch_grid(image, 4, 2)
    assert patches.shape == (1, 3, 3, 16)
    np.testing.assert_array_equal(patches[0, 1, 2].reshape(4, 4), image[0, 2:6, 4:8])
    maps = patch_grid(np.stack([image, -image], axis=-1)[0][None], 4, 2, flat=False)
    assert maps.shape == (1, 3, 3, 4, 4, 2)
    np.testing.assert_array_equal(maps[0, 1, 2, :, :, 1], -image[0, 2:6, 4:8])


def test_pixels_that_are_left_out_are_said():
    with pytest.warns(UserWarning, match="leaves out the last 1 rows and 0 columns"):
        patch_grid(np.zeros((2, 9, 8)), 4, 2)
    with pytest.raises(InputError, match="patches of 9 x 9 do not fit into images of 8 x 8"):
        patch_grid(np.zeros((2, 8, 8)), 9, 1)


def test_offsets_count_the_rows_that_there_are():
    offsets = offsets_of(7, 1, 5)
    assert [7 - offset for offset in offsets] == [5, 4, 3, 2, 1]
    with pytest.raises(InputError, match="K=5 with skip 1 needs at least 7 rows; there are 5"):
        offsets_of(5, 1, 5)


def test_views_without_movement_are_the_image():
    images = np.random.default_rng(0).uniform(size=(3, 6, 6))
    still = two_views(images, shift=0, rotation=0, contrast=0)
    np.testing.assert_allclose(still, np.stack([images, images], axis=1), atol=1e-12)
    shifted = two_views(np.ones((200, 9, 9)), shift=2, rotation=0, contrast=0)
    assert np.all(shifted[:, :, 3:6, 3:6] > 0.999)
    # A shift by one pixel on average leaves 8/9 of either edge.
    np.testing.assert_allclose(shifted.mean(), (8 / 9) ** 2, atol=0.02)


def test_what_leaves_nothing_to_contrast_with_is_refused():
    with pytest.raises(InputError, match="at least 2"):
        fixations(np.zeros((1, 3, 2)), 1)
    with pytest.raises(InputError, match="batch_size must be"):
        CLAPPNetwork(LAYERS, (3,), batch_size=1)
    with pytest.warns(UserWarning, match="one saccade in 4 ends where it began"):
        CLAPPNetwork(LAYERS, (3,), batch_size=4)
    with pytest.raises(InputError, match="more than 1 sample"):
        CLAPPFeatures((3,)).fit(np.zeros((1, 4)))


@pytest.mark.thorough
def test_large_values_and_wrong_lengths_are_said():
    with pytest.warns(UserWarning, match="standardise"):
        fixations(255 * np.random.default_rng(0).uniform(size=(20, 3, 2)), 10)
    with pytest.raises(InputError, match="one integer for each of the 20 sequences"):
        fixations(np.zeros((20, 3, 2)), 10, lengths=[3])
    network = CLAPPNetwork(LAYERS, (2,), 3, batch_size=10)
    events = fixations(np.zeros((20, 3, 2)), 10, lengths=np.full(20, 4))
    with pytest.raises(InputError, match="lengths must lie from 0 to 3"):
        bouton.run(network, events, key=jax.random.key(0))


def test_options_that_contradict_each_other_are_refused():
    with pytest.raises(InputError, match="offsets must be some distances below"):
        CLAPPNetwork(LAYERS, (3,), 3, offsets=(3,))
    with pytest.raises(InputError, match="asynchronous=False"):
        CLAPPNetwork(LAYERS, (3,), loss="infonce")
    with pytest.raises(InputError, match="the last layer alone predicts"):
        CLAPPNetwork(2 * LAYERS, (3,), batch_size=8, predicts="below", end_to_end=True)
    with pytest.raises(InputError, match="must begin with one that has weights"):
        CLAPPNetwork([MaxPool(), *LAYERS], (4, 4, 1))
    with pytest.raises(InputError, match="at least one layer with weights"):
        CLAPPNetwork([], (3,))
    stream = CLAPPStream(LAYERS, (3,))
    with pytest.raises(InputError, match="fixates must be 1 or -1"):
        stream.update(stream.init(jax.random.key(0)), [0.0] * 3, [0.0] * 3, 0)
    with pytest.raises(InputError, match="samples must have the shape"):
        stream.update(stream.init(jax.random.key(0)), [0.0] * 2, [0.0] * 3, 1)


@pytest.mark.thorough
def test_the_estimator_takes_patches_views_and_sequences():
    labels = np.arange(24) % 2
    rows = np.random.default_rng(0).normal(size=(24, 36)) + 3 * labels[:, None] - 1.5
    for options in ({"image_shape": (6, 6), "patch": 2}, {"image_shape": (6, 6)}, {"steps": 4}, {}):
        model = CLAPPFeatures((5, 3), distances=1, epochs=1, batch_size=8, random_state=0, **options).fit(rows)
        assert model.transform(rows).shape == (24, 3)
        assert model.transform(rows, layer=1).shape == (24, 5)
        scores = model.score_layers(rows, labels, rows, labels)
        assert scores.shape == (3,)
        assert scores[0] == 1
    with pytest.raises(InputError, match="layer must lie from 1 to 2"):
        model.transform(rows, layer=3)
    silent = model.state_.layers[0]
    model.state_ = model.state_._replace(
        layers=(
            silent._replace(
                weights=silent.weights._replace(weight=0 * silent.weights.weight),
                bias=silent.bias._replace(weight=0 * silent.bias.weight - 1),
            ),
            *model.state_.layers[1:],
        )
    )
    with pytest.warns(UserWarning, match="layer 1: 100 % dead units"):
        model.transform(rows)
    with pytest.raises(InputError, match="have 25 pixels"):
        CLAPPFeatures((5,), image_shape=(5, 5)).fit(rows)


@pytest.mark.thorough
def test_the_audit_finds_the_local_form_local_and_the_symmetric_one_not():
    found = audit(CLAPPStream(LAYERS, (2,)))
    assert found.local
    assert not found.transport
    assert any(seen.name == "signal" and seen.used for seen in found.pathways[-1].seen)
    assert audit(CLAPPStream(LAYERS, (2,), symmetric=True)).transport
    local, symmetric, deep = (
        CLAPPNetwork(layers, (2,), batch_size=8, **options)
        for layers, options in ((LAYERS, {}), (LAYERS, {"symmetric": True}), (2 * LAYERS, {"end_to_end": True}))
    )
    assert audit(local).local
    assert not audit(local).transport
    assert audit(symmetric).transport
    assert audit(deep).transport
    above = audit(CLAPPNetwork(2 * LAYERS, (2,), batch_size=8, predicts="below"))
    assert above.local
    assert not above.transport
