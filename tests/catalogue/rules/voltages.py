"""Rows of the rules of voltages."""

import numpy as np

from bouton.plasticity import (
    ClopathVoltage,
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
    VoltagePost,
    VoltagePre,
)
from catalogue.rules.row import CHOICE, MILLIVOLTS, POSITIVE, RELATIVE, RuleRow

DENDRITIC = {"synapse": DendriticSynapse(POSITIVE, CHOICE), "post": LocalVoltage(RELATIVE, RELATIVE, RELATIVE)}

ROWS = {
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
}


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
