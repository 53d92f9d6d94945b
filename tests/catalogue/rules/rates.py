"""Rows of the rules of rates."""

import jax.numpy as jnp
import numpy as np

from bouton.plasticity import (
    BCM,
    AdaptiveStep,
    AdaptiveSynapse,
    AdaTron,
    AdaTronPost,
    BCMPost,
    Bounded,
    BoundedCorrelation,
    CompetitiveHebb,
    CompetitivePost,
    Confined,
    CorrelationMultiplier,
    Covariance,
    CovariancePost,
    CumulativeHebb,
    CumulativePost,
    Foldiak,
    Hebb,
    HeterosynapticHebb,
    InfomaxHebb,
    Instar,
    KernelFeature,
    KernelPost,
    KernelResponse,
    KernelStrength,
    LeakyHebb,
    LinskerHebb,
    MetaplasticHebb,
    MetaplasticPost,
    NonlinearHebb,
    NormalisedHebb,
    NormalisedPost,
    Oja,
    PowerPlasticity,
    QuadraticPlasticity,
    Residual,
    ResidualHebb,
    SinePlasticity,
    Structured,
    StructuredSynapse,
    SynapticScaling,
    ThresholdHebb,
)
from bouton.similarity.fast import InverseOfLeakyHebb
from catalogue.rules.row import CHOICE, POSITIVE, REAL, RuleRow, Values

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
        lambda: AdaTron(0.3, 1.1, 0.7),
        synapse=CHOICE,
        pre=CHOICE,
        post=AdaTronPost(REAL, REAL),
        equation=lambda w, x, y, s: x * (np.clip(w + 0.3 * (1 - y.target * y.field) / 0.7, 0, 1.1) - w),
        bounds=(0.0, 1.1),
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
        lambda: AdaptiveStep(0.1, 0.9, lower=0.3, epsilon=1e-3),
        synapse=AdaptiveSynapse(POSITIVE, POSITIVE, REAL, POSITIVE),
        signal=POSITIVE,
        equation=lambda w, x, y, s: np.maximum(0.3, w.weight + 0.1 * _adam(w, s)) - w.weight,
        further={
            "proposed": lambda w, x, y, s: np.maximum(0.3, w.weight + 0.1 * _adam(w, s)) - w.proposed,
            "mean_change": lambda w, x, y, s: 0.1 * (w.proposed - w.weight - w.mean_change),
            "mean_square": lambda w, x, y, s: 0.1 * ((w.proposed - w.weight) ** 2 - w.mean_square),
        },
        bounds=(0.3, np.inf),
    ),
    "cumulative": RuleRow(
        CumulativeHebb,
        post=CumulativePost(REAL, POSITIVE),
        equation=lambda w, x, y, s: y.activity / y.cumulative_activity * (x - y.activity * w),
        facts=lambda: {
            "a neuron that never fired": (CumulativeHebb()(0.5, 1.5, CumulativePost(*jnp.array([0.7, 0.0])), None), 0)
        },
    ),
    "leaky": RuleRow(lambda: LeakyHebb(0.3), signal=CHOICE, equation=lambda w, x, y, s: 0.3 * s * (y * x - w)),
    "structured": RuleRow(
        lambda: Structured(LeakyHebb(0.3)),
        synapse=StructuredSynapse(REAL, POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: 0.3 * s * (y * x - w.weight / w.constant),
        further={"constant": lambda w, x, y, s: 0 * w.constant},
    ),
    "bounded, several variables": RuleRow(
        lambda: Bounded(Structured(LeakyHebb(3.0)), -0.5, 0.5),
        synapse=StructuredSynapse(Values(-0.5, 0.5), POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: np.clip(w.weight + 3 * s * (y * x - w.weight / w.constant), -0.5, 0.5) - w.weight,
        further={"constant": lambda w, x, y, s: 0 * w.constant},
        bounds=(-0.5, 0.5),
    ),
    "inverse of leaky": RuleRow(
        InverseOfLeakyHebb, signal=Values(0.1, 0.4), equation=lambda w, x, y, s: s / (1 - s) * w - x
    ),
    "correlation multiplier": RuleRow(
        lambda: CorrelationMultiplier(0.5),
        synapse=BoundedCorrelation(CHOICE, CHOICE),
        signal=CHOICE,
        equation=lambda w, x, y, s: np.maximum(0, w.multiplier + 0.5 * s * (y * x - w.bound)) - w.multiplier,
        further={"bound": lambda w, x, y, s: 0 * w.bound},
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
        facts=lambda: {
            "a neuron without strength": (_moved_by_strength(0.0), 0),
            "a neuron that all but lost it": (
                _moved_by_strength(1e-7),
                0.2 * (0.7e-7 / 1e-12 * (1.5 * 3 - 0.4 * 0.5) - 0.01 * 0.3 * 0.5),
            ),
        },
    ),
    "kernel strength": RuleRow(
        lambda: KernelStrength(0.2),
        pre=KernelResponse(REAL, POSITIVE),
        signal=CHOICE,
        equation=lambda w, x, y, s: 0.2 * s * (y * x.response - w * x.own_response),
    ),
}


def _moved_by_strength(strength):
    """The rule divides by a squared strength of at least 1e-12."""
    post = KernelPost(0.7, jnp.asarray(strength), 3.0, 0.4, 0.3)
    return KernelFeature(0.2)(0.5, 1.5, post, 1.0)


def _adam(w, c):
    change = w.proposed - w.weight
    mean, square = 0.9 * w.mean_change + 0.1 * change, 0.9 * w.mean_square + 0.1 * change**2
    return mean / c / (np.sqrt(square / c) + 1e-3)
