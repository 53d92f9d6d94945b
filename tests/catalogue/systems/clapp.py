"""Contrastive, local and predictive plasticity: rows, and the program that they are held to."""

import jax
import jax.numpy as jnp
import numpy as np

from bouton import CLAPPFeatures
from bouton.credit import ConvolutionLayer, DenseLayer, MaxPool
from bouton.credit.predictive import CLAPPNetwork, CLAPPStream, Fixations, Transition
from bouton.dynamics import Rectifier, Tanh
from bouton.engine import rollout
from bouton.plasticity import DendriticHebb, DendriticPost, ModulatedHebb
from catalogue.circuits.row import BATCHES, DRAWS, LIBRARY, NOT_AFFINE, CircuitRow
from catalogue.rows import EstimatorRow
from catalogue.rules.row import REAL, RuleRow
from references import clapp as reference

KEY = jax.random.key(0)
RULES = {
    "dendritic hebb": RuleRow(
        lambda: DendriticHebb(0.3),
        post=DendriticPost(REAL, REAL),
        signal=REAL,
        equation=lambda w, x, y, s: 0.3 * s * y.prediction * y.slope * x + 0 * w,
        facts=lambda: {"no signal": (DendriticHebb(0.3)(0.7, 2.0, DendriticPost(5.0, 0.5), None), 1.5)},
    ),
    "modulated hebb": RuleRow(
        lambda: ModulatedHebb(0.3),
        signal=REAL,
        equation=lambda w, x, y, s: 0.3 * s * y * x + 0 * w,
        facts=lambda: {"no signal": (ModulatedHebb(0.3)(0.7, 2.0, 5.0, None), 3.0)},
    ),
}


def sequences(rng, circuit):
    inputs, lengths = circuit.event
    return Fixations(rng.normal(size=inputs.shape), rng.integers(2, circuit.steps + 1, size=lengths.shape))


def transition(rng, circuit):
    shape = circuit.event.now.shape
    return Transition(rng.normal(size=shape), rng.normal(size=shape), rng.choice([-1.0, 1.0]))


def adam():
    layers = [DenseLayer(5, Tanh()), DenseLayer(4, Rectifier())]
    return CLAPPNetwork(layers, (6,), steps=3, batch_size=8, learning_rate=0.01)


def convolution():
    layers = [ConvolutionLayer(3, activation=Tanh()), MaxPool(), ConvolutionLayer(4, size=2, activation=Tanh())]
    return CLAPPNetwork(
        layers,
        (4, 4, 1),
        lanes=2,
        batch_size=4,
        exclude_self=True,
        asynchronous=False,
        symmetric=True,
        learning_rate=0.05,
        optimizer="plain",
    )


def stream():
    layers = [DenseLayer(5, Tanh()), DenseLayer(4, Rectifier())]
    return CLAPPStream(layers, (6,), learning_rate=0.05)


def pathways(lateral, adam):
    """Return what the audit says of two layers, and why no weights wait for the end of a block."""
    said, reasons = [], {}
    for layer in range(2):
        names = [f"{layer}.weights", f"{layer}.bias"]
        feedforward = [f"pathways.{name}.rule: DendriticHebb" for name in names]
        taken = [f"pathways.{name}.descent: Adam" for name in names] if adam else []
        between = []
        for each in lateral:
            between.append(f"pathways.{layer}.{each}.rule: ModulatedHebb")
            between += [f"pathways.{layer}.{each}.descent: Adam"] if adam else []
        said += feedforward + taken + between
        for name in [*names, *(f"{layer}.{each}" for each in lateral)]:
            reasons |= (
                {f"layers.{name}.change": BATCHES, f"layers.{name}.weight": NOT_AFFINE}
                if adam
                else {f"layers.{name}": BATCHES}
            )
    return {"audit": ", ".join(said), "reasons": reasons}


def of_stream():
    said = []
    for layer in range(2):
        said += [f"pathways.{layer}.{way}.0.rule: ModulatedHebb" for way in ("prediction", "retrodiction")]
        said += 2 * [f"pathways.{layer}.{way}.rule: DendriticHebb" for way in ("weights", "bias")]
    reasons = pathways(("prediction.0", "retrodiction.0"), False)["reasons"]
    return {"audit": ", ".join(said), "reasons": reasons | {"DendriticHebb": BATCHES}}


ESTIMATORS = {"CLAPP": EstimatorRow(lambda: CLAPPFeatures((5,), epochs=1), in_batches=True)}
BOTH_WAYS = ["prediction.0", "retrodiction.0"]
PRODUCTS = "what all samples of a mini-batch bring is products of matrices, which XLA leaves to its library"
CIRCUITS = {
    "CLAPP": CircuitRow(
        adam,
        events=sequences,
        products=True,
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCTS,
        not_in_float64=DRAWS,
        **pathways(BOTH_WAYS, True),
    ),
    "CLAPP, symmetric convolution": CircuitRow(
        convolution,
        events=sequences,
        products=True,
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCTS,
        transport=True,
        not_in_float64=DRAWS,
        **pathways(["prediction.0"], False),
    ),
    "CLAPP, stream": CircuitRow(stream, events=transition, **of_stream()),
}


def of(symmetric, steps=6):
    """Return weights after some steps, of the library and of the reference program."""
    layers, offsets = [DenseLayer(5, Rectifier()), DenseLayer(4, Rectifier())], (1, 2)
    network = CLAPPNetwork(
        layers,
        (6,),
        4,
        2,
        offsets,
        batch_size=8,
        learning_rate=0.02,
        symmetric=symmetric,
        asynchronous=not symmetric,
    )
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(steps, *network.event.inputs.shape))
    events = Fixations(jnp.asarray(inputs), jnp.full((steps, 8), 4, jnp.int32))
    start = network.init(KEY)
    state, losses = rollout(network, events, KEY, start, look=lambda state, info: info.loss)

    def weights(tree):
        return jax.tree.map(lambda each: np.asarray(each.weight), tree, is_leaf=lambda each: hasattr(each, "weight"))

    own = [
        reference.Layer(each.weights, each.bias[:, 0], each.prediction, each.retrodiction, 0.02)
        for each in weights(start.layers)
    ]
    expected = []
    for number in range(steps):
        drawn = network.drawn(jax.random.fold_in(KEY, number))
        others, turns = np.minimum((8 * np.asarray(drawn.sample)[:, :, :, 0]).astype(int), 7), drawn.turn
        z, found = inputs[number], []
        for place, layer in enumerate(own):
            stays = None if symmetric else [list((np.asarray(each) < 0.5) * 1.0) for each in turns[place]]
            z, loss = layer.learn(z, offsets, others[place], stays)
            found.append(loss)
        expected.append(found)
    found = {"loss": (losses, np.array(expected))}
    for place, (ours, theirs) in enumerate(zip(weights(state.layers), own, strict=True)):
        found[f"weights {place}"] = (ours.weights, theirs.W)
        found[f"bias {place}"] = (ours.bias[:, 0], theirs.b)
        found[f"prediction {place}"] = (np.stack(ours.prediction), np.stack(theirs.Wp))
        if not symmetric:
            found[f"retrodiction {place}"] = (np.stack(ours.retrodiction), np.stack(theirs.Wr))
    return found


REFERENCES = {
    "clapp: asynchronous, local": lambda: of(False),
    "clapp: synchronous, symmetric": lambda: of(True),
}
