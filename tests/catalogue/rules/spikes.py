"""Rows of the rules of spikes."""

import numpy as np

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
    TripletSTDP,
)
from catalogue.rules.row import CHOICE, POSITIVE, REAL, RuleRow


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
        bounds=(0.0, np.inf),
    ),
    "pair STDP": spiking(PairSTDP),
    "pair STDP, nearest": spiking(lambda: PairSTDP(nearest=True)),
    "pair STDP, multiplicative": spiking(lambda: PairSTDP(dependence=Multiplicative(0.5, maximum=2.0))),
    "pair STDP, power law": spiking(lambda: PairSTDP(dependence=PowerLaw())),
    "pair STDP, bounded": spiking(lambda: BoundedEvents(PairSTDP(0.4, 0.5), 0.2, 1.5), bounds=(0.2, 1.5)),
    "triplet STDP": spiking(TripletSTDP, 2, 2),
    "triplet STDP, nearest": spiking(lambda: TRIPLET_SETS["hippocampus-nearest"], 2, 2),
    "triplet STDP, sliding": spiking(lambda: SlidingTripletSTDP(TripletSTDP(), averaging_time=50.0), 2, 3),
}


def _scaled(w):
    change = w.proposed - w.weight
    size = np.sqrt(0.9 * w.mean_square + 0.1 * change**2) + 1e-3
    return w.weight + 0.1 * (change / size - 0.2 * w.weight)
