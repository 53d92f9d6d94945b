"""Credit without weight transport by alignment: rows, and the program that they are held to."""

import jax
import numpy as np

from bouton import AlignmentClassifier
from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    ConvolutionLayer,
    DenseLayer,
    DirectFeedback,
    KolenPollack,
    Labelled,
    MaxPool,
    MeanPool,
    ResidualBlock,
    SignSymmetry,
    WeightTransport,
)
from bouton.dynamics import Rectifier, Tanh
from bouton.engine import rollout
from bouton.plasticity import (
    Adam,
    CosineRate,
    DecayingHebb,
    DescentPace,
    DescentSynapse,
    GradientDescent,
    Momentum,
    RootMeanSquare,
    WeightCopy,
    WeightDecay,
)
from catalogue.circuits.row import BATCHES, DRAWS, LIBRARY, NOT_AFFINE, CircuitRow
from catalogue.rows import DATA, EstimatorRow
from catalogue.rules.row import POSITIVE, REAL, RuleRow, Values
from references import credit_alignment as reference

KEY = jax.random.key(0)

PACE = DescentPace(POSITIVE, POSITIVE, Values(1.0, 9.0), POSITIVE)


def proposed(w, s):
    return w.change - s.decay * w.weight


def descent(make, step, mean=None, square=None):
    """Return the row of an optimiser: its step, and what its running means become."""
    nothing = {"change": lambda w, x, y, s: -s.on * w.change, "noise": lambda w, x, y, s: 0 * w.noise}
    kept = {"mean": mean, "square": square}
    further = {
        name: lambda w, x, y, s, name=name, after=after: s.on * (after(w, s) - getattr(w, name))
        for name, after in kept.items()
        if after
    }
    return RuleRow(
        make,
        synapse=DescentSynapse(REAL, REAL, REAL, REAL if mean else None, POSITIVE if square else None),
        signal=PACE,
        equation=lambda w, x, y, s: s.on * s.rate * (step(w, s) + w.noise),
        further=nothing | further,
    )


def velocity(w, s):
    return 0.8 * w.mean + proposed(w, s)


def mean_change(w, s):
    return 0.8 * w.mean + 0.2 * proposed(w, s)


def mean_square(w, s):
    return 0.7 * w.square + 0.3 * proposed(w, s) ** 2


def adam(mean, square, s):
    return mean / (1 - 0.8**s.step) / (np.sqrt(square / (1 - 0.7**s.step)) + 1e-3)


DESCENTS = {
    "gradient descent, no more": RuleRow(
        GradientDescent,
        synapse=DescentSynapse(REAL, REAL),
        signal=DescentPace(POSITIVE, None, Values(1.0, 9.0), POSITIVE),
        equation=lambda w, x, y, s: s.on * s.rate * w.change,
        further={"change": lambda w, x, y, s: -s.on * w.change},
    ),
    "gradient descent": descent(GradientDescent, proposed),
    "momentum": descent(lambda: Momentum(0.8), velocity, velocity),
    "momentum, nesterov": descent(
        lambda: Momentum(0.8, nesterov=True), lambda w, s: proposed(w, s) + 0.8 * velocity(w, s), velocity
    ),
    "root mean square": descent(
        lambda: RootMeanSquare(0.7, 1e-3),
        lambda w, s: proposed(w, s) / (np.sqrt(mean_square(w, s)) + 1e-3),
        square=mean_square,
    ),
    "adam": descent(
        lambda: Adam(0.8, 0.7, 1e-3),
        lambda w, s: adam(mean_change(w, s), mean_square(w, s), s),
        mean_change,
        mean_square,
    ),
    "adam, decoupled": descent(
        lambda: Adam(0.8, 0.7, 1e-3, decoupled=True),
        lambda w, s: adam(0.8 * w.mean + 0.2 * w.change, 0.7 * w.square + 0.3 * w.change**2, s) - s.decay * w.weight,
        lambda w, s: 0.8 * w.mean + 0.2 * w.change,
        lambda w, s: 0.7 * w.square + 0.3 * w.change**2,
    ),
}
RULES = DESCENTS | {
    "weight decay": RuleRow(lambda: WeightDecay(0.3), equation=lambda w, x, y, s: -0.3 * w + 0 * x * y),
    "decaying hebb": RuleRow(lambda: DecayingHebb(0.3, 0.2), equation=lambda w, x, y, s: 0.3 * x * y - 0.2 * w),
    "weight copy": RuleRow(lambda: WeightCopy(0.3), signal=REAL, equation=lambda w, x, y, s: 0.3 * s + 0 * w * x * y),
}


