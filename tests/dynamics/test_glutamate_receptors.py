"""Receptors for glutamate: the block by magnesium, the shape of conductances, tangents, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import RECEPTOR_SETS, GlutamateReceptors
from bouton.errors import InputError


@pytest.mark.parametrize(
    ("name", "at_zero", "at_rest"), [("polsky", 0.8, 0.0145759), ("jahr-stevens", 0.78118, 0.0445)]
)
def test_the_block_is_the_published_one(name, at_zero, at_rest):
    receptors = GlutamateReceptors.named(name)
    np.testing.assert_allclose(receptors.unblocked(0.0), at_zero, rtol=1e-5)
    np.testing.assert_allclose(receptors.unblocked(-70.0), at_rest, rtol=1e-3)


def test_without_magnesium_nothing_is_blocked():
    receptors = GlutamateReceptors(magnesium=0.0)
    np.testing.assert_array_equal(receptors.unblocked(jnp.linspace(-90, 40, 9)), np.ones(9))
    current, slope = receptors.nmda(jnp.array(2.0), jnp.array(-50.0))
    assert (float(current), float(slope)) == (-100.0, 2.0)


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", RECEPTOR_SETS)
def test_peaks_are_the_conductances_and_slopes_the_derivatives(name):
    receptors = GlutamateReceptors.named(name)
    time = jnp.arange(0, 60, 1e-3)
    for peak, (decay, rise), stated in zip(
        receptors.peaks, receptors.decays, (receptors.ampa_conductance, receptors.nmda_conductance), strict=True
    ):
        shape = peak * (jnp.exp(-time / decay) - jnp.exp(-time / rise))
        np.testing.assert_allclose(shape.max(), 1e-3 * stated, rtol=1e-6)
    for voltage in (-90.0, -45.0, 10.0):
        slope = jax.grad(lambda v: receptors.nmda(3.0, v)[0])(voltage)
        np.testing.assert_allclose(receptors.nmda(3.0, jnp.asarray(voltage))[1], slope, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"nmda_conductance": -1.0}, "nmda_conductance must be"),
        ({"ampa_conductance": -0.1}, "ampa_conductance must be"),
        ({"magnesium": -1.0}, "magnesium must be"),
        ({"nmda_rise": 90.0}, "nmda_rise must be below nmda_decay, got 90 and 90 ms: .* an alpha function"),
        ({"ampa_rise": 3.0}, "ampa_rise must be below ampa_decay, got 3 and 2 ms"),
    ],
)
def test_impossible_receptors_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        GlutamateReceptors(**arguments)


def test_names_are_told():
    with pytest.raises(InputError, match="there is no set of receptors 'rat': choose from polsky, jahr-stevens, human"):
        GlutamateReceptors.named("rat")
    with pytest.raises(InputError, match="receptors have no 'gamma'"):
        GlutamateReceptors.named("human", gamma=0.1)
