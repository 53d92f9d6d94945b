"""The peer's side of the comparison of spiking networks: run by an interpreter that has Brian2 and no bouton.

    python brian2_worker.py build NETWORK FOLDER SECONDS SEED FLOAT RECORD   make a C++ program that tells its time
    python brian2_worker.py follow PROBLEM.npz ANSWER.npz              simulate a small given network, keep all

Traces of plastic synapses live on the neurons and are raised after synapses have acted, so that a pair of spikes that
meets in one step does not count. Two spellings of pair STDP are timed: "stdp" has the traces on the neurons, as here,
"stdp-synapses" event-driven ones on the synapses, as the documentation of Brian2 has.
"""

import sys

import brian2 as b
import numpy as np

MEMBRANE = """
dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
dge/dt = -ge / (5*ms) : volt
dgi/dt = -gi / (10*ms) : volt
"""
CONDUCTANCE = """
dv/dt = ((-60*mV - v) + ge*(0*mV - v) + gi*(-80*mV - v)) / (20*ms) : volt (unless refractory)
dge/dt = -ge / (5*ms) : 1
dgi/dt = -gi / (10*ms) : 1
"""
TRACES = """
dx/dt = -x / (20*ms) : 1
dy/dt = -y / (20*ms) : 1
"""
# Brian2's neurons are held for one step less than the refractory time says; one more makes them alike.
REFRACTORY = 5.1
W0 = 1.62
# CPU seconds of the simulation alone, without making the network or reading and writing files.
TELL = """std::ofstream _told("cpu_seconds.txt");
_told << (std::clock() - _begin) / (double)CLOCKS_PER_SEC; _told.close();"""


def neurons(kind, number):
    """Return the neurons of a network, at its start."""
    traces = kind == "stdp"
    same = {"threshold": "v >= -50*mV", "refractory": REFRACTORY * b.ms}
    if kind == "coba":
        group = b.NeuronGroup(number, CONDUCTANCE, reset="v = -60*mV", method="exponential_euler", **same)
        group.ge, group.gi = "clip(4 + 1.5*randn(), 0, inf)", "clip(20 + 12*randn(), 0, inf)"
    else:
        reset = "v = -60*mV" + "; x += 1; y += 1" * traces
        group = b.NeuronGroup(number, MEMBRANE + TRACES * traces, reset=reset, method="exact", **same)
    group.v = "-60*mV + rand()*10*mV"
    return group


def fixed(source, target, variable, weight, probability):
    """Return synapses that do not learn, drawn at random."""
    synapses = b.Synapses(source, target, on_pre=f"{variable} += {weight}")
    synapses.connect(p=probability)
    synapses.delay = 0.1 * b.ms
    return synapses


def plastic(kind, source):
    """Return synapses that learn, drawn at random."""
    names = {"top": 2 * W0, "rise": 0.01 * W0, "fall": 0.0105 * W0, "taup": 20 * b.ms}
    if kind == "stdp":
        model, pre = "w : 1", "ge_post += w*mV; w = clip(w - fall*y_post, 0, top)"
        post = "w = clip(w + rise*x_pre, 0, top)"
    else:
        model = "w : 1\ndx/dt = -x/taup : 1 (event-driven)\ndy/dt = -y/taup : 1 (event-driven)"
        pre = "ge_post += w*mV; x += 1; w = clip(w - fall*y, 0, top)"
        post = "y += 1; w = clip(w + rise*x, 0, top)"
    synapses = b.Synapses(source, source, model, on_pre=pre, on_post=post, namespace=names)
    synapses.connect(condition="i != j", p=0.1)
    synapses.w = f"rand()*{2 * W0}"
    synapses.pre.delay = 0.1 * b.ms
    return synapses


