"""Rows of the rules of voltages."""

import numpy as np

from bouton.plasticity import (
    BoundedEvents,
    ClopathEvents,
    ClopathVoltage,
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
    Spiking,
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
    "Clopath, in networks": RuleRow(
        lambda: ClopathEvents(ClopathVoltage(1e-2, 1e-3, lower=0.2, upper=1.5)),
        synapse=CHOICE,
        pre=Spiking(CHOICE, (POSITIVE,)),
        post=Spiking(CHOICE, (MILLIVOLTS,) * 3, Values(0.1, 1.0)),
        equation=lambda w, x, y, s: np.clip(w + _clopath_event(x, y), 0.2, 1.5) - w,
        bounds=(0.2, 1.5),
        facts=lambda: _depolarised(),
    ),
    "Clopath, in networks, bounded from outside": RuleRow(
        lambda: BoundedEvents(ClopathEvents(ClopathVoltage(1e-2, 1e-3, lower=0.1, upper=2.0)), 0.2, 1.5),
        synapse=CHOICE,
        pre=Spiking(CHOICE, (POSITIVE,)),
        post=Spiking(CHOICE, (MILLIVOLTS,) * 3, Values(0.1, 1.0)),
        bounds=(0.2, 1.5),
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


def _clopath_event(x, y):
    potential, for_depression, for_potentiation = y.readouts
    pre = VoltagePre(x.spike, y.depolarised * x.readouts[0])
    return _clopath(pre, VoltagePost(potential, for_depression, for_potentiation, 1.0))


def _depolarised():
    """Time constants as given, thresholds of both potentials, and changes by either neuron alone."""
    rule = ClopathEvents(ClopathVoltage(1e-2, 1e-3, lower=0.2, upper=1.5), 15.0, 9.0, 6.0, -65.0)
    posts = [(-45.4, -60.0, -60.0), (-45.2, -60.0, -60.0), (-20.0, -60.0, -70.7), (-20.0, -60.0, -70.5)]
    readouts = rule.pre_readouts + rule.post_readouts
    high, steps = (-40.0, -65.0, -60.0), [(a, b, d) for a in (0.0, 1.0) for b in (0.0, 1.0) for d in (0.0, 0.5, None)]
    found = [rule(1.0, Spiking(a, (0.1,)), Spiking(b, high, d), None) for a, b, d in steps]
    return {
        "steps": (found, [-0.056 * a + 1e-4 * (d or 0.0) * 5.3 * 10.6 for a, _, d in steps]),
        "upper bound of a step": (rule(1.49, Spiking(0.0, (2.0,)), Spiking(0.0, high, 9.0), None), 0.01),
        "lower bound of a step": (rule(0.21, Spiking(1.0, (0.1,)), Spiking(0.0, high, 0.0), None), -0.01),
        "times": (np.array([each.time_constant for each in readouts]), np.array([15.0, np.inf, 9.0, 6.0])),
        "area of the trace": (readouts[0].jump, 1 / 15),
        "rest": (np.array([each.rest for each in readouts[1:]]), np.full(3, -65.0)),
        "who is depolarised": ([bool(rule.is_depolarised(post)) for post in posts], [False, True, False, True]),
        "pre": (rule.on_pre(1.0, (0.1,), (-50.0, -65.0, -60.0), None), -1e-2 * 5.6),
        "pre, at the bound": (rule.on_pre(0.21, (0.1,), (-50.0, -65.0, -60.0), None), -0.01),
        "post": (rule.on_post(1.0, (0.1,), (-20.0, -65.0, -60.0), None), 0.0),
        "held": (rule.while_depolarised(1.0, 2.0, (0.1,), (-40.0, -65.0, -60.0), None), 2e-4 * 5.3 * 10.6),
        "held, at the bound": (rule.while_depolarised(1.49, 9.0, (2.0,), (-20.0, -65.0, -60.0), None), 0.01),
    }


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
