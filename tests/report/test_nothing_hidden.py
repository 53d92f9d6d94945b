"""Figures show every point or say how many they leave out, and the law that tells notices what is hidden."""

import numpy as np
import pytest

from bouton.report import figures
from drawn import hidden

RNG = np.random.default_rng(0)


def plain(**options):
    with figures.style():
        figure, axes = figures.new_figure()
        axes.plot([0.0, 1.0, 2.0, 3.0], [0.0, 3.0, 3.0, 0.5], label="curve")
        axes.set(**options)
    return figure, axes


def test_a_figure_that_hides_nothing_passes():
    figure, axes = plain(xlabel="x")
    axes.legend(**figures.ABOVE)
    assert hidden(figure) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ylim": (0, 2)}, "2 of 4 points of curve lie outside"),
        ({"yscale": "log"}, "1 of 4 points of curve have no place on a logarithmic axis"),
        ({"ylim": (0, 2), "title": "2 points beyond 2"}, None),
    ],
)
def test_points_beyond_the_axes_are_noticed_unless_they_are_told_of(options, words):
    found = hidden(plain(**options)[0])
    assert found == [] if words is None else any(words in each for each in found)


def test_legends_over_data_and_clipped_texts_are_noticed():
    figure, axes = plain()
    axes.legend(loc="upper center")
    assert hidden(figure) == ["axes 0: the legend covers curve"]
    figure, axes = plain()
    axes.text(3.0, 0.5, "a long label at the edge of the figure")
    axes.texts[0].set_in_layout(False)
    assert any("is cut at the edge" in each for each in hidden(figure))
    figure, axes = plain()
    axes.text(0.9, 2.8, "label")
    assert hidden(figure) == ["axes 0: 'label' covers curve"]


def test_shapes_of_any_size_are_all_shown():
    width, length = RNG.uniform(0.1, 5, (2, 16)), RNG.uniform(1, 60, (2, 16))
    length[0, :3] = width[0, :3] = np.nan
    shares = RNG.uniform(-0.5, 1, (2, 16))
    with figures.style():
        figure = figures.gabor_shapes(["one", "two"], width, length, shares)
    assert hidden(figure) == []
    assert figure.axes[0].get_title("left") == "3 fits without a shape are left out"


@pytest.mark.thorough
@pytest.mark.parametrize("reach", [6, 12, 40])
def test_densities_reach_as_far_as_the_drives(reach):
    bins = np.linspace(-reach, reach, 8 * reach + 1)
    heavy = 1 / (1 + np.abs(bins[:-1] + 0.125)) ** 3
    densities = np.stack([heavy, np.exp(-(bins[:-1] ** 2))])
    densities /= (densities @ np.diff(bins))[:, None]
    densities[densities < 1e-7] = 0
    densities[0] *= 0.999
    with figures.style():
        figure = figures.drive_densities(bins, densities, [391.0, 3.0], ["heavy", "light"])
    assert hidden(figure) == []
    assert "0.10% of samples beyond" in figure.axes[0].get_legend().get_texts()[0].get_text()


def test_sizes_and_tuning_are_not_under_their_legends():
    fields = RNG.normal(size=(12, 64))
    from bouton.analysis import orientation_index, orientation_tuning, power_spectrum, preferred_frequency

    with figures.style():
        sizes = figures.field_sizes(
            power_spectrum(fields).mean(axis=0), preferred_frequency(fields), np.full(12, 60.0), 64, 20.0
        )
        tuning = figures.orientation_curves(orientation_tuning(fields), orientation_index(fields))
    assert hidden(sizes) == []
    assert hidden(tuning) == []
