"""The way of a robot: what is drawn is where it was, and an animation has a frame for each place."""

import numpy as np
import pytest
from PIL import Image

from bouton.errors import InputError
from bouton.report.arenas import draw_way, write_animation

WAY = np.stack([np.linspace(20, 80, 7), np.linspace(10, 50, 7)], axis=1)


def test_all_places_are_drawn_in_the_order_of_time():
    (axis,) = draw_way(WAY, size=(100.0, 60.0), obstacles=[(50.0, 30.0, 5.0)]).axes
    (points,) = axis.collections
    np.testing.assert_allclose(np.asarray(points.get_offsets()), WAY)
    np.testing.assert_array_equal(np.asarray(points.get_array()), np.arange(7))
    assert (axis.get_xlim(), axis.get_ylim(), len(axis.patches)) == ((0, 100), (0, 60), 1)


@pytest.mark.thorough
def test_an_animation_shows_the_robot_where_it_was(tmp_path):
    path = write_animation(tmp_path / "way.gif", WAY, size=(100.0, 60.0), frames_per_second=10)
    with Image.open(path) as film:
        assert (film.n_frames, film.info["duration"]) == (7, 100)
        first = np.asarray(film.convert("RGB"), int)
        film.seek(6)
        last = np.asarray(film.convert("RGB"), int)
    # The robot moves to the right and up: the coloured pixels do.
    centre = [np.argwhere(np.ptp(picture, axis=2) > 60).mean(axis=0) for picture in (first, last)]
    assert centre[1][1] > centre[0][1] + 100
    assert centre[1][0] < centre[0][0] - 50
    assert [file.name for file in tmp_path.iterdir()] == ["way.gif"]


@pytest.mark.parametrize(
    ("way", "name", "options", "sentence"),
    [
        (WAY.T, "way.gif", {}, r"must have shape \(places, 2\), got \(2, 7\)"),
        (np.where(WAY > 75, np.nan, WAY), "way.gif", {}, r"must be finite; place 6 is \[nan, 50.0\]"),
        (WAY, "way.mp4", {}, "must end in .gif, got 'way.mp4'"),
        (np.zeros((2500, 2)), "way.gif", {}, r"at most 1000 frames, got 2500 places.*way\[::3\]"),
        (WAY, "way.gif", {"frames_per_second": 0}, "at least 1, got 0"),
    ],
)
def test_what_cannot_be_animated_is_said(tmp_path, way, name, options, sentence):
    with pytest.raises(InputError, match=sentence):
        write_animation(tmp_path / name, way, **options)
    assert not list(tmp_path.iterdir())
