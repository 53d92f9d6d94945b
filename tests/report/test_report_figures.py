"""Figures: the shared drawings, the two styles, no global state, and images that come out of them."""

import io

import matplotlib
import numpy as np
import pytest
from PIL import Image

from bouton.errors import InputError
from bouton.report import draw_picture, figures

RANDOM = np.random.default_rng(0)


def nearest(points):
    return np.where(points[:, 0] > 0, 1, np.where(points[:, 1] > 1, -1, 0))


DRAWINGS = {
    "tiles": lambda: figures.tiles(RANDOM.normal(size=(7, 12)), (3, 4)),
    "tiles, sequential on one scale": lambda: figures.tiles(
        RANDOM.uniform(size=(5, 4)), (2, 2), signed=False, common_scale=True, title="weights", columns=9
    ),
    "tiles of zeros": lambda: figures.tiles(np.zeros((2, 4)), (2, 2)),
    "Gram matrices": lambda: figures.gram_matrices(
        RANDOM.normal(size=(400, 3)), RANDOM.uniform(size=(400, 2)), order=RANDOM.integers(0, 3, 400)
    ),
    "Gram matrices of zeros": lambda: figures.gram_matrices(np.zeros((3, 2)), np.zeros((3, 1))),
    "raster": lambda: figures.raster([0.1, 0.2, 0.3], [0, 2, 1], groups=[0, 0, 1, 1]),
    "many spikes": lambda: figures.raster(RANDOM.uniform(size=5000), RANDOM.integers(0, 50, 5000)),
    "no spikes": lambda: figures.raster([], []),
    "curves": lambda: figures.curves(
        np.arange(1, 6), {"one": np.arange(1, 6), "runs": RANDOM.uniform(1, 2, (4, 5))}, reference=1.5, logarithmic="xy"
    ),
    "decision picture": lambda: figures.decision_picture(
        RANDOM.normal(size=(30, 2)), RANDOM.integers(0, 20, 30), nearest, centres=[[0.0, 0.0]], title="regions"
    ),
    "features at sites": lambda: figures.features_at_sites(
        RANDOM.normal(size=(12, 30)),
        (5, 6),
        [[1.0, 1.5], [1.0, 4.5], [4.0, 1.5], [4.0, 4.5]],
        (2, 2),
        1,
        units_per_site=3,
        title="sheet",
    ),
    "similarity matrices": lambda: figures.similarity_matrices(
        {"input": RANDOM.normal(size=(8, 8)), "layer 1": RANDOM.uniform(size=(8, 8))}, boundary=4
    ),
    "staircase": lambda: figures.staircase([0.1, 1, 10], RANDOM.integers(1, 9, (5, 3)), truth=3, xlabel="penalty"),
    "staircase of one": lambda: figures.staircase([2.0], [3], logarithmic=""),
}


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_gives_an_image_in_the_page_s_colours(name, dark):
    with figures.style(dark):
        figure = DRAWINGS[name]()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=40)
    pixels = np.asarray(Image.open(buffer).convert("RGB"), dtype=int)
    assert (pixels[0, 0].sum() < 200) == dark
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 1 or "zeros" in name


def test_the_style_is_left_behind_and_pyplot_never_touched():
    before = dict(matplotlib.rcParams)
    with figures.style(dark=True):
        assert figures.is_dark()
        DRAWINGS["curves"]()
    assert dict(matplotlib.rcParams) == before
    assert matplotlib._pylab_helpers.Gcf.figs == {}


def test_the_style_does_not_depend_on_the_user_s_own():
    with matplotlib.rc_context({"axes.grid": True, "lines.linewidth": 9}), figures.style():
        assert (matplotlib.rcParams["axes.grid"], matplotlib.rcParams["lines.linewidth"]) == (False, 1.8)


def test_tiles_hold_the_weights_in_reading_order():
    weights = np.arange(1.0, 25.0).reshape(6, 4)
    mosaic = figures.tiles(weights, (2, 2), columns=3, common_scale=True).axes[0].images[0].get_array()
    assert mosaic.shape == (5, 8)
    np.testing.assert_allclose(mosaic[:2, :2], weights[0].reshape(2, 2) / 24)
    np.testing.assert_allclose(mosaic[3:, 6:], weights[5].reshape(2, 2) / 24)
    assert np.ma.getmaskarray(np.ma.masked_invalid(mosaic))[2].all()


def test_signed_tiles_keep_zero_in_the_middle():
    image = figures.tiles([[-1.0, 3.0]], (1, 2)).axes[0].images[0]
    assert image.get_clim() == (-1.0, 1.0)
    np.testing.assert_allclose(image.get_array(), [[-1 / 3, 1.0]])


