"""`Linsker`: both methods, the published sequence, the same cells by either method, and the traps of the model."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.analysis import arbor_shape, orientation_of_arbor
from bouton.errors import InputError
from bouton.features import LINSKER_LAYERS, LayerPlan, Linsker, LinskerGrowth, develop_layers

C = LINSKER_LAYERS[1]


@pytest.fixture(scope="module")
def developed():
    return Linsker().develop(n_cells=12)


@pytest.mark.thorough
def test_the_ensemble_is_that_of_the_layers(developed):
    alone = develop_layers(LINSKER_LAYERS[:2], n_cells=12)
    for one, other in zip(developed, alone, strict=False):
        np.testing.assert_array_equal(one.weights, other.weights)


def test_the_sequence_of_layers(developed):
    assert [layer.name for layer in developed] == list("BCDEFG")
    assert developed[0].excitatory == 1.0
    for layer in developed[1:5]:
        shapes = [arbor_shape(w, p) for w, p in zip(layer.weights, layer.positions, strict=True)]
        assert np.mean([shape.centre_surround for shape in shapes]) > 0.4
    depths = [layer.statistics.profile.min() for layer in developed[1:5]]
    assert depths == sorted(depths, reverse=True)

    def selective(layer):
        return np.mean([orientation_of_arbor(w, p)[0] for w, p in zip(layer.weights, layer.positions, strict=True)])

    assert selective(developed[5]) > 2 * selective(developed[1])


@pytest.mark.thorough
def test_under_noise_the_same_layers_come_about():
    """Small: a lattice of 20 x 20 cells, and a tenth of the time."""
    plans = (
        replace(LINSKER_LAYERS[0], growth=LinskerGrowth(k1=1.0, k2=0.0, steps=20)),
        replace(C, growth=LinskerGrowth(k1=0.45, steps=150)),
    )
    b, c = Linsker(plans, n_synapses=60).develop("noise", lattice=20, learning_rate=0.01)
    assert (b.name, c.name, b.weights.shape) == ("B", "C", (400, 60))
    assert b.excitatory == 1.0
    # Within half a lattice spacing, places are those of the arbor.
    assert c.positions.reshape(-1, 2).var() == pytest.approx(1.5, rel=0.05)
    averaged = Linsker(plans, n_synapses=60).develop(n_cells=50)[1]
    assert c.excitatory == pytest.approx(averaged.excitatory, abs=0.06)

    def centred(layer):
        return np.mean([arbor_shape(w, p).centre_surround for w, p in zip(layer.weights, layer.positions, strict=True)])

    assert centred(c) > 0.3
    assert centred(c) == pytest.approx(centred(averaged), abs=0.15)


def test_constants_may_be_traced():
    def share(k1):
        growth = LinskerGrowth(k1=k1, steps=50)
        return growth.grow(growth.start(jax.random.key(0), 20), jnp.eye(20)).mean()

    low, high = jax.vmap(share)(jnp.array([0.0, 1.5]))
    assert float(high) > float(low)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Linsker(()), "at least one"),
        (lambda: Linsker((C, C)), "a name of its own"),
        (lambda: Linsker(n_synapses=0), "n_synapses must be"),
        (lambda: Linsker((LayerPlan("C", LinskerGrowth(step_size=0.4)),)), r"take a step_size below 0.333"),
        (lambda: Linsker((LayerPlan("C", LinskerGrowth(), arbor=0.0),)), "arbor must be positive"),
        (lambda: Linsker().develop("spikes"), "must be 'ensemble' or 'noise'"),
        (lambda: Linsker((C,)).develop("noise", lattice=10), "layer C: the lattice wraps around"),
        (lambda: Linsker((C,)).develop("noise", learning_rate=0.3), "far below the step_size"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
