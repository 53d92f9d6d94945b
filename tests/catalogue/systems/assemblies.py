"""Rows of neuronal assemblies, and of the rules at spikes that keep several variables or see a signal."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import bouton
from bouton.dynamics import ExcitableNeurons, LinearHazard, NeuronState
from bouton.errors import InputError
from bouton.plasticity import (
    AssemblySTDP,
    Betweentimes,
    BoundedEvents,
    EligibleSynapse,
    InhibitorySTDP,
    Multiplicative,
    PairSTDP,
    RewardModulatedSTDP,
    Spiking,
    TripletSTDP,
    event_driven,
)
from bouton.spiking import trains_from_recording
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyFrame, AssemblyParameters, Phase, Schedule, build_spaces
from catalogue.circuits.row import DRAWS, CircuitRow
from catalogue.rows import NeuronRow
from catalogue.rules.row import CHOICE, POSITIVE, REAL, AtSpikes, RuleRow
from references import assemblies as references

PRE, POST, SILENT = Spiking(CHOICE, (POSITIVE,)), Spiking(CHOICE, (POSITIVE,)), Spiking(CHOICE, ())
ELIGIBLE = EligibleSynapse(POSITIVE, REAL)
SOFT = Multiplicative(maximum=5.0)


def assembly_change(w, pre, post, signal, rate, depression, symmetry, maximum):
    before = symmetry * post.readouts[0] if symmetry else 0.0
    at_pre = np.maximum(0, w - rate * signal * (before + depression)) - w
    at_post = np.minimum(maximum, w + rate * signal * (pre.readouts[0] - depression)) - w
    return pre.spike * at_pre + post.spike * (1 - pre.spike) * at_post


def softness(synapse, signal):
    """Return the share of the soft bound that the weight has reached where a time step of 5 ms ends."""
    return (synapse.weight + 0.1 * 50 * signal * (1 - np.exp(-0.1)) * synapse.eligibility) / 5


def assembly_facts(rule, symmetry, plus, minus, depression):
    """Return changes at given traces, the traces' times, and the drift under Poisson spikes, by hand."""
    p, q = 5.0, 12.0
    gain, loss = q * (p * plus / 1e3 - depression), p * (symmetry * q * minus / 1e3 + depression)
    post = (0.3,) if symmetry else ()
    steps = [(a, b) for a in (0.0, 1.0) for b in (0.0, 1.0)]
    found = [rule(0.9, Spiking(a, (0.7,)), Spiking(b, post), 0.5) for a, b in steps]
    at_pre, at_post = -0.05 * (symmetry * 0.3 + depression), 0.05 * (0.7 - depression)
    return {
        "steps": (found, [a * at_pre + b * (1 - a) * at_post for a, b in steps]),
        "pre": (rule.on_pre(0.9, (0.7,), post, 0.5), -0.05 * (symmetry * 0.3 + depression)),
        "post": (rule.on_post(0.9, (0.7,), post, 0.5), 0.05 * (0.7 - depression)),
        "pre, without a signal": (rule.on_pre(0.9, (0.7,), post, None), -0.1 * (symmetry * 0.3 + depression)),
        "lower bound": (rule.on_pre(0.001, (0.7,), post, 9.0), -0.001 if symmetry * 0.3 + depression > 0 else 0.0),
        "upper bound": (rule.on_post(1.59, (2.7,), post, 9.0), 0.01),
        "times": ([each.time_constant for each in rule.pre_readouts + rule.post_readouts],
                  [plus, minus] if symmetry else [plus]),
        "drift": (rule.drift(p, q), 0.1 * (gain - loss)),
    }  # fmt: skip


def passed_on():
    """Return what a rule whose changes wait hears of the synapse and its neurons, and which weights it refuses."""
    inner, synapse = TripletSTDP(), EligibleSynapse(0.5, 0.1)
    rule, bounded = RewardModulatedSTDP(inner), RewardModulatedSTDP(BoundedEvents(PairSTDP(), 0.2, 1.5))
    pre, post = (0.7, 0.4), (0.3, 0.9)

    def refuses(start):
        try:
            bounded.check_start(start)
        except InputError:
            return 1.0
        return 0.0

    return {
        "pre": (rule.on_pre(synapse, pre, post, 0.5).eligibility, inner.on_pre(0.5, pre, post, None)),
        "post": (rule.on_post(synapse, pre, post, 0.5).eligibility, inner.on_post(0.5, pre, post, None)),
        "refused": ([refuses(EligibleSynapse(0.1, 0.5)), refuses(EligibleSynapse(1.0, 9.0))], [1.0, 0.0]),
    }