def test_gram_matrices_share_a_scale_and_are_sorted():
    inputs = np.array([[2.0], [0.0], [1.0]])
    left, right = figures.gram_matrices(inputs, inputs, order=[2, 0, 1]).axes[:2]
    np.testing.assert_allclose(left.images[0].get_array(), [[0, 0, 0], [0, 1, 2], [0, 2, 4]])
    assert left.images[0].get_clim() == right.images[0].get_clim()


def test_a_band_lies_between_the_quantiles_of_the_runs():
    runs = np.arange(11.0)[:, None] + np.zeros(3)
    axes = figures.curves([0, 1, 2], {"runs": runs}).axes[0]
    assert axes.lines[0].get_ydata()[0] == 5.0
    edges = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (edges.min(), edges.max()) == (1.0, 9.0)


def test_the_steps_of_a_staircase_change_half_way_on_the_axis_s_own_scale():
    axes = figures.staircase([1.0, 100.0], [[4, 2], [2, 2]]).axes[0]
    np.testing.assert_allclose(axes.patches[0].get_data().edges, [0.1, 10, 1000])
    np.testing.assert_allclose(axes.patches[0].get_data().values, [3, 2])


def test_panels_compose():
    with figures.style():
        figure, panels = figures.new_figure(7, 3, 1, 2)
        assert figures.tiles(np.eye(4), (2, 2), axes=panels[0]) is figure
        assert figures.staircase([1, 2], [2, 1], axes=panels[1]) is figure


@pytest.mark.parametrize("n_categories", [0, 1, 6, 7, 30])
def test_categories_have_colours_of_their_own(n_categories):
    for dark in (False, True):
        with figures.style(dark):
            assert len(set(figures.category_colours(n_categories))) == n_categories


@pytest.mark.parametrize(
    "draw",
    [lambda: figures.tiles(np.ones((2, 5)), (2, 2)), lambda: figures.gram_matrices(np.ones((2, 1)), np.ones((3, 1)))],
)
def test_wrong_shapes_are_named(draw):
    with pytest.raises(InputError, match="must"):
        draw()


def test_a_picture_is_drawn_once_in_each_style():
    styles = []

    def draw(results):
        styles.append(figures.is_dark())
        return figures.curves([0, 1], {"a": results["a"]})

    picture = draw_picture("my-curves", "Look.", draw, {"a": [1, 2]})
    assert styles == [False, True]
    assert (picture.error, picture.media_type, picture.alt) == (None, "image/svg+xml", "Figure: my curves")
    assert picture.light != picture.dark
    assert b"<svg" in picture.light
    assert Image.open(io.BytesIO(picture.thumbnail_dark)).width == 480


@pytest.mark.thorough
def test_a_heavy_figure_becomes_a_png():
    def draw(results):
        figure, axes = figures.new_figure()
        axes.scatter(*RANDOM.normal(size=(2, 20_000)), s=1)
        return figure

    picture = draw_picture("cloud", "Look.", draw, {})
    assert picture.media_type == "image/png"
    assert Image.open(io.BytesIO(picture.dark)).width > 1000
    assert picture.width == 691


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda results: results["a"], "KeyError: 'a'"),
        (lambda results: None, "TypeError: draw must return a matplotlib"),
    ],
)
def test_a_figure_that_fails_says_why(draw, message):
    picture = draw_picture("bad", "Look.", draw, {})
    assert picture.error is not None
    assert picture.error.startswith(message)
    assert picture.light == b""


def test_features_appear_at_their_sites_and_no_others():
    """A single bright pixel under each site is drawn in the middle of that site's tile."""
    images, positions = np.zeros((4, 36)), np.array([[i * 3 + 1.5, j * 3 + 1.5] for i in range(2) for j in range(2)])
    for unit, (row, column) in enumerate(np.floor(positions).astype(int)):
        images[unit, row * 6 + column] = 1.0
    drawn = figures.features_at_sites(images, (6, 6), positions, (2, 2), 1).axes[0].images[0].get_array()
    bright = np.argwhere(np.asarray(drawn.filled(0)) == 1)
    np.testing.assert_array_equal(bright, [[1, 1], [1, 5], [5, 1], [5, 5]])


def test_features_that_do_not_fit_their_sites_are_refused():
    with pytest.raises(InputError, match="4 sites of 1 units need images of shape"):
        figures.features_at_sites(np.zeros((3, 36)), (6, 6), np.zeros((4, 2)), (2, 2), 1)
