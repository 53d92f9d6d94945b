"""Neurons under voltage-based plasticity: each synapse as the rule has it, homeostasis, locality, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dynamics import ClopathNeuron, LowPass, VoltageFilters
from bouton.errors import InputError
from bouton.features import VoltageNeurons
from bouton.plasticity import ClopathVoltage, VoltagePost, VoltagePre


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_neuron_learns_as_its_parts_have_it():
    neurons, rng = VoltageNeurons(6, 2), np.random.default_rng(0)
    spikes = jnp.asarray(rng.random((60, 6)) < 0.1, float)
    state = start = neurons.init(jax.random.key(0))
    for row in spikes:
        state, _ = neurons.time_step(state, row)
    cell, filters = ClopathNeuron(), VoltageFilters(delay=4)
    membrane, weights, trace, square = cell.start(()), start.weights[1], jnp.zeros(6), jnp.asarray(60.0)
    lines = filters.start(membrane.potential)
    for row in spikes:
        membrane, _ = cell.step(membrane, 4 * 281 * jnp.sum(weights * row))
        lines, read = filters.step(lines, membrane.potential)
        square = LowPass(1200.0, exact=False).step(square, (membrane.potential + 70.6) ** 2)
        post = VoltagePost(membrane.potential, *read, square / 60)
        rule = ClopathVoltage(1.4e-3, 8e-4)
        weights = jnp.stack(
            [w + rule(w, VoltagePre(s, t), post, None) for w, s, t in zip(weights, row, trace, strict=True)]
        )
        trace = LowPass(15.0, exact=False).step(trace, row)
    np.testing.assert_allclose(state.weights[1], weights, atol=1e-12)
    assert float(jnp.abs(weights - start.weights[1]).max()) > 1e-3


@pytest.mark.thorough
def test_a_neuron_that_is_driven_hard_depresses_more():
    neurons = VoltageNeurons(30, 1)
    quiet, loud = np.full((30, 30), 1e-3), np.full((30, 30), 0.03)
    runs = [
        bouton.run(neurons, shown, key=jax.random.key(0), record={"mean_square": 1, "y": 1}) for shown in (quiet, loud)
    ]
    assert runs[0].recordings["mean_square"].values[-1] < 60 < runs[1].recordings["mean_square"].values[-1]
    assert runs[1].recordings["y"].values.mean() > runs[0].recordings["y"].values.mean()
    for run in runs:
        weights = np.asarray(run.state.weights)
        assert weights.min() >= 0
        assert weights.max() <= 3


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="n_inputs must be an integer of at least 1"):
        VoltageNeurons(0)
    with pytest.raises(InputError, match="reference must be positive"):
        VoltageNeurons(4, reference=0.0)
    with pytest.raises(InputError, match="are your time constants in seconds"):
        VoltageNeurons(4, trace_time=0.015)
    with pytest.raises(InputError, match=r"upper bound must exceed 0\.5"):
        VoltageNeurons(4, rule=ClopathVoltage(upper=0.4))
