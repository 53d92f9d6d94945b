"""Figures of network activity: panels, colours in both populations, too few spikes, bad windows."""

import numpy as np
import pytest

from bouton.errors import InputError
from bouton.report.spiking import draw_activity
from bouton.spiking import SpikeTrains

RANDOM = np.random.default_rng(0)
TRAINS = SpikeTrains(np.sort(RANDOM.uniform(0, 500, 3000)), RANDOM.integers(0, 600, 3000), 600, 0.0, 500.0)


def test_activity_shows_raster_rates_irregularity_and_weights():
    groups = {"excitatory": (0, 400), "inhibitory": (400, 600)}
    figure = draw_activity(TRAINS, groups, weights={"before": [0.0, 1.0], "after": [0.5, 2.0]})
    variation, weights, raster, rates = figure.axes
    assert raster.get_ylabel() == "neuron (400 of 600)"
    shown = raster.collections[0].get_offsets()
    assert 200 <= shown[:, 0].min() <= shown[:, 0].max() <= 500
    assert {text.get_text() for text in rates.get_legend().get_texts()} == set(groups)
    steps = rates.lines[0].get_ydata()
    part = TRAINS.between(200.0, 500.0).of(0, 400)
    assert np.mean(steps) == pytest.approx(len(part.times) / 400 / 0.3, rel=1e-6)
    assert len(variation.patches) == len(weights.patches) == 2


def test_few_spikes_are_no_trouble():
    figure = draw_activity(SpikeTrains(np.array([1.0]), np.array([0]), 2, 0.0, 50.0), window=(0.0, 40.0))
    assert [text.get_text() for text in figure.axes[0].texts] == ["too few spikes"]


def test_a_window_outside_is_refused():
    with pytest.raises(InputError, match="window must lie within"):
        draw_activity(TRAINS, window=(0.0, 600.0))