RULES = {
    "assembly STDP": RuleRow(
        lambda: AssemblySTDP(0.1, 0.4, maximum=1.6),
        POSITIVE,
        PRE,
        SILENT,
        POSITIVE,
        lambda w, x, y, s: assembly_change(w, x, y, s, 0.1, 0.4, 0.0, 1.6),
        facts=lambda: assembly_facts(AssemblySTDP(0.1, 0.4, maximum=1.6), 0.0, 25.0, 25.0, 0.4),
    ),
    "assembly STDP, symmetric": RuleRow(
        lambda: AssemblySTDP(0.1, 0.5, -1.0, 30.0, 40.0, 1.6),
        POSITIVE,
        PRE,
        POST,
        POSITIVE,
        lambda w, x, y, s: assembly_change(w, x, y, s, 0.1, 0.5, -1.0, 1.6),
        facts=lambda: assembly_facts(AssemblySTDP(0.1, 0.5, -1.0, 30.0, 40.0, 1.6), -1.0, 30.0, 40.0, 0.5),
    ),
    "inhibitory STDP": RuleRow(
        lambda: InhibitorySTDP(0.1, 5.0, 20.0),
        POSITIVE,
        PRE,
        POST,
        equation=lambda w, x, y, s: 0.1 * (x.spike * (y.readouts[0] - 0.2) + y.spike * x.readouts[0]),
        spikes=AtSpikes(lambda w, x, y: 0.1 * (y(20.0) - 0.2), lambda w, x, y: 0.1 * x(20.0)),
    ),
    "inhibitory STDP, bounded": RuleRow(
        lambda: BoundedEvents(InhibitorySTDP(0.5, 5.0), 0.2, 1.5),
        POSITIVE,
        PRE,
        POST,
        spikes=AtSpikes(lambda w, x, y: 0.5 * (y(20.0) - 0.2), lambda w, x, y: 0.5 * x(20.0)),
        bounds=(0.2, 1.5),
    ),
    "reward-modulated STDP": RuleRow(
        lambda: RewardModulatedSTDP(eligibility_time=50.0), ELIGIBLE, PRE, POST, POSITIVE, facts=lambda: passed_on()
    ),
    "reward-modulated STDP, bounded": RuleRow(
        lambda: BoundedEvents(RewardModulatedSTDP(eligibility_time=50.0), 0.2, 1.5), ELIGIBLE, PRE, POST, POSITIVE
    ),
    "a time step of reward-modulated STDP": RuleRow(
        lambda: Betweentimes(RewardModulatedSTDP(PairSTDP(0.3, 0.2, dependence=SOFT), 50.0, 0.1), 5.0),
        ELIGIBLE,
        PRE,
        POST,
        POSITIVE,
        lambda w, x, y, s: 0.1 * 50 * s * (1 - np.exp(-0.1)) * w.eligibility,
        {
            "eligibility": lambda w, x, y, s: (
                -(1 - np.exp(-0.1)) * w.eligibility
                - 0.2 * np.maximum(softness(w, s), 0) * x.spike * y.readouts[0]
                + 0.3 * np.maximum(1 - softness(w, s), 0) * y.spike * x.readouts[0]
            )
        },
    ),
}

NEURONS = {
    "excitable": NeuronRow(lambda: ExcitableNeurons(bias=0.0), current=0.05, random=True, holds=False),
    "excitable, linear hazard": NeuronRow(
        lambda: ExcitableNeurons(bias=0.0, hazard=LinearHazard(0.0, 10.0), jump=0.0),
        current=0.05,
        random=True,
        holds=False,
    ),
}


SMALL = AssemblyParameters(n_content=40, n_content_inhibitory=10, n_patterns=2, pattern_size=8, n_background=4)
TINY = AssemblyParameters(
    n_content=30, n_content_inhibitory=8, n_space=20, n_space_inhibitory=5, n_patterns=2, pattern_size=4, n_background=2
)


def any_frame(rng, circuit):
    """Return a frame in which everything may be switched."""
    spaces = len(circuit.spaces)
    flags = [rng.integers(2, size=shape) for shape in (spaces, (), (), spaces)]
    return AssemblyFrame(rng.uniform(0, 300, circuit.event.rates.shape), *(np.asarray(flag, float) for flag in flags))


CIRCUITS = {
    "assemblies": CircuitRow(
        lambda: AssemblyCircuit(build_spaces(TINY, ["space"], frame=5.0), ("content", "space")),
        audit=", ".join(f"network.projections.{number}: AssemblySTDP" for number in (3, 4, 8, 9, 10)),
        events=any_frame,
        not_in_float64=DRAWS,
    )
}


def dense(network, number, values):
    """Return values of a projection's synapses as a matrix (pre, post)."""
    projection = network.projections[number]
    found = np.zeros((projection.n_pre, projection.n_post))
    found[projection.pairs] = values
    return found


@partial(jax.jit, static_argnums=1)
def of_each(key, size):
    """Return what each neuron draws, with a key of its own, if it fires."""
    one = partial(jax.random.uniform, shape=(5,), dtype=np.float32, minval=np.finfo(np.float32).tiny)
    return jax.vmap(lambda neuron: one(jax.random.fold_in(key, neuron)))(np.arange(size)).astype(float)


