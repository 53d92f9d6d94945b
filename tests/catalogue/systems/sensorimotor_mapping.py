"""Reward-modulated Hebbian learning of flexible mappings: rows, and the program that they are held to."""

import jax
import jax.numpy as jnp
import numpy as np

from bouton.behaviour import (
    ChoiceModel,
    ClosedLoop,
    Cue,
    Experience,
    MappingNetwork,
    PerturbedNetwork,
    ReversalTask,
    ticks,
)
from bouton.engine import rollout
from bouton.plasticity import (
    ChoiceStrength,
    NodePerturbation,
    PerturbedSynapse,
    RewardHebb,
    RewardHebbPost,
    RewardHebbPre,
    RewardPrediction,
    WeightPerturbation,
)
from catalogue.circuits.row import NOT_AFFINE, CircuitRow
from catalogue.rules.row import CHOICE, POSITIVE, REAL, RuleRow, Values
from references import sensorimotor_mapping as reference

KEY = jax.random.key(0)
RANDOM = "random numbers of single and of double precision are different draws"
LIMIT = 0.8
INSIDE = Values(-0.75, 0.75)
FACTORS = {
    "hebb": lambda y: y.activity - y.level,
    "reinforce": lambda y: y.activity - y.probability,
    "mixed": lambda y: y.activity - 0.3 * y.probability - 0.7 * y.level,
    "pure_hebb": lambda y: y.activity,
    "pre_only": lambda y: np.ones_like(y.activity),
    "post_only": lambda y: y.activity - y.level,
}


def soft(w, step):
    step = np.clip(step, -LIMIT, LIMIT)
    return np.where(step > 0, step * (1 - w / LIMIT), step * (1 + w / LIMIT))


def hard(w, step):
    return np.clip(w + step, -LIMIT, LIMIT) - w


BOUNDS = {"soft": soft, "hard": hard, "none": lambda w, step: step}


def member(name, bounds="soft"):
    """Return the row of a member of the family, by its name."""

    def equation(w, x, y, s):
        seen = x.level if name == "post_only" else x.activity
        return BOUNDS[bounds](w, 0.4 * s * FACTORS[name](y) * seen)

    options = {"mixture": 0.3} if name == "mixed" else {}
    return RuleRow(
        lambda: RewardHebb.named(name, 0.4, bounds=bounds, limit=LIMIT, **options),
        INSIDE,
        RewardHebbPre(POSITIVE, POSITIVE),
        RewardHebbPost(REAL, CHOICE, POSITIVE),
        signal=REAL,
        equation=equation,
        bounds=None if bounds == "none" else (-LIMIT, LIMIT),
    )


RULES = {f"reward hebb, {name}": member(name) for name in FACTORS}
RULES |= {f"reward hebb, {bounds} bounds": member("hebb", bounds) for bounds in ("hard", "none")}
RULES |= {
    "choice strength": RuleRow(
        lambda: ChoiceStrength(0.1, 0.7),
        CHOICE,
        CHOICE,
        CHOICE,
        signal=REAL,
        equation=lambda w, x, y, s: x * (0.1 * (y - w) if s > 0 else -0.7 * y * w),
    ),
    "node perturbation": RuleRow(
        lambda: NodePerturbation(0.3, limit=LIMIT),
        INSIDE,
        signal=REAL,
        equation=lambda w, x, y, s: hard(w, 0.3 * s * y * x),
        bounds=(-LIMIT, LIMIT),
    ),
    "weight perturbation": RuleRow(
        lambda: WeightPerturbation(0.3, limit=LIMIT),
        PerturbedSynapse(INSIDE, REAL),
        signal=REAL,
        equation=lambda w, x, y, s: hard(w.weight, 0.3 * s * w.noise) + x - w.noise,
        further={"noise": lambda w, x, y, s: x - w.noise},
    ),
    "reward prediction": RuleRow(
        lambda: RewardPrediction(0.3), signal=REAL, equation=lambda w, x, y, s: 0.3 * x * y * (s - w)
    ),
}


def experience(rng, circuit):
    pattern = (rng.random(circuit.event.observation.pattern.shape) < 0.3).astype(float)
    return Experience(Cue(pattern, rng.integers(circuit.n_images)), rng.choice([1.0, -4.0]))


def nothing(rng, circuit):
    return np.zeros(())