def build(kind, folder, seconds, seed, width, record="0"):
    """Make the program; recorded are the number of spikes of each neuron, or all spikes."""
    b.prefs.core.default_float_dtype = np.dtype(width).type
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.defaultclock.dt = 0.1 * b.ms
    b.seed(int(seed))
    number, probability = (1000, 0.1) if kind.startswith("stdp") else (4000, 0.02)
    group = neurons(kind, number)
    n = number * 4 // 5
    excitatory, inhibitory = group[:n], group[n:]
    if kind.startswith("stdp"):
        parts = [plastic(kind, excitatory), fixed(excitatory, inhibitory, "ge", "1.62*mV", probability)]
        parts.append(fixed(inhibitory, group, "gi", "-9*mV", probability))
    else:
        jumps = ("0.6", "6.7") if kind == "coba" else ("1.62*mV", "-9*mV")
        parts = [fixed(excitatory, group, "ge", jumps[0], probability)]
        parts.append(fixed(inhibitory, group, "gi", jumps[1], probability))
    monitor = b.SpikeMonitor(group, record=record == "1")
    network = b.Network(group, monitor, *parts)
    b.device.insert_code("before_network_run", "std::clock_t _begin = std::clock();")
    b.device.insert_code("after_network_run", TELL)
    network.run(float(seconds) * b.second)
    b.device.build(directory=folder, compile=True, run=False, debug=False)
    places = {"count": b.device.get_array_filename(monitor.variables["count"])}
    if kind.startswith("stdp"):
        places["w"] = b.device.get_array_filename(parts[0].variables["w"])
    print("\n".join(f"{name} {place}" for name, place in places.items()))


def follow(problem, answer):
    """Simulate a small network of given synapses under given spikes; write spikes, potentials and weights."""
    given = np.load(problem)
    b.prefs.codegen.target = "numpy"
    b.defaultclock.dt = 0.1 * b.ms
    kind = str(given["kind"])
    number = len(given["v"])
    group = neurons(kind, number)
    group.v = given["v"] * b.mV
    if kind == "coba":
        group.ge, group.gi = 0, 0
    source = b.SpikeGeneratorGroup(int(given["n_inputs"]), given["units"], (given["steps"] - 1) * 0.1 * b.ms)
    unit = "" if kind == "coba" else "*mV"
    parts = []
    for name, origin, variable in (("input", source, "ge"), ("e", group, "ge"), ("i", group, "gi")):
        model, pre, post, names = "w : 1", f"{variable}_post += w{unit}", None, {}
        plastic_ones = kind == "stdp" and name == "e"
        if plastic_ones:
            names = {"top": 2 * W0, "rise": 0.01 * W0, "fall": 0.0105 * W0, "taup": 20 * b.ms}
            model += "\ndarrived/dt = -arrived/taup : 1 (event-driven)"
            pre = {"pre": pre + "; w = clip(w - fall*y_post, 0, top)", "raised": "arrived += 1"}
            post = "w = clip(w + rise*arrived, 0, top)"
        synapses = b.Synapses(origin, group, model, on_pre=pre, on_post=post, namespace=names)
        synapses.connect(i=given[f"{name}_pre"], j=given[f"{name}_post"])
        synapses.w = given[f"{name}_weights"]
        synapses.pre.delay = float(given[f"{name}_delay"]) * b.ms
        if plastic_ones:
            # Traces are raised last: a pair that meets in one step does not count.
            synapses.raised.delay = synapses.pre.delay
            synapses.post.order, synapses.raised.order = 1, 2
        parts.append(synapses)
    spikes, potentials = b.SpikeMonitor(group), b.StateMonitor(group, "v", record=True, when="end")
    b.Network(group, source, spikes, potentials, *parts).run(float(given["duration"]) * b.ms)
    steps = np.round(spikes.t / b.ms / 0.1).astype(int) + 1
    np.savez(answer, steps=steps, neurons=np.asarray(spikes.i), v=potentials.v / b.mV, weights=parts[1].w[:])


if __name__ == "__main__":
    {"build": build, "follow": follow}[sys.argv[1]](*sys.argv[2:])
