"""The peer's side of the comparison of spiking networks: run by an interpreter that has Brian2 and no bouton.

    python brian2_worker.py build NETWORK FOLDER SECONDS SEED FLOAT RECORD   make a C++ program that tells its time
    python brian2_worker.py content FOLDER SECONDS SEED FLOAT STEP           the same of a content space in training
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


def content(folder, seconds, seed, width, step):
    """Make the program of a content space that learns: patterns of 200 ms, and 200 ms of the mean rate between them.

    What is sent is the weight at the arrival, not at the spike; all else is that of `bouton.spiking.assemblies`.
    """
    b.prefs.core.default_float_dtype = np.dtype(width).type
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b.defaultclock.dt = float(step) * b.ms
    b.seed(int(seed))
    rng = np.random.default_rng(int(seed))
    rates = np.full((round(float(seconds) / 0.2), 200), (25 * 100 + 175 * 0.1) / 200)
    for shown in rates[::2]:
        shown[:] = 0.1
        shown[25 * rng.integers(5) :][:25] = 100
    shown = b.TimedArray(rates * b.Hz, dt=200 * b.ms)
    inputs = b.NeuronGroup(200, "dx/dt = -x/(25*ms) : 1", threshold="rand() < shown(t, i)*dt", reset="x += 1",
                           method="exact", namespace={"shown": shown})  # fmt: skip
    drawn = "; ".join(f"g{part} = log(rand())" for part in range(4))
    dead = f"u = 0; {drawn}; dead = -0.875*(g0 + g1 + g2 + g3)*ms"
    same = {"refractory": "dead", "method": "exact"}
    cells = "du/dt = (bias - u)/(10*ms) : 1\nbias : 1 (shared)\ndead : second"
    fires = "rand() < 1 - exp(-clip(exp(u) - 1, 0, inf)*dt/ms)"
    e = b.NeuronGroup(1000, cells + "\ndx/dt = -x/(25*ms) : 1", threshold=fires, reset=dead + "; x += 1", **same)
    i = b.NeuronGroup(250, cells, threshold="rand() < 1 - exp(-clip(u, 0, inf)*10*Hz*dt)", reset=dead, **same)
    e.bias, e.u = 0.1, 0.1
    sent = {"sent": "u_post += 0.03*w"}
    from_inputs = b.Synapses(inputs, e, "w : 1", on_pre={"pre": "w = clip(w - 0.01*0.4, 0, inf)"} | sent,
                             on_post="w = clip(w + 0.01*(x_pre - 0.4), -inf, 0.8)")  # fmt: skip
    from_inputs.connect()
    from_inputs.w = "0.8*rand()"
    within = b.Synapses(e, e, "w : 1\ndy/dt = -y/(25*ms) : 1 (event-driven)",
                        on_pre={"pre": "w = clip(w + 0.0025*(y - 0.5), 0, inf)"} | sent,
                        on_post="w = clip(w + 0.0025*(x_pre - 0.5), -inf, 0.6); y += 1")  # fmt: skip
    within.connect(p=0.1)
    within.w = "0.01*rand()"
    from_inputs.sent.delay = "1*ms + 9*ms*rand()"
    from_inputs.post.delay = np.asarray(1 + 9 * rng.random(200_000)) * b.ms
    within.sent.delay = within.post.delay = 1 * b.ms
    parts = [from_inputs, within]
    for source, target, weight, share, delay in ((e, i, 10 / 0.575, 0.575, 0.5), (i, e, -1 / 3, 0.6, 0.5),
                                                 (i, i, -10 / 0.6, 0.55, 1.0)):  # fmt: skip
        synapses = b.Synapses(source, target, on_pre=f"u_post += {0.03 * weight}")
        synapses.connect(p=share)
        synapses.delay = delay * b.ms
        parts.append(synapses)
    monitor = b.SpikeMonitor(e, record=False)
    network = b.Network(inputs, e, i, monitor, *parts)
    b.device.insert_code("before_network_run", "std::clock_t _begin = std::clock();")
    b.device.insert_code("after_network_run", TELL)
    network.run(float(seconds) * b.second)
    b.device.build(directory=folder, compile=True, run=False, debug=False)
    print("count", b.device.get_array_filename(monitor.variables["count"]))
    print("w", b.device.get_array_filename(from_inputs.variables["w"]))


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
    {"build": build, "content": content, "follow": follow}[sys.argv[1]](*sys.argv[2:])
