"""Rows of the rules of spikes."""

import jax.numpy as jnp
import numpy as np
from scipy.integrate import quad

from bouton.plasticity import (
    TRIPLET_SETS,
    BoundedEvents,
    MetaplasticDepression,
    Multiplicative,
    PairSTDP,
    PowerLaw,
    RateDecay,
    ScaledStep,
    ScaledSynapse,
    SlidingTripletSTDP,
    Spiking,
    TripletHebb,
    TripletPost,
    TripletPotentiation,
    TripletPre,
    song_miller_abbott,
)
from catalogue.rules.row import CHOICE, POSITIVE, REAL, AtSpikes, RuleRow


def spiking(make, n_pre=1, n_post=1, **facts):
    """Return the row of a rule driven by spikes, with so many traces on either side."""
    pre, post = (Spiking(CHOICE, (POSITIVE,) * number) for number in (n_pre, n_post))
    return RuleRow(make, POSITIVE, pre, post, **facts)


SPIKES = TripletPost(CHOICE, POSITIVE, POSITIVE, POSITIVE)

ROWS = {
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
        further={
            "proposed": lambda w, x, y, s: np.maximum(0, (1 + y) * _scaled(w)) - w.proposed,
            "mean_square": lambda w, x, y, s: 0.1 * ((w.proposed - w.weight) ** 2 - w.mean_square),
        },
        bounds=(0.0, np.inf),
    ),
    "pair STDP": spiking(
        lambda: PairSTDP(0.02, 0.03, 17.0, 34.0),
        spikes=AtSpikes(lambda w, x, y: -0.03 * y(34.0), lambda w, x, y: 0.02 * x(17.0)),
        facts=lambda: _drift_of_pairs() | _song_miller_abbott(),
    ),
    "pair STDP, nearest": spiking(
        lambda: PairSTDP(0.02, 0.03, 17.0, 34.0, nearest=True),
        spikes=AtSpikes(
            lambda w, x, y: -0.03 * y(34.0, nearest=True),
            lambda w, x, y: 0.02 * x(17.0, nearest=True),
        ),
    ),
    "pair STDP, multiplicative": spiking(
        lambda: PairSTDP(0.02, 0.03, 17.0, 34.0, Multiplicative(0.5, maximum=2.0)),
        spikes=AtSpikes(
            lambda w, x, y: -0.03 * (w / 2) ** 0.5 * y(34.0), lambda w, x, y: 0.02 * (1 - w / 2) ** 0.5 * x(17.0)
        ),
        facts=lambda: (
            _factors(Multiplicative(maximum=2.0), lambda w: 1 - w / 2, lambda w: w / 2)
            | _factors(Multiplicative(0.5, 2.0), lambda w: np.sqrt(1 - w / 2), lambda w: np.sqrt(w / 2))
            | {"without an exponent": (Multiplicative(0.0).potentiation(jnp.array([0.2, 0.7])), np.ones(2))}
        ),
    ),
    "pair STDP, power law": spiking(
        lambda: PairSTDP(0.02, 0.03, 17.0, 34.0, PowerLaw(0.3)),
        spikes=AtSpikes(lambda w, x, y: -0.03 * w * y(34.0), lambda w, x, y: 0.02 * w**0.3 * x(17.0)),
        facts=lambda: _factors(PowerLaw(2.0), lambda w: w**2, lambda w: w),
    ),
    "pair STDP, bounded": spiking(
        lambda: BoundedEvents(PairSTDP(0.4, 0.5, 17.0, 34.0), 0.2, 1.5),
        bounds=(0.2, 1.5),
        spikes=AtSpikes(lambda w, x, y: -0.5 * y(34.0), lambda w, x, y: 0.4 * x(17.0)),
    ),
    "triplet STDP": spiking(
        lambda: TRIPLET_SETS["hippocampus"],
        2,
        2,
        spikes=AtSpikes(
            lambda w, x, y: -y(33.7) * (1.6e-3 + 1.4e-3 * x(946.0)),
            lambda w, x, y: x(16.8) * (6.1e-3 + 6.7e-3 * y(27.0)),
        ),
        facts=lambda: _drift_of_triplets(),
    ),
    "triplet STDP, nearest": spiking(
        lambda: TRIPLET_SETS["hippocampus-nearest"],
        2,
        2,
        spikes=AtSpikes(
            lambda w, x, y: -y(33.7, nearest=True) * (3.0e-3 + 7.5e-9 * x(575.0, nearest=True)),
            lambda w, x, y: x(16.8, nearest=True) * (4.6e-3 + 9.1e-3 * y(47.0, nearest=True)),
        ),
    ),
    "triplet STDP, sliding": spiking(
        lambda: SlidingTripletSTDP(TRIPLET_SETS["hippocampus"], target=20.0, power=3.0, averaging_time=50.0),
        2,
        3,
        spikes=AtSpikes(
            lambda w, x, y: -y(33.7) * (1.6e-3 * (y(50.0, jump=1e3 / 50) / 20) ** 3 + 1.4e-3 * x(946.0)),
            lambda w, x, y: x(16.8) * (6.1e-3 + 6.7e-3 * y(27.0)),
        ),
    ),
}


