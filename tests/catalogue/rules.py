"""One row per plasticity rule: an instance, what one synapse of it sees, its equation. Laws run on every row."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from bouton.plasticity import (
    BCM,
    TRIPLET_SETS,
    AdaptiveStep,
    AdaptiveSynapse,
    AdaTron,
    AdaTronPost,
    BCMPost,
    Bounded,
    BoundedCorrelation,
    BoundedEvents,
    ClopathVoltage,
    CompetitiveHebb,
    CompetitivePost,
    Confined,
    CorrelationMultiplier,
    Covariance,
    CovariancePost,
    CumulativeHebb,
    CumulativePost,
    DendriticSynapse,
    DendriticVoltageHebb,
    Foldiak,
    Glutamate,
    Hebb,
    HeterosynapticHebb,
    InfomaxHebb,
    InstantaneousVoltageHebb,
    Instar,
    KernelFeature,
    KernelPost,
    KernelResponse,
    KernelStrength,
    LeakyHebb,
    LinskerHebb,
    LocalVoltage,
    MetaplasticDepression,
    MetaplasticHebb,
    MetaplasticPost,
    Multiplicative,
    NonlinearHebb,
    NormalisedHebb,
    NormalisedPost,
    Oja,
    PairSTDP,
    PowerLaw,
    PowerPlasticity,
    QuadraticPlasticity,
    RateDecay,
    Residual,
    ResidualHebb,
    Rule,
    ScaledStep,
    ScaledSynapse,
    SinePlasticity,
    SlidingTripletSTDP,
    Spiking,
    Structured,
    StructuredSynapse,
    SynapticScaling,
    ThresholdHebb,
    TripletHebb,
    TripletPost,
    TripletPotentiation,
    TripletPre,
    TripletSTDP,
    VoltagePost,
    VoltagePre,
)
from bouton.similarity.fast import InverseOfLeakyHebb

POSTS, PRES = 3, 5


class Values(NamedTuple):
    """A range from which a factor is drawn."""

    lower: float
    upper: float


REAL, POSITIVE, CHOICE = Values(-2.0, 2.0), Values(0.2, 1.5), Values(0.0, 1.0)
MILLIVOLTS, RELATIVE = Values(-80.0, -20.0), Values(0.0, 60.0)


class RuleRow(NamedTuple):
    """A rule, and what is said of it."""

    make: Callable[[], Rule]
    synapse: Any = REAL
    """What a synapse keeps, as ranges in the structure of the rule."""
    pre: Any = REAL
    post: Any = REAL
    signal: Any = None
    equation: Callable[..., Any] | None = None
    """The change of the weight in NumPy, of synapse, pre, post and signal, all broadcast."""
    bounds: tuple[float, float] | None = None
    """Where the weight stays."""
    in_networks: str = ""
    """Of rules driven by spikes, why a network need not do the same; "" where it does."""


def operands(row: RuleRow, seed: int = 0, events: int | None = None) -> tuple[Any, Any, Any, Any]:
    """Return synapses (POSTS, PRES), pre (PRES,), post (POSTS,) and signal; of several events with an axis in front."""
    rng = np.random.default_rng(seed)

    def draw(tree, *shape):
        axes = shape if events is None or shape == (POSTS, PRES) or not shape else (events, *shape)
        return jax.tree.map(
            lambda values: jnp.asarray(rng.uniform(*values, size=axes)),
            tree,
            is_leaf=lambda leaf: isinstance(leaf, Values),
        )

    return draw(row.synapse, POSTS, PRES), draw(row.pre, PRES), draw(row.post, POSTS), draw(row.signal)


def spiking(make, n_pre=1, n_post=1, **facts):
    """Return the row of a rule driven by spikes, with so many traces on either side."""
    pre, post = (Spiking(CHOICE, (POSITIVE,) * number) for number in (n_pre, n_post))
    return RuleRow(make, POSITIVE, pre, post, **facts)


SPIKES = TripletPost(CHOICE, POSITIVE, POSITIVE, POSITIVE)
DENDRITIC = {"synapse": DendriticSynapse(POSITIVE, CHOICE), "post": LocalVoltage(RELATIVE, RELATIVE, RELATIVE)}
SIMULTANEOUS = (
    "where both neurons fire in one step, a network lets the change at the postsynaptic spike see the weight that the "
    "presynaptic one has left"
)

ROWS = {
    "Hebb": RuleRow(lambda: Hebb(0.3), equation=lambda w, x, y, s: 0.3 * y * x),
    "normalised Hebb": RuleRow(
        lambda: NormalisedHebb(0.3),
        post=NormalisedPost(REAL, POSITIVE),
        equation=lambda w, x, y, s: (w + 0.3 * y.activity * x) / y.length - w,
    ),
    "Oja": RuleRow(lambda: Oja(0.3), equation=lambda w, x, y, s: 0.3 * y * (x - y * w)),
    "subspace": RuleRow(
        lambda: ResidualHebb(0.3),
        pre=Residual(REAL, REAL),
        equation=lambda w, x, y, s: 0.3 * y * (x.activity - x.reconstruction),
    ),
    "covariance": RuleRow(
        lambda: Covariance(0.3),
        post=CovariancePost(REAL, REAL),
        equation=lambda w, x, y, s: 0.3 * (y.activity - y.mean) * x,
    ),
    "BCM": RuleRow(
        lambda: BCM(0.3),
        post=BCMPost(REAL, POSITIVE),
        equation=lambda w, x, y, s: 0.3 * y.activity * (y.activity - y.threshold) * x,
    ),
    "instar": RuleRow(lambda: Instar(0.3), equation=lambda w, x, y, s: 0.3 * y * (x - w)),
    "nonlinear Hebb": RuleRow(lambda: NonlinearHebb(0.3), equation=lambda w, x, y, s: 0.3 * y * x),
    "nonlinear Hebb, cubic": RuleRow(
        lambda: NonlinearHebb(0.3, PowerPlasticity(3, 2.0)), equation=lambda w, x, y, s: 0.6 * y**3 * x
    ),
    "nonlinear Hebb, quadratic": RuleRow(
        lambda: NonlinearHebb(0.3, QuadraticPlasticity(0.5, 2.0)),
        equation=lambda w, x, y, s: 0.6 * y * (y - 0.5) * x,
    ),
    "nonlinear Hebb, sine": RuleRow(
        lambda: NonlinearHebb(0.3, SinePlasticity(-1.0, 0.2)), equation=lambda w, x, y, s: -0.3 * np.sin(y + 0.2) * x
    ),
    "nonlinear Hebb, plain function": RuleRow(
        lambda: NonlinearHebb(0.3, jnp.tanh), equation=lambda w, x, y, s: 0.3 * np.tanh(y) * x
    ),
    "scaling": RuleRow(lambda: SynapticScaling(2.0), post=POSITIVE, equation=lambda w, x, y, s: w * (2 / y - 1)),
    "Foldiak": RuleRow(lambda: Foldiak(0.3, 0.2), equation=lambda w, x, y, s: 0.3 * (y * x - 0.04)),
    "Linsker": RuleRow(
        lambda: LinskerHebb(0.3, 0.1, 0.2, -0.4), equation=lambda w, x, y, s: 0.3 * (0.1 + (x - 0.2) * (y + 0.4))
    ),
    "infomax": RuleRow(lambda: InfomaxHebb(0.3), signal=REAL, equation=lambda w, x, y, s: 0.3 * s * y * x),
    "AdaTron": RuleRow(
        lambda: AdaTron(0.3, 2.0, 1.5),
        synapse=CHOICE,
        pre=CHOICE,
        post=AdaTronPost(REAL, REAL),
        equation=lambda w, x, y, s: x * (np.clip(w + 0.3 * (1 - y.target * y.field) / 1.5, 0, 2) - w),
        bounds=(0.0, 2.0),
    ),
    "bounded": RuleRow(
        lambda: Bounded(Oja(2.0), lower=-2.0, upper=2.0),
        equation=lambda w, x, y, s: np.clip(w + 2 * y * (x - y * w), -2, 2) - w,
        bounds=(-2.0, 2.0),
    ),
    "confined": RuleRow(
        lambda: Confined(-0.5, 0.5), equation=lambda w, x, y, s: np.clip(w, -0.5, 0.5) - w, bounds=(-0.5, 0.5)
    ),
    "metaplastic": RuleRow(
        lambda: MetaplasticHebb(0.3, 3, 0.8, 0.1),
        post=MetaplasticPost(REAL, POSITIVE),
        equation=lambda w, x, y, s: 0.3 * (y.activity**3 - y.level / 0.8 * y.activity) * x - 0.03 * w,
    ),
    "heterosynaptic": RuleRow(
        lambda: HeterosynapticHebb(0.3, 3, 0.8), equation=lambda w, x, y, s: 0.3 * (y**3 * x - 0.8 * y**2 * w)
    ),
    "threshold": RuleRow(
        lambda: ThresholdHebb(0.3, 0.7, 0.2), equation=lambda w, x, y, s: 0.3 * ((y - 0.7) * x - 0.2 * w)
    ),
    # The step of Adam.
    "adaptive step": RuleRow(
        lambda: AdaptiveStep(0.1, 0.9, lower=0.0, epsilon=1e-3),
        synapse=AdaptiveSynapse(POSITIVE, POSITIVE, REAL, POSITIVE),
        signal=POSITIVE,
        equation=lambda w, x, y, s: np.maximum(0, w.weight + 0.1 * _adam(w, s)) - w.weight,
        bounds=(0.0, np.inf),
    ),
    "cumulative": RuleRow(
        CumulativeHebb,
        post=CumulativePost(REAL, POSITIVE),
        equation=lambda w, x, y, s: y.activity / y.cumulative_activity * (x - y.activity * w),
    ),
    "leaky": RuleRow(lambda: LeakyHebb(0.3), signal=CHOICE, equation=lambda w, x, y, s: 0.3 * s * (y * x - w)),
    "structured": RuleRow(
        lambda: Structured(LeakyHebb(0.3)),
        synapse=StructuredSynapse(REAL, POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: 0.3 * s * (y * x - w.weight / w.constant),
    ),
    "inverse of leaky": RuleRow(
        InverseOfLeakyHebb, signal=Values(0.1, 0.4), equation=lambda w, x, y, s: s / (1 - s) * w - x
    ),
    "correlation multiplier": RuleRow(
        lambda: CorrelationMultiplier(0.5),
        synapse=BoundedCorrelation(CHOICE, CHOICE),
        signal=CHOICE,
        equation=lambda w, x, y, s: np.maximum(0, w.multiplier + 0.5 * s * (y * x - w.bound)) - w.multiplier,
        bounds=(0.0, np.inf),
    ),
    "competitive": RuleRow(
        lambda: CompetitiveHebb(0.5, 0.3, 0.7, 1.5),
        synapse=CHOICE,
        post=CompetitivePost(REAL, POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: (
            np.maximum(0, w + 0.5 * s * (y.activity * x - 0.3 * w - 0.7 * (y.total_weight - 1.5))) - w
        ),
        bounds=(0.0, np.inf),
    ),
    "kernel feature": RuleRow(
        lambda: KernelFeature(0.2),
        post=KernelPost(REAL, POSITIVE, REAL, REAL, REAL),
        signal=CHOICE,
        equation=lambda w, x, y, s: 0.2 * s * (y.activity / y.strength * (y.pull * x - y.drag * w) - y.restraint * w),
    ),
    "kernel strength": RuleRow(
        lambda: KernelStrength(0.2),
        pre=KernelResponse(REAL, POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: 0.2 * s * (y * x.response - w * x.own_response),
    ),
    "triplet potentiation": RuleRow(
        lambda: TripletPotentiation(0.3), post=SPIKES, equation=lambda w, x, y, s: 0.3 * x * y.slow * y.spike
    ),
    "metaplastic depression": RuleRow(
        lambda: MetaplasticDepression(0.3, 0.5),
        post=SPIKES,
        equation=lambda w, x, y, s: -0.6 * x * y.fast * y.rate**2,
    ),
    "rate decay": RuleRow(lambda: RateDecay(0.3, 0.5), post=SPIKES, equation=lambda w, x, y, s: -0.6 * w * y.rate**2),
    "triplet of spikes": RuleRow(
        lambda: TripletHebb(0.3, 0.5),
        pre=TripletPre(CHOICE, REAL),
        post=SPIKES,
        equation=lambda w, x, y, s: 0.3 * (x.trace * y.slow * y.spike - x.spike * y.fast * y.rate**2 / 0.5),
    ),
    "scaled step": RuleRow(
        lambda: ScaledStep(0.1, 0.2, 0.9, 1e-3),
        synapse=ScaledSynapse(POSITIVE, POSITIVE, POSITIVE),
        equation=lambda w, x, y, s: np.maximum(0, (1 + y) * _scaled(w)) - w.weight,
        bounds=(0.0, np.inf),
    ),
    "Clopath": RuleRow(
        lambda: ClopathVoltage(1e-2, 1e-3, upper=1.5),
        synapse=CHOICE,
        pre=VoltagePre(CHOICE, POSITIVE),
        post=VoltagePost(MILLIVOLTS, MILLIVOLTS, MILLIVOLTS, POSITIVE),
        equation=lambda w, x, y, s: np.clip(w + _clopath(x, y), 0, 1.5) - w,
        bounds=(0.0, 1.5),
    ),
    "dendritic": RuleRow(
        lambda: DendriticVoltageHebb(1e-2, 2e-2, 26.0, 5.0, 10.0, lower=0.0, upper=1.5),
        pre=POSITIVE,
        equation=lambda w, x, y, s: np.clip(w.weight + _dendritic(w, x, y), 0, 1.5) - w.weight,
        bounds=(0.0, 1.5),
        **DENDRITIC,
    ),
    "dendritic, exact": RuleRow(
        lambda: DendriticVoltageHebb(1e-2, 2e-2, 26.0, 5.0, 10.0, lower=0.0, upper=1.5, exact=True),
        pre=POSITIVE,
        bounds=(0.0, 1.5),
        **DENDRITIC,
    ),
    "dendritic, instantaneous": RuleRow(
        lambda: InstantaneousVoltageHebb(1e-3, 2e-2, 26.0, 5.0, lower=0.0, upper=1.5),
        pre=Glutamate(POSITIVE, CHOICE),
        equation=lambda w, x, y, s: np.clip(w.weight + _instantaneous(x, y), 0, 1.5) - w.weight,
        bounds=(0.0, 1.5),
        **DENDRITIC,
    ),
    "pair STDP": spiking(PairSTDP),
    "pair STDP, nearest": spiking(lambda: PairSTDP(nearest=True)),
    "pair STDP, multiplicative": spiking(
        lambda: PairSTDP(dependence=Multiplicative(0.5, maximum=2.0)), in_networks=SIMULTANEOUS
    ),
    "pair STDP, power law": spiking(lambda: PairSTDP(dependence=PowerLaw()), in_networks=SIMULTANEOUS),
    "pair STDP, bounded": spiking(
        lambda: BoundedEvents(PairSTDP(0.4, 0.5), 0.2, 1.5), bounds=(0.2, 1.5), in_networks=SIMULTANEOUS
    ),
    "triplet STDP": spiking(TripletSTDP, 2, 2),
    "triplet STDP, nearest": spiking(lambda: TRIPLET_SETS["hippocampus-nearest"], 2, 2),
    "triplet STDP, sliding": spiking(lambda: SlidingTripletSTDP(TripletSTDP(), averaging_time=50.0), 2, 3),
}


def _adam(w, c):
    change = w.proposed - w.weight
    mean, square = 0.9 * w.mean_change + 0.1 * change, 0.9 * w.mean_square + 0.1 * change**2
    return mean / c / (np.sqrt(square / c) + 1e-3)


def _scaled(w):
    change = w.proposed - w.weight
    size = np.sqrt(0.9 * w.mean_square + 0.1 * change**2) + 1e-3
    return w.weight + 0.1 * (change / size - 0.2 * w.weight)


def _above(voltage, threshold):
    return np.maximum(voltage - threshold, 0)


def _clopath(x, y):
    depression = 1e-2 * x.spike * y.depression_scale * _above(y.for_depression, -70.6)
    return 1e-3 * x.trace * _above(y.potential, -45.3) * _above(y.for_potentiation, -70.6) - depression


def _dendritic(w, x, y):
    return 0.1 * x * (1e-2 * _above(y.fast, 26) - 2e-2 * _above(y.slow, 5 + 10 * w.recent_potentiation))


def _instantaneous(x, y):
    potentiation = 1e-3 * x.trace * _above(y.now, 26) * _above(y.fast, 5)
    return 0.1 * (potentiation - 2e-2 * x.depressing * _above(y.slow, 5))
