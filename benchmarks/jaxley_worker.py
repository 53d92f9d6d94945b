"""A peer's side of the comparison of cables: run by an interpreter that has Jaxley and no bouton.

    python jaxley_worker.py COUNTS TIME_STEP DURATION LANES WIDTH   prints JSON: peaks, CPU seconds of a run and a batch

The schematic pyramidal neuron of 271 compartments, backward Euler, its synapses a channel of four compartments whose
conductances are functions of time; WIDTH is 32 or 64.
"""

import json
import os
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000")

import jax
import jax.numpy as jnp
import jaxley
import numpy as np
from jaxley.channels import Channel, Leak

AREA = np.pi * 0.8 * 10


class Glutamate(Channel):
    """AMPA and NMDA receptors of a number of synapses, activated at 10 ms."""

    def __init__(self, name=None):
        self.current_is_in_mA_per_cm2 = True
        super().__init__(name)
        self.channel_params = {f"{self._name}_n": 0.0}
        self.channel_states = {f"{self._name}_t": -10.0}
        self.current_name = "i_glutamate"

    def update_states(self, states, dt, v, params):
        """Let time pass."""
        return {f"{self._name}_t": states[f"{self._name}_t"] + dt}

    def init_state(self, states, v, params, dt):
        """Leave the state as it is."""
        return {}

    def compute_current(self, states, v, params):
        """Return the current in mA/cm^2."""
        t = jnp.maximum(states[f"{self._name}_t"], 0.0)

        def shape(rise, decay):
            peak = rise * decay / (decay - rise) * np.log(decay / rise)
            largest = np.exp(-peak / decay) - np.exp(-peak / rise)
            return (jnp.exp(-t / decay) - jnp.exp(-t / rise)) / largest

        conductance = 0.25 * shape(0.2, 2.0) + shape(5.0, 90.0) / (1 + 0.25 * jnp.exp(-0.08 * v))
        return 0.1 * params[f"{self._name}_n"] / AREA * conductance * v


def cell():
    """Return the neuron."""
    compartment = jaxley.Compartment()
    one, twenty, thirty = (jaxley.Branch(compartment, n) for n in (1, 20, 30))
    made = jaxley.Cell([one, *[twenty] * 8, thirty, *[twenty] * 4], [-1, *[0] * 9, *[9] * 4])
    for name, value in {"axial_resistivity": 100.0, "capacitance": 1.0, "v": -70.0}.items():
        made.set(name, value)
    sizes = [(25.0, 25.0, 1), *[(200.0, 0.8, 20)] * 8, (600.0, 4.0, 30), *[(200.0, 1.0, 20)] * 4]
    for number, (length, diameter, n) in enumerate(sizes):
        made.branch(number).set("length", length / n)
        made.branch(number).set("radius", diameter / 2)
    made.insert(Leak())
    made.set("Leak_gLeak", 1e-4)
    made.set("Leak_eLeak", -70.0)
    for place in range(11, 15):
        made.branch(1).comp(place).insert(Glutamate())
    made.branch(0).comp(0).record(verbose=False)
    made.branch(1).comp(13).record(verbose=False)
    return made


def main(counts, time_step, duration, lanes):
    """Run each number of synapses, then a batch; print peaks above rest and the least CPU times."""
    made = cell()

    def run(placed):
        given = None
        for place in range(4):
            given = made.branch(1).comp(11 + place).data_set("Glutamate_n", placed[place], given)
        return jaxley.integrate(made, param_state=given, delta_t=time_step, t_max=duration)

    single, batch = jax.jit(run), jax.jit(jax.vmap(run))
    told = {"local": [], "soma": [], "cpu": [], "batch": []}
    jax.block_until_ready(single(jnp.zeros(4)))
    for count in counts:
        placed = jnp.asarray([(count + 3 - place) // 4 for place in range(4)], float)
        before = time.process_time()
        found = np.asarray(single(placed))
        told["cpu"].append(time.process_time() - before)
        told["soma"].append(float(found[0].max()) + 70)
        told["local"].append(float(found[1].max()) + 70)
    many = jnp.asarray(np.arange(lanes)[:, None] // 4 + np.zeros(4), float)
    jax.block_until_ready(batch(many))
    for _ in range(2):
        before = time.process_time()
        jax.block_until_ready(batch(many))
        told["batch"].append(time.process_time() - before)
    print(json.dumps(told))


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", sys.argv[5] == "64")
    main([int(count) for count in sys.argv[1].split(",")], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