def batch(rng, circuit):
    inputs, targets = circuit.event
    return Labelled(rng.normal(size=inputs.shape), np.eye(targets.shape[1])[rng.integers(3, size=len(inputs))])


def dense(feedback, **options):
    layers = [DenseLayer(5, Tanh()), DenseLayer(4, Rectifier()), DenseLayer(3)]
    return AlignmentNetwork(layers, (6,), feedback, batch_size=4, weight_decay=0.01, **options)


def convolution():
    layers = [
        ConvolutionLayer(3, activation=Rectifier()),
        MaxPool(),
        ConvolutionLayer(4, size=2, stride=2, padding="valid", activation=Tanh()),
        MeanPool(),
        DenseLayer(3),
    ]
    return AlignmentNetwork(layers, (8, 8, 2), AlignedFeedback(null=0.1, decay=0.1, amp=0.1), batch_size=4)


def residual():
    """Blocks with and without a projection, layers that normalise, steps of an optimiser at a rate that falls."""
    layers = [
        DenseLayer(4, Tanh(), normalised=True),
        ResidualBlock([DenseLayer(4, Rectifier())]),
        ResidualBlock([DenseLayer(5, Tanh())], shortcut=DenseLayer(5, normalised=True)),
        DenseLayer(3),
    ]
    feedback = AlignedFeedback(decay=0.5, amp=0.2, rate=CosineRate(0.1, events=50))
    more = {"learning_rate": CosineRate(0.1, events=40, rise=3), "optimizer": Momentum(), "delay": 2}
    return AlignmentNetwork(layers, (6,), feedback, batch_size=4, weight_decay=0.01, **more)


PRIMITIVES = AlignedFeedback(decay=0.5, amp=0.2, null=0.3, sparse=0.1, self_=0.4, rate=0.1)
FORWARD = [f"forward.{number}.{part}: DecayingHebb" for number in range(3) for part in ("weights", "bias")]
COPY = "WeightCopy (signal is handed over as one value per synapse)"
RULE_OF = {"decay": "WeightDecay", "amp": "Hebb", "null": "Hebb", "sparse": "Hebb", "self_": COPY}


def said(**rules):
    """Return what the audit says of feedback synapses that learn by these rules, behind the forward ones."""
    return ", ".join(
        [*FORWARD, *(f"backward.{each}.{name}: {rule}" for each in range(2) for name, rule in rules.items())]
    )


def batches(kind, count=3):
    return {f"{kind}.{number}": BATCHES for number in range(count)}


FORWARD_ONLY = batches("weights") | batches("bias")
DECAYING = {f"feedback.{number}": NOT_AFFINE for number in range(2)} | {"Hebb": BATCHES}
PATCHES = "products of patches and weights are products of matrices, which XLA leaves to its library"


def row(make, reasons, audit, steps=False, **options):
    reasons = reasons if steps else FORWARD_ONLY | reasons
    return CircuitRow(make, (), reasons, audit, events=batch, products=True, **options)


STEPPED = {f"{kind}.{number}": NOT_AFFINE for kind in ("weights", "bias") for number in range(5)} | {"Hebb": BATCHES}
STEPPED |= {f"scales.{number}.gain": NOT_AFFINE for number in (0, 2)}
STEPPED |= {f"feedback.{number}": NOT_AFFINE for number in range(4)}
RESIDUAL = [
    f"forward.{number}.{part}"
    for number in range(5)
    for part in (
        *("weights: Hebb", "weight_steps: Momentum", "bias: Hebb", "unit_steps: Momentum"),
        *(("gain: Hebb", "unit_steps: Momentum") if number in (0, 2) else ()),
    )
]
RESIDUAL += [f"backward.{number}.{part}" for number in range(4) for part in ("amp: Hebb", "steps: GradientDescent")]


