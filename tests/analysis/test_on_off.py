"""ON and OFF inputs: the layout, exact values of the measures, their symmetries, and the figure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bouton.analysis import gabor, on_off_segregation
from bouton.data import on_off_inputs
from bouton.errors import InputError
from bouton.report import draw_picture, figures

FIELDS = arrays(float, (3, 32), elements=st.floats(0, 10, allow_subnormal=False))


def test_a_gabor_of_either_phase():
    even = gabor((12, 12), frequency=0.15, direction=0.0, width=2.0, length=3.0)
    odd = gabor((12, 12), frequency=0.15, direction=0.0, width=2.0, length=3.0, phase=-np.pi / 2)
    found = on_off_segregation(on_off_inputs(np.stack([even.ravel(), odd.ravel()])))
    np.testing.assert_allclose(found.segregation, 1)
    np.testing.assert_allclose(found.overlap, 0)
    assert found.dominance[0] > 0.1
    assert found.dominance[1] == pytest.approx(0, abs=1e-12)
    # Centre and flanks have one centre of mass; a bar of each kind side by side have two, ON to the right.
    assert found.distance[0] == pytest.approx(0, abs=1e-9)
    assert found.distance[1] > 1.5
    assert np.cos(found.direction[1]) == pytest.approx(1, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(FIELDS)
def test_symmetries(weights):
    found = on_off_segregation(weights)
    swapped = on_off_segregation(np.roll(weights, 16, axis=1))
    scaled = on_off_segregation(3 * weights)
    for name in ("segregation", "overlap", "distance"):
        np.testing.assert_allclose(getattr(swapped, name), getattr(found, name), atol=1e-9)
        np.testing.assert_allclose(getattr(scaled, name), getattr(found, name), atol=1e-9)
    np.testing.assert_allclose(swapped.dominance, -found.dominance, atol=1e-9)
    some = weights.sum(axis=1) > 0
    assert np.all(np.abs(found.dominance[some]) <= found.segregation[some] + 1e-9)
    assert np.all((found.segregation[some] >= 0) & (found.segregation[some] <= 1 + 1e-9))


@settings(max_examples=30, deadline=None)
@given(arrays(float, (4, 5), elements=st.floats(-5, 5)))
def test_the_two_halves_give_the_samples_back(samples):
    inputs = on_off_inputs(samples)
    assert inputs.shape == (4, 10)
    assert inputs.min() >= 0
    np.testing.assert_array_equal(inputs[:, :5] - inputs[:, 5:], samples)
    assert not np.any(inputs[:, :5] * inputs[:, 5:])


def test_a_field_of_one_kind_has_no_distance():
    found = on_off_segregation(np.concatenate([np.ones(9), np.zeros(9)]))
    assert (found.segregation[0], found.dominance[0]) == (1, 1)
    assert np.isnan(found.distance[0])
    assert np.isnan(found.overlap[0])


def test_images_that_are_not_square():
    weights = np.zeros((1, 12))
    weights[0, 0], weights[0, 6 + 5] = 1, 1
    found = on_off_segregation(weights, (2, 3))
    assert found.distance[0] == pytest.approx(np.hypot(1, 2))


@pytest.mark.thorough
def test_the_figure_is_drawn():
    weights = np.random.default_rng(0).exponential(size=(5, 32))
    picture = draw_picture(
        "on-off", "", lambda _: figures.on_off_fields(weights, on_off_segregation(weights), (4, 4)), {}
    )
    assert picture.error is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones((2, 7)), "all ON inputs, then all OFF inputs"),
        (-np.ones((1, 8)), "becomes one by on_off_inputs"),
        (np.full((1, 8), np.nan), "finite and not negative"),
        (np.ones((1, 12)), "give shape="),
    ],
)
def test_what_makes_no_sense_is_refused(weights, message):
    with pytest.raises(InputError, match=message):
        on_off_segregation(weights)
