"""The scale of the data is no divergence: states that scale with it are healthy, data beyond handling are refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toys import ToyCircuit

import bouton
from bouton.engine import Circuit, Copies, SideBySide
from bouton.engine._scale import healthy_peaks
from bouton.errors import Diverged, InputError
from bouton.similarity import PrincipalSubspaceNetwork, SNMFNetwork, WhiteningNetwork
from bouton.surprise import GaussianMean, LeakyIntegrator

KEY = jax.random.key(0)
ROWS = np.random.default_rng(0).normal(size=(1500, 4)).astype(np.float32)


class Sums(Circuit):
    """A sum that only grows, and the mean square."""

    event = jax.ShapeDtypeStruct((4,), jnp.float32)

    def init(self, key):
        return {"sum": jnp.zeros(4), "square": jnp.zeros(4)}

    def respond(self, state, x):
        return state["sum"]

    def step(self, key, state, x):
        return {"sum": state["sum"] + jnp.abs(x), "square": state["square"] + x * x}, {"y": x}


@pytest.mark.parametrize("scale", [1e-15, 1e-9, 1e-4, 1e4, 1e8, 1e12, 1e16])
def test_what_scales_with_the_data_or_adds_up_is_healthy(scale):
    plain = bouton.run(Sums(), ROWS, key=KEY).state
    found = bouton.run(Sums(), ROWS * np.float32(scale), key=KEY).state
    np.testing.assert_allclose(found["sum"] / scale, plain["sum"], rtol=1e-4)
    np.testing.assert_allclose(np.float64(found["square"]) / scale**2, plain["square"], rtol=1e-4)


def test_a_state_that_began_beyond_is_healthy_with_small_data():
    large = bouton.run(Sums(), ROWS * np.float32(1e12), key=KEY).state
    assert bouton.run(Sums(), ROWS, key=KEY, state=large).steps == 1500


@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_what_runs_away_is_found_in_the_first_chunk_and_the_rate_is_named(scale):
    words = r"(between step 1 and step 1024|at step \d{1,3}): .*lower rate \(now 0.05: try 0.0005 to 0.005\)"
    with pytest.raises(Diverged, match=words):
        bouton.run(ToyCircuit(gain=50.0, rate=0.05), ROWS * np.float32(scale), key=KEY)


def test_growth_is_relative_to_data_and_start():
    start = np.array([1.0, 1e20])
    np.testing.assert_allclose(healthy_peaks(None, 1.0, start), [1e15, 1e35])
    np.testing.assert_allclose(healthy_peaks(None, 1e3, start), [1e21, 1e21])
    np.testing.assert_allclose(healthy_peaks(None, 1e-3, start), [1e21, 1e21])
    np.testing.assert_allclose(healthy_peaks(None, 0.0, start), [1e15, 1e35])
    np.testing.assert_allclose(healthy_peaks(7.0, 1e3, start), [7.0, 7.0])


@pytest.mark.thorough
@pytest.mark.parametrize("circuit", [SNMFNetwork(4, 2), PrincipalSubspaceNetwork(4, 2), WhiteningNetwork(4, 2)])
def test_data_whose_powers_leave_the_range_are_refused_with_row_and_value(circuit):
    rows = np.abs(ROWS)
    rows[77, 2] = 1e20
    with pytest.raises(InputError, match=r"row 77 of the stream holds 1e\+20: power [24] of its length.*rescale"):
        bouton.run(circuit, rows, key=KEY)
    state = circuit.init(KEY)
    with pytest.raises(InputError, match=r"row 77 of the events holds 1e\+20.*rescale"):
        bouton.respond(circuit, state, rows)
    with pytest.raises(InputError, match=r"largest absolute value of the stream is .*vanishes in float32: rescale"):
        bouton.run(circuit, np.abs(ROWS) * np.float32(1e-25), key=KEY)
    # Silence is silence, and a quiet stretch of a run that goes on is no matter.
    assert bouton.run(circuit, 0 * rows[:9], key=KEY).steps == 9
    assert bouton.run(circuit, np.abs(ROWS[:9]) * np.float32(1e-25), key=KEY, state=state).steps == 9


def test_circuits_of_circuits_pass_the_power_on():
    network = SNMFNetwork(4, 2)
    assert network.data_power == Copies(network, 3).data_power == 4
    assert SideBySide({"a": network, "b": WhiteningNetwork(4, 2)}).data_power == 4
    assert LeakyIntegrator(GaussianMean(1.0), 0.9).data_power == 2


def test_a_resumed_run_remembers_the_scale(tmp_path):
    rows = np.concatenate([np.abs(ROWS[:1024]), np.abs(ROWS[:300]) * np.float32(1e-25)])
    broken = rows.copy()
    broken[1100] = np.nan
    with pytest.raises(InputError, match="row 1100"):
        bouton.run(SNMFNetwork(4, 2), iter([broken]), key=KEY, checkpoint=tmp_path / "run")
    run = bouton.run(SNMFNetwork(4, 2), iter([rows]), key=KEY, checkpoint=tmp_path / "run", resume=True)
    assert (run.resumed_from, run.steps) == (1024, 1324)
