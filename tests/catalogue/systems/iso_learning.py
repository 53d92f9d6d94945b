"""Learners of sequences in open and closed loop: rows, and the program that they are held to."""

import jax
import jax.numpy as jnp
import numpy as np

from bouton.behaviour import (
    BurstGate,
    ClosedLoop,
    FoodArena,
    ObstacleArena,
    SequenceLearner,
    Stimulus,
    input_correlations,
)
from bouton.dynamics import ResonatorBank
from bouton.engine import rollout
from bouton.plasticity import (
    InputCorrelations,
    IsotropicSequenceOrder,
    RelevantSequenceOrder,
    SequencePost,
    SequencePre,
    SequenceSynapse,
)
from catalogue.circuits.row import NOT_AFFINE, CircuitRow
from catalogue.rules.row import POSITIVE, REAL, RuleRow
from references import iso_learning as reference

KEY = jax.random.key(0)
SYNAPSE, PRE, POST = SequenceSynapse(REAL, REAL), SequencePre(REAL, REAL), SequencePost(REAL, REAL, REAL)
LOOSE, LOOSE_IN_LOOP = ({f"{at}synapses.weight": NOT_AFFINE} for at in ("", "agent."))
RANDOM = "random numbers of single and of double precision are different draws"
TEN = tuple(0.1 / np.arange(1, 11))


def sequence_rule(make, product, **facts):
    """Return the row of a rule, by the product of which it takes the mean over two steps."""
    return RuleRow(
        make,
        SYNAPSE,
        PRE,
        POST,
        equation=lambda w, x, y, s: 0.3 * (product(w, x, y, s) + w.product) / 2,
        further={"product": lambda w, x, y, s: product(w, x, y, s) - w.product},
        **facts,
    )


def stimulus(rng, circuit):
    return jax.tree.map(lambda leaf: rng.normal(size=leaf.shape), circuit.event)


RULES = {
    "sequence order, isotropic": sequence_rule(
        lambda: IsotropicSequenceOrder(0.3), lambda w, x, y, s: x.now * y.change
    ),
    "sequence order, midpoint": sequence_rule(
        lambda: IsotropicSequenceOrder(0.3, midpoint=True), lambda w, x, y, s: (x.now + x.before) / 2 * y.change
    ),
    "sequence order, input correlations": sequence_rule(
        lambda: InputCorrelations(0.3), lambda w, x, y, s: x.now * y.reflex_change
    ),
    "sequence order, relevance": sequence_rule(
        lambda: RelevantSequenceOrder(0.3, decay=0.2),
        lambda w, x, y, s: s * x.now * y.change - 0.2 * w.weight * np.abs(x.now * y.output),
        signal=POSITIVE,
    ),
}


def learner(rule, **options):
    bank = ResonatorBank.harmonics(0.1, 3)
    return SequenceLearner(rule, 2, ((1.0, -0.5),), predictive_filters=bank, **options)


CIRCUITS = {
    "sequence learner, ISO": CircuitRow(
        lambda: learner(IsotropicSequenceOrder(1e-3)), (), LOOSE, "synapses: IsotropicSequenceOrder", events=stimulus
    ),
    "sequence learner, ISO3": CircuitRow(
        lambda: learner(RelevantSequenceOrder(1e-3), gate=BurstGate()),
        (),
        LOOSE,
        "synapses: RelevantSequenceOrder",
        events=stimulus,
    ),
    "food agent": CircuitRow(
        lambda: FoodArena.agent("ISO3", 1e-4), (), LOOSE, "learner.synapses: RelevantSequenceOrder", events=stimulus
    ),
    "loop, food": CircuitRow(
        lambda: ClosedLoop(FoodArena.agent("ICO", 1e-4), FoodArena()),
        (),
        LOOSE_IN_LOOP,
        "agent.learner.synapses: InputCorrelations",
        events=lambda rng, circuit: np.zeros(()),
        not_in_float64=RANDOM,
    ),
    "loop, obstacles": CircuitRow(
        lambda: ClosedLoop(ObstacleArena.agent("ISO", 1e-5), ObstacleArena()),
        (),
        LOOSE_IN_LOOP,
        "agent.learner.synapses: IsotropicSequenceOrder",
        events=lambda rng, circuit: np.zeros(()),
        not_in_float64=RANDOM,
    ),
}


def open_loop():
    reflex, predictive = reference.pulses(6000, lone_from=4000)
    found = {}
    for name, rule in (("ISO", IsotropicSequenceOrder), ("ICO", InputCorrelations)):
        circuit = SequenceLearner(rule(1e-3), predictive_filters=ResonatorBank(TEN))
        events = Stimulus(jnp.asarray(reflex[:, None]), jnp.asarray(predictive[:, None]))
        _, weights = rollout(circuit, events, KEY, look=lambda state, info: state.synapses.weight[0])
        found[name] = weights, reference.open_loop(name, 1e-3, reflex, predictive, TEN)
    fast = input_correlations(reflex, predictive, 1e-3, predictive_filters=ResonatorBank(TEN))
    return found | {"ICO by filters": (fast, found["ICO"][1])}


def in_the_arena(loop, steps):
    events = np.zeros(steps, np.uint8)
    state, way = rollout(
        loop, events, KEY, look=lambda state, info: jnp.append(state.world.pose.position, state.world.pose.heading)
    )
    return state, way


def food():
    start, places, found = (200.0, 200.0, 0.3), ((280.0, 235.0), (390.0, 180.0)), {}
    for rule in ("ISO", "ICO", "ISO3"):
        world = FoodArena(noise=0.0, consumed=False, start=start, places=places)
        state, way = in_the_arena(ClosedLoop(FoodArena.agent(rule, 1e-4), world), 300)
        expected, weights = reference.food(rule, 1e-4, start, places, 300)
        found |= {f"{rule}, way": (way, expected), f"{rule}, weights": (state.agent.synapses.weight[0], weights)}
    return found


def avoidance():
    world = ObstacleArena(noise=0.0, start=(120.0, 300.0, -0.6))
    state, way = in_the_arena(ClosedLoop(ObstacleArena.agent("ICO", 1e-4), world), 900)
    expected, weights, collisions = reference.avoid("ICO", 1e-4, world.start, world.obstacles, 900)
    return {
        "way": (way, expected),
        "weights": (state.agent.synapses.weight, weights),
        "collisions": (state.world.collisions, collisions),
    }


REFERENCES = {
    "iso_learning: open loop": open_loop,
    "iso_learning: food": food,
    "iso_learning: obstacles": avoidance,
}
