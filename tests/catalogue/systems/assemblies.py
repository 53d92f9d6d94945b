"""Rows of neuronal assemblies, and of the rules at spikes that keep several variables or see a signal."""

import numpy as np

from bouton.dynamics import ExcitableNeurons, LinearHazard
from bouton.plasticity import (
    AssemblySTDP,
    Betweentimes,
    BoundedEvents,
    EligibleSynapse,
    InhibitorySTDP,
    PairSTDP,
    RewardModulatedSTDP,
    Spiking,
)
from catalogue.rows import NeuronRow
from catalogue.rules.row import CHOICE, POSITIVE, REAL, RuleRow

PRE, POST, SILENT = Spiking(CHOICE, (POSITIVE,)), Spiking(CHOICE, (POSITIVE,)), Spiking(CHOICE, ())
ELIGIBLE = EligibleSynapse(POSITIVE, REAL)


def assembly_change(w, pre, post, signal, rate, depression, symmetry, maximum):
    before = symmetry * post.readouts[0] if symmetry else 0.0
    at_pre = np.maximum(0, w - rate * signal * (before + depression)) - w
    at_post = np.minimum(maximum, w + rate * signal * (pre.readouts[0] - depression)) - w
    return pre.spike * at_pre + post.spike * (1 - pre.spike) * at_post


RULES = {
    "assembly STDP": RuleRow(
        lambda: AssemblySTDP(0.1, 0.4, maximum=1.6),
        POSITIVE,
        PRE,
        SILENT,
        POSITIVE,
        lambda w, x, y, s: assembly_change(w, x, y, s, 0.1, 0.4, 0.0, 1.6),
    ),
    "assembly STDP, symmetric": RuleRow(
        lambda: AssemblySTDP(0.1, 0.5, -1.0, 30.0, 40.0, 1.6),
        POSITIVE,
        PRE,
        POST,
        POSITIVE,
        lambda w, x, y, s: assembly_change(w, x, y, s, 0.1, 0.5, -1.0, 1.6),
    ),
    "inhibitory STDP": RuleRow(
        lambda: InhibitorySTDP(0.1, 5.0, 20.0),
        POSITIVE,
        PRE,
        POST,
        equation=lambda w, x, y, s: 0.1 * (x.spike * (y.readouts[0] - 0.2) + y.spike * x.readouts[0]),
    ),
    "inhibitory STDP, bounded": RuleRow(
        lambda: BoundedEvents(InhibitorySTDP(0.5, 5.0), 0.2, 1.5), POSITIVE, PRE, POST, bounds=(0.2, 1.5)
    ),
    "reward-modulated STDP": RuleRow(lambda: RewardModulatedSTDP(eligibility_time=50.0), ELIGIBLE, PRE, POST, POSITIVE),
    "reward-modulated STDP, bounded": RuleRow(
        lambda: BoundedEvents(RewardModulatedSTDP(eligibility_time=50.0), 0.2, 1.5), ELIGIBLE, PRE, POST, POSITIVE
    ),
    "a time step of reward-modulated STDP": RuleRow(
        lambda: Betweentimes(RewardModulatedSTDP(PairSTDP(0.3, 0.2), 50.0, 0.1), 5.0),
        ELIGIBLE,
        PRE,
        POST,
        POSITIVE,
        lambda w, x, y, s: 0.1 * 50 * s * (1 - np.exp(-0.1)) * w.eligibility,
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