def _area(time_constant):
    """Return the integral of an exponential window, in s."""
    return quad(lambda lag: np.exp(-lag / (1e-3 * time_constant)), 0, np.inf)[0]


def _drift_of_pairs():
    """The window of the pair rule, integrated over all lags, times both rates."""
    integral = 0.02 * _area(17.0) - 0.03 * _area(34.0)
    rates = np.array([5.0, 30.0])
    return {"drift": (PairSTDP(0.02, 0.03, 17.0, 34.0).drift(10.0, rates), integral * 10 * rates)}


def _song_miller_abbott():
    found = song_miller_abbott(maximum=2.0, step=0.01, ratio=1.2)
    names = "potentiation", "depression", "potentiation_time", "depression_time"
    values = [getattr(found.rule, name) for name in names] + [found.lower, found.upper]
    return {"the rule with bounds": (np.array(values), np.array([0.02, 0.024, 20, 20, 0, 2]))}


def _factors(dependence, potentiation, depression):
    """How a rule depends on the weight, within its bounds; beyond them nothing grows."""
    w = np.linspace(0.1, 1.9, 5)
    name = f"{type(dependence).__name__}({dependence.exponent})"
    beyond = np.array([dependence.potentiation(jnp.array(-0.5 if isinstance(dependence, PowerLaw) else 2.5))])
    return {
        f"growth of {name}": (dependence.potentiation(jnp.asarray(w)), potentiation(w)),
        f"weakening of {name}": (dependence.depression(jnp.asarray(w)), depression(w)),
        f"beyond the bound of {name}": (beyond, np.zeros(1)),
    }


def _drift_of_triplets():
    """Expectations over independent Poisson spikes; the threshold is the root of the drift in the postsynaptic rate."""
    rule, x, y = TRIPLET_SETS["hippocampus"], 10.0, np.array([5.0, 40.0])
    plus, minus, slow_x, slow_y = map(_area, (16.8, 33.7, 946.0, 27.0))
    grown = x * plus * (6.1e-3 + 6.7e-3 * y * slow_y) * y
    weakened = y * minus * (1.6e-3 + 1.4e-3 * x * slow_x) * x
    cubic = np.poly1d([6.7e-3 * plus * slow_y, 6.1e-3 * plus - minus * (1.6e-3 + 1.4e-3 * x * slow_x)])
    return {"drift": (rule.drift(x, y), grown - weakened), "threshold": (np.array([rule.threshold(x)]), cubic.roots)}


def _scaled(w):
    change = w.proposed - w.weight
    size = np.sqrt(0.9 * w.mean_square + 0.1 * change**2) + 1e-3
    return w.weight + 0.1 * (change / size - 0.2 * w.weight)