def content_space():
    n_frames, h = 40, SMALL.time_step
    circuit = AssemblyCircuit(build_spaces(SMALL, frame=10.0))
    network, key = circuit.network, jax.random.key(3)
    frames = Schedule([Phase(10.0 * n_frames, 0, training=True)], frame=10.0).frames(SMALL)
    run = bouton.run(circuit, frames, key=key, record={"spikes": 1, "lost": 1})
    trains = trains_from_recording(network, run.recordings["spikes"], run.recordings["lost"])

    def draws(group):
        keys = (
            jax.random.fold_in(jax.random.fold_in(jax.random.fold_in(key, frame), step), group)
            for frame in range(n_frames)
            for step in range(network.frame_steps)
        )
        return [np.asarray(of_each(each, network.groups[group].size)) for each in keys]

    start = network.init(key)
    plastic = []
    for number, parameters in ((3, references.XE), (4, references.EE)):
        mask = dense(network, number, 1) > 0
        ways = network.as_given(network.projections[number].dendrite[1], number)
        steps = dense(network, number, ways // network.projections[number].n_post).astype(int)
        weights = dense(network, number, network.weights(start, number))
        plastic.append(references.Synapses(weights, mask, steps, *parameters, h))
    fixed = [dense(network, number, network.weights(start, number)) for number in range(3)]
    sizes = [group.size for group in network.groups]
    inputs = trains.neurons < sizes[0]
    given = np.zeros((n_frames * network.frame_steps, sizes[0]), bool)
    given[np.round(trains.times[inputs] / h).astype(int) - 1, trains.neurons[inputs]] = True
    assert given.sum() > 50
    first = [np.array(own.slow[1]) for own in start.groups[1:]]
    fired_e, fired_i, xe, ee, potential = references.content_space(
        given, *plastic, *fixed, first, (draws(1), draws(2)), h
    )
    times = h * np.arange(1, len(fired_e) + 1)
    last = [np.bincount(trains.neurons, trains.times, network.n_neurons)[sizes[0] :]]
    assert fired_e.sum() > 50
    assert fired_i.sum() > 5
    return {
        "weights of inputs": (dense(network, 3, network.weights(run.state, 3)), xe),
        "recurrent weights": (dense(network, 4, network.weights(run.state, 4)), ee),
        "spike times": (np.concatenate(last), np.concatenate([times @ fired_e, times @ fired_i])),
        "potentials": (run.state.groups[1].potential, potential),
    }


def one_synapse():
    found, expected = [], []
    for start, (eta, depression, alpha, plus, minus, maximum), delay in (
        (0.4, references.XE, 1.0),
        (0.3, references.EE, 1.0),
        (0.6, references.C_TO_N, 4.0),
    ):
        rule = AssemblySTDP(eta, depression, alpha, plus, minus, maximum)
        for number, last in enumerate(references.PRE):
            post = [time + delay for time in references.POST if time + delay <= last]
            found.append(event_driven(rule, start, references.PRE[: number + 1], post, 1.0))
        expected.append(references.one_synapse(start, (eta, depression, alpha, plus, minus, maximum), delay))
    return {"weights": (np.array(found), np.concatenate(expected))}


def neurons():
    rng = np.random.default_rng(0)
    u, s, arriving, waiting = (
        rng.normal(0, 1, 50),
        rng.uniform(0, 1, 50),
        rng.uniform(0, 20, 50),
        rng.uniform(0, 0.5, 50),
    )
    dead = np.maximum(rng.integers(-6, 6, 50), 0)
    model = ExcitableNeurons(jump=0.02, time_step=0.5)
    slow = jnp.asarray(s), jnp.asarray(waiting)
    state = NeuronState(jnp.asarray(u), (jnp.zeros(50),), jnp.asarray(dead, jnp.int32), slow)
    state = model.propagate(state, jnp.asarray(-0.5))._replace(synaptic=(jnp.asarray(arriving),))
    crossed, fired = model.cross(state)
    after, again = model.fire(state, jax.random.key(1))
    expected = references.neurons(u, s, dead, waiting, arriving, 0.1 - 0.5, 0.5, q=0.02)
    draws = references.drawn(np.asarray(of_each(jax.random.key(1), 50)), 0.5)
    renewed = [np.where(expected[-1], new, old) for new, old in zip(draws, expected[3:1:-1], strict=True)]
    found = (crossed.potential, crossed.slow[0], crossed.refractory, crossed.slow[1], fired)
    names = ("u", "s", "dead", "waiting", "fired")
    assert 5 < fired.sum() < 45
    return dict(zip(names, zip(found, map(np.asarray, expected), strict=True), strict=True)) | {
        "fired again": (again, expected[-1]),
        "next wait": (after.slow[1], renewed[0]),
        "next dead time": (after.refractory, renewed[1]),
    }


REFERENCES = {
    "assemblies: the content space, spike by spike": content_space,
    "assemblies: one synapse": one_synapse,
    "assemblies: neurons": neurons,
}