def network(**options):
    return MappingNetwork(**({"n_inputs": 20, "n_hidden": 15, "n_layers": 2} | options))


OWN_NOISE = "WeightPerturbation (pre is handed over as one value per synapse)"
LOOSE = {f"weights.{number}": NOT_AFFINE for number in range(3)}
BY_REWARD = ", ".join(f"weights.{number}: RewardHebb" for number in range(3))
CIRCUITS = {
    "mapping network": CircuitRow(network, (), LOOSE, BY_REWARD, events=experience, not_in_float64=RANDOM),
    "mapping network, no layer": CircuitRow(
        lambda: network(n_layers=0, attenuation=1.0),
        (),
        {"weights.0": NOT_AFFINE},
        "weights.0: RewardHebb",
        events=experience,
        not_in_float64=RANDOM,
    ),
    "choice model": CircuitRow(
        lambda: ChoiceModel.several_timescales(n_inputs=5),
        (),
        {f"strengths.{number}": NOT_AFFINE for number in range(2)},
        "strengths.0: ChoiceStrength, strengths.1: ChoiceStrength",
        events=experience,
        not_in_float64=RANDOM,
    ),
    "perturbed network, nodes": CircuitRow(
        lambda: PerturbedNetwork("nodes", 0.1, n_inputs=20, n_hidden=15),
        (),
        {f"synapses.{number}": NOT_AFFINE for number in range(3)},
        ", ".join(f"synapses.{number}: NodePerturbation" for number in range(3)),
        events=experience,
        not_in_float64=RANDOM,
    ),
    "perturbed network, weights": CircuitRow(
        lambda: PerturbedNetwork("weights", 0.1, n_inputs=20, n_hidden=15, n_layers=1),
        (),
        {f"synapses.{number}.weight": NOT_AFFINE for number in range(2)},
        ", ".join(f"synapses.{number}.noise, synapses.{number}.weight: {OWN_NOISE}" for number in range(2)),
        events=experience,
        not_in_float64=RANDOM,
    ),
    "loop, reversals": CircuitRow(
        lambda: ClosedLoop(network(), ReversalTask(n_inputs=20)),
        (),
        {f"agent.{name}": reason for name, reason in LOOSE.items()},
        ", ".join(f"agent.weights.{number}: RewardHebb" for number in range(3)),
        events=nothing,
        not_in_float64=RANDOM,
    ),
}


def lived(loop, steps):
    """Return the last state, and the trials."""
    return rollout(loop, ticks(steps), KEY, look=lambda state, info: state.world.last)


def draws(steps, n_chances, n_images):
    """Return the random numbers of the agent in each trial, and the image of the next."""

    def one(step):
        agent, world = jax.random.split(jax.random.fold_in(KEY, step))
        image = jnp.floor(jax.random.uniform(world) * n_images).astype(jnp.int32)
        return jax.random.uniform(agent, (n_chances,)), image

    return jax.tree.map(np.asarray, jax.vmap(one)(jnp.arange(steps, dtype=jnp.uint32)))


def by_the_program(loop, steps, task, **options):
    """Return weights, mean rewards and trials of the reference program on the same start and random numbers."""
    agent, start = loop.agent, loop.init(KEY)
    chances, images = draws(steps, agent.n_hidden * agent.n_layers + 1, agent.n_images)
    own = reference.Network([np.asarray(weights) for weights in start.agent.weights], agent.n_images, **options)
    task, patterns, image, rows = reference.Task(**task), np.asarray(start.world.patterns), int(start.world.image), []
    for number, (chance, following) in enumerate(zip(chances, images, strict=True)):
        action = own.act(patterns[image], chance)
        reward, row = task.reward(image, action)
        rows.append(row)
        if number < steps - 1:  # the reward of the last trial comes with the next
            own.learn(image, reward)
        image = int(following)
    return own, np.array(rows)


def compared(loop, steps, task, **options):
    state, trials = lived(loop, steps)
    own, rows = by_the_program(loop, steps, task, **options)
    weights = zip(state.agent.weights, own.W, strict=True)
    return {f"weights of layer {number}": pair for number, pair in enumerate(weights)} | {
        "trials": (trials, rows),
        "mean rewards": (state.agent.expected, own.rbar),
    }


def trials():
    loop = ClosedLoop(MappingNetwork(attenuation=0.5, n_inputs=50, n_hidden=50), ReversalTask(n_inputs=50))
    return compared(loop, 400, {}, gamma=0.5)


