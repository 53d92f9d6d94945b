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
from catalogue.rules.row import CHOICE, MILLIVOLTS, POSITIVE, RELATIVE, RuleRow, Values

DENDRITIC = {"synapse": DendriticSynapse(POSITIVE, CHOICE), "post": LocalVoltage(RELATIVE, RELATIVE, Values(0.0, 25.0))}

ROWS = {
    "Clopath": RuleRow(
        lambda: ClopathVoltage(1e-2, 1e-3, lower=0.2, upper=1.5),
        synapse=CHOICE,
        pre=VoltagePre(CHOICE, POSITIVE),
        post=VoltagePost(MILLIVOLTS, MILLIVOLTS, MILLIVOLTS, POSITIVE),
        equation=lambda w, x, y, s: np.clip(w + _clopath(x, y), 0.2, 1.5) - w,
        bounds=(0.2, 1.5),
        facts=lambda: _clamped(),
    ),
    "dendritic": RuleRow(
        lambda: DendriticVoltageHebb(1e-2, 2e-2, 26.0, 5.0, 10.0, lower=0.3, upper=1.5),
        pre=POSITIVE,
        equation=lambda w, x, y, s: np.clip(w.weight + _dendritic(x, y, w.recent_potentiation), 0.3, 1.5) - w.weight,
        further={
            "recent_potentiation": lambda w, x, y, s: 0.1 / 30 * (_potentiation(x, y) - w.recent_potentiation),
        },
        bounds=(0.3, 1.5),
        **DENDRITIC,
    ),
    "dendritic, exact": RuleRow(
        lambda: DendriticVoltageHebb(1e-2, 2e-2, 26.0, 5.0, 10.0, lower=0.3, upper=1.5, exact=True),
        pre=POSITIVE,
        equation=lambda w, x, y, s: np.clip(w.weight + _dendritic(x, y, _relaxed(w, x, y, 0.05)), 0.3, 1.5) - w.weight,
        further={"recent_potentiation": lambda w, x, y, s: _relaxed(w, x, y, 0.1) - w.recent_potentiation},
        bounds=(0.3, 1.5),
        **DENDRITIC,
    ),
    "dendritic, instantaneous": RuleRow(
        lambda: InstantaneousVoltageHebb(1e-3, 2e-2, 26.0, 5.0, lower=0.3, upper=1.5),
        pre=Glutamate(POSITIVE, CHOICE),
        equation=lambda w, x, y, s: np.clip(w.weight + _instantaneous(x, y), 0.3, 1.5) - w.weight,
        further={"recent_potentiation": lambda w, x, y, s: 0 * w.recent_potentiation},
        bounds=(0.3, 1.5),
        **DENDRITIC,
    ),
}


def _above(voltage, threshold):
    return np.maximum(voltage - threshold, 0)


def _clopath(x, y):
    depression = 1e-2 * x.spike * y.depression_scale * _above(y.for_depression, -70.6)
    return 1e-3 * x.trace * _above(y.potential, -45.3) * _above(y.for_potentiation, -70.6) - depression


def _clamped():
    """The potential is held: both filters read it, and the trace of one spike has an area of 1."""
    rule, held = ClopathVoltage(1e-2, 1e-3), np.linspace(-80, -20, 7)
    changes = 1e-3 * _above(held, -45.3) * _above(held, -70.6) - 1e-2 * _above(held, -70.6)
    return {
        "at a held potential": (rule.at_clamp(held), changes),
        "reversal": (np.array([rule.reversal]), np.array([-45.3 + 1e-2 / 1e-3])),
    }


def _potentiation(x, y):
    return 1e-2 * x * _above(y.fast, 26)


def _dendritic(x, y, recent):
    return 0.1 * (_potentiation(x, y) - 2e-2 * x * _above(y.slow, 5 + 10 * recent))


def _relaxed(w, x, y, time):
    """Return the filtered potentiation after a time in ms: an exponential towards the present one."""
    goal = _potentiation(x, y)
    return goal + (w.recent_potentiation - goal) * np.exp(-time / 30)


def _instantaneous(x, y):
    potentiation = 1e-3 * x.trace * _above(y.now, 26) * _above(y.fast, 5)
    return 0.1 * (potentiation - 2e-2 * x.depressing * _above(y.slow, 5))