CIRCUITS = {
    "alignment network, backpropagation": row(lambda: dense(WeightTransport()), {}, said(), transport=True),
    "alignment network, direct": row(lambda: dense(DirectFeedback(), loss="squared"), {}, said()),
    "alignment network, signs": row(
        lambda: dense(SignSymmetry("batch"), loss="sigmoid"), {}, said(), transport=True, not_in_float64=DRAWS
    ),
    "alignment network, kolen pollack": row(
        lambda: dense(KolenPollack()), batches("feedback", 2), said(weights="DecayingHebb")
    ),
    "alignment network, five primitives": row(
        lambda: dense(PRIMITIVES), DECAYING | {"WeightCopy": NOT_AFFINE}, said(**RULE_OF)
    ),
    "alignment network, residual": row(residual, STEPPED, ", ".join(RESIDUAL), steps=True),
    "alignment network, convolution": row(
        convolution,
        DECAYING,
        said(decay="WeightDecay", amp="Hebb", null="Hebb"),
        unfoldable=LIBRARY,
        why_unfoldable=PATCHES,
    ),
}


LABELS = (DATA @ [1.0, -0.5, 0.25, 0.0] > 0).astype(int)
ESTIMATORS = {
    "alignment classifier": EstimatorRow(lambda: AlignmentClassifier((8,)), targets=LABELS, first=20),
    "alignment classifier, noise": EstimatorRow(
        lambda: AlignmentClassifier((8,), "weight mirror", activation="relu"), targets=LABELS, first=20
    ),
}


def of(rule, feedback, steps=25, **coefficients):
    """Return weights, biases and feedback weights after some steps, of the library and of the reference program."""
    layers = [DenseLayer(5, Tanh()), DenseLayer(4, Tanh()), DenseLayer(3)]
    net = AlignmentNetwork(layers, (6,), feedback, batch_size=4, learning_rate=0.2, weight_decay=0.1)
    rng = np.random.default_rng(0)
    events = jax.tree.map(lambda *leaves: np.stack(leaves), *[batch(rng, net) for _ in range(steps)])
    start = net.init(KEY)
    state, _ = rollout(net, events, KEY, start, look=lambda state, info: info.loss)
    turned = [np.asarray(each).T for each in start.weights]
    kept = [None if own is None else np.asarray(own).T if rule == "dfa" else np.asarray(own) for own in start.feedback]
    own = reference.Net(turned, [np.asarray(each)[:, 0] for each in start.bias], kept, rule, 0.2, 0.1, **coefficients)
    for number in range(steps):
        key = jax.random.fold_in(KEY, number)
        noise, magnitudes = None, None
        if own.coef[6]:
            keys = [jax.random.fold_in(key, 2 * layer + 1) for layer in range(2)]
            noise = [own.coef[6] * np.asarray(jax.random.normal(k, (4, n))) for k, n in zip(keys, (5, 4), strict=True)]
        if rule == "brsf":
            keys = [jax.random.fold_in(key, 2 * layer) for layer in range(2)]
            magnitudes = [
                np.sqrt(6 / sum(size.shape)) * np.asarray(jax.random.uniform(k, size.shape))
                for k, size in zip(keys, start.feedback, strict=True)
            ]
        own.step(events.inputs[number], events.targets[number], noise, magnitudes)
    found = {f"weights of layer {each}": (w.T, own.W[each]) for each, w in enumerate(state.weights)}
    found |= {f"biases of layer {each}": (b[:, 0], own.b[each]) for each, b in enumerate(state.bias)}
    if start.feedback[0] is not None:
        for each, b in enumerate(state.feedback):
            found[f"feedback to layer {each}"] = (b.T if rule == "dfa" else b, own.F[each])
    return found


FEEDBACK = {
    "bp": WeightTransport,
    "fa": AlignedFeedback,
    "dfa": DirectFeedback,
    "usf": SignSymmetry,
    "brsf": lambda: SignSymmetry("batch"),
    "frsf": lambda: SignSymmetry("fixed"),
    "kp": KolenPollack,
    "wm": AlignedFeedback.weight_mirror,
    "ia": AlignedFeedback.information,
    "sa": AlignedFeedback.symmetric,
    "aa": AlignedFeedback.activation,
}
REFERENCES = {
    f"credit_alignment: {rule}": lambda rule=rule, make=make: of(rule, make()) for rule, make in FEEDBACK.items()
}
REFERENCES["credit_alignment: all primitives"] = lambda: of("sa", PRIMITIVES, coef=(0.5, 0.2, 0.3, 0.1, 0.4, 0.1, 0))