def stopped():
    task = {"n_images": 2, "n_reversing": 2, "n_inputs": 50, "least_trials": 60, "most_trials": 90}
    network = MappingNetwork(n_inputs=50, n_hidden=50, n_layers=1, n_images=2, stop_at=0.7)
    found = compared(
        ClosedLoop(network, ReversalTask(**task)),
        400,
        {"n_img": 2, "reversing": 2, "min_trials": 60, "max_trials": 90},
        stop_at=0.7,
    )
    assert found["trials"][1][:, 0].max() >= 4
    return found


def family():
    found = {}
    for name in reference.FAMILY:
        for bounds in ("soft", "hard", "none"):
            network = MappingNetwork(
                RewardHebb.named(name, 0.02, bounds=bounds, limit=0.6), n_inputs=30, n_hidden=20, n_layers=1, spread=0.3
            )
            loop = ClosedLoop(network, ReversalTask(n_inputs=30))
            state, _ = lived(loop, 60)
            own, _ = by_the_program(loop, 60, {}, rule=name, eta=0.02, bounds=bounds, wmax=0.6)
            for number, pair in enumerate(zip(state.agent.weights, own.W, strict=True)):
                found[f"{name}, {bounds} bounds, layer {number}"] = pair
    return found


def strengths():
    rates, shares = ((0.01, 0.03), (0.05, 0.7)), (0.4, 0.6)
    loop = ClosedLoop(ChoiceModel.several_timescales(rates, shares, n_inputs=5), ReversalTask(n_inputs=5))
    state, rows = lived(loop, 400)
    own, task = reference.Strengths(4, rates, shares), reference.Task()
    image, expected = int(loop.init(KEY).world.image), []
    for step in range(400):
        agent, world = jax.random.split(jax.random.fold_in(KEY, step))
        action = own.act(image, float(jax.random.uniform(agent)))
        reward, row = task.reward(image, action)
        expected.append(row)
        if step < 399:
            own.learn(image, action, reward)
        image = int(np.floor(float(jax.random.uniform(world)) * 4))
    return {"strengths": (jnp.stack(state.agent.strengths), own.J), "trials": (rows, np.array(expected))}


def noise_in(sizes):
    """Return a function of the step that gives the noise of a perturbed network and the image of the next trial."""

    @jax.jit
    def drawn(step):
        agent, world = jax.random.split(jax.random.fold_in(KEY, step))
        keys = [jax.random.fold_in(agent, number) for number in range(len(sizes))]
        noise = [size * jax.random.normal(key, shape) for key, (shape, size) in zip(keys, sizes, strict=True)]
        return noise, jnp.floor(jax.random.uniform(world) * 4).astype(jnp.int32)

    return drawn


def perturbation():
    found = {}
    for of in ("nodes", "weights"):
        loop = ClosedLoop(PerturbedNetwork(of, 0.05, 0.2, n_inputs=20, n_hidden=15), ReversalTask(n_inputs=20))
        state, rows = lived(loop, 200)
        start, expected = loop.init(KEY), []
        weights = [np.asarray(getattr(own, "weight", own)) for own in start.agent.synapses]
        own, task = reference.Perturbed(weights, 4, of, 0.05), reference.Task()
        patterns, image = np.asarray(start.world.patterns), int(start.world.image)
        in_weights = [(each.shape, 0.2 / np.sqrt(0.2 * each.shape[1])) for each in weights]
        drawn = noise_in([(each.shape[:1], 0.2) for each in weights] if of == "nodes" else in_weights)
        for step in range(200):
            noise, following = jax.tree.map(np.asarray, drawn(step))
            reward, row = task.reward(image, own.act(patterns[image], noise))
            expected.append(row)
            if step < 199:
                own.learn(image, reward)
            image = int(following)
        found[f"{of}, trials"] = rows, np.array(expected)
        for number, (synapses, wanted) in enumerate(zip(state.agent.synapses, own.W, strict=True)):
            found[f"{of}, layer {number}"] = getattr(synapses, "weight", synapses), wanted
    return found


REFERENCES = {
    "sensorimotor_mapping: trials": trials,
    "sensorimotor_mapping: stop criterion": stopped,
    "sensorimotor_mapping: family": family,
    "sensorimotor_mapping: strengths": strengths,
    "sensorimotor_mapping: perturbation": perturbation,
}
