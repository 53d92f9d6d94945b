"""The same small networks in Brian2, under the same input spikes: the same spikes, potentials and weights.

Brian2 lives in an environment of its own (see `benchmarks.spiking`): the variable BRIAN2_PYTHON names its interpreter,
or it lies at benchmarks/.venv-brian2. Where there is none these tests are left out.
"""

import os
import subprocess
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dynamics import ConductanceIntegrateAndFire
from bouton.plasticity import BoundedEvents, PairSTDP
from bouton.spiking import NetworkBuilder
from bouton.spiking.reference import current_based

WORKER = Path(__file__).resolve().parents[2] / "benchmarks" / "brian2_worker.py"
PYTHON = Path(os.environ.get("BRIAN2_PYTHON", WORKER.with_name(".venv-brian2") / "bin" / "python"))
STEPS, W0 = 1500, 1.62

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(),
    reason=f"no Brian2: {PYTHON.name} of an environment with it, named by BRIAN2_PYTHON, is missing",
)


def problem(kind, delay):
    """Return a network of 16 + 4 neurons and 20 inputs, as arrays."""
    rng = np.random.default_rng(1)
    hits = rng.random((20, 20)) < 0.4
    np.fill_diagonal(hits, False)
    pre, post = np.nonzero(hits)
    steps = np.concatenate([np.sort(rng.choice(np.arange(1, STEPS), 12, replace=False)) for _ in range(20)])
    units = np.repeat(np.arange(20), 12)
    order = np.lexsort((units, steps))
    first, second = (pre < 16) & ((post < 16) | (kind != "stdp")), pre >= 16
    scale = {"coba": (2.0, 0.6, 6.7)}.get(kind, (40.0, W0, -9.0))
    return {
        "kind": kind, "v": np.full(20, -60.0) + rng.random(20), "n_inputs": 20, "duration": STEPS * 0.1,
        "steps": steps[order], "units": units[order],
        "input_pre": np.arange(20), "input_post": np.arange(20), "input_weights": np.full(20, scale[0]),
        "e_pre": pre[first], "e_post": post[first], "e_weights": scale[1] * rng.uniform(0.2, 1.8, first.sum()),
        "i_pre": pre[second], "i_post": post[second], "i_weights": np.full(second.sum(), scale[2]),
        "input_delay": 0.1, "e_delay": delay, "i_delay": 0.8,
    }  # fmt: skip


def own(given):
    """Return spikes, potentials and weights of the same network here."""
    kind = given["kind"]
    builder = NetworkBuilder(0.1)
    trains = [0.1 * given["steps"][given["units"] == unit] for unit in range(20)]
    source = builder.spikes("source", trains, round_times=True)
    model = ConductanceIntegrateAndFire() if kind == "coba" else current_based(0.1)
    cells = builder.neurons("cells", 20, model)
    rule = BoundedEvents(PairSTDP(0.01 * W0, 0.0105 * W0), 0.0, 2 * W0) if kind == "stdp" else None
    for name, origin, receptor in (("input", source, 0), ("e", cells, 0), ("i", cells, 1)):
        builder.connect(
            origin,
            cells,
            weight=given[f"{name}_weights"],
            receptor=receptor,
            delay=given[f"{name}_delay"],
            pairs=(given[f"{name}_pre"], given[f"{name}_post"]),
            rule=rule if name == "e" else None,
        )
    network = builder.build(frame=0.1)
    state = network.init(jax.random.key(0))
    state = eqx.tree_at(lambda s: s.groups[1].potential, state, jnp.asarray(given["v"]))

    def one(state, _):
        state, info = network.step(jax.random.key(0), state, jnp.zeros(2))
        return state, (state.groups[1].potential, info.spikes)

    state, (potentials, spikes) = jax.jit(lambda state: jax.lax.scan(one, state, length=STEPS))(state)
    events = np.asarray(spikes).reshape(-1, 2)
    events = events[(events[:, 0] > 0) & (events[:, 1] >= 20)]
    weights = given["e_weights"] if rule is None else np.asarray(state.plastic[1].synapses)
    return events[:, 0], events[:, 1] - 20, np.asarray(potentials).T, weights


@pytest.mark.parametrize(("kind", "delay"), [("cuba", 0.1), ("cuba", 1.5), ("coba", 0.3), ("stdp", 0.1), ("stdp", 1.5)])
def test_brian2_gives_the_same_spikes_potentials_and_weights(float64, tmp_path, kind, delay):
    given = problem(kind, delay)
    np.savez(tmp_path / "problem.npz", **given)
    command = [str(PYTHON), str(WORKER), "follow", str(tmp_path / "problem.npz"), str(tmp_path / "answer.npz")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = np.load(tmp_path / "answer.npz")
    steps, neurons, potentials, weights = own(given)
    assert len(steps) > 50
    for mine, other in ((steps, theirs["steps"]), (neurons, theirs["neurons"])):
        np.testing.assert_array_equal(mine, other)
    np.testing.assert_allclose(potentials, theirs["v"], atol=1e-9)
    # Brian2 keeps synapses in the order in which they are made, which is the same.
    np.testing.assert_allclose(weights, theirs["weights"], atol=1e-12)
    assert (kind == "stdp") == (not np.array_equal(weights, given["e_weights"]))
