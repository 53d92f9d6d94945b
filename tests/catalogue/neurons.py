"""One row per model of point neurons. Laws run on every row."""

from collections.abc import Callable
from typing import NamedTuple

from bouton.dynamics import (
    AdaptiveExponential,
    AlphaSynapse,
    ConductanceIntegrateAndFire,
    CurrentIntegrateAndFire,
    DeltaSynapse,
    EscapeNoise,
    ExponentialHazard,
    ExponentialSynapse,
    HistoryKernel,
)
from bouton.dynamics.point_neurons import PointNeurons


class NeuronRow(NamedTuple):
    """Neurons that a current of some hundred pA makes fire."""

    make: Callable[[], PointNeurons]
    current: float = 1000.0
    """An external current that makes them fire, in pA."""
    random: bool = False
    """Whether they fire by chance."""


ROWS = {
    "currents": NeuronRow(CurrentIntegrateAndFire),
    "currents of three kinds": NeuronRow(
        lambda: CurrentIntegrateAndFire(synapses=(ExponentialSynapse(), AlphaSynapse(), DeltaSynapse()))
    ),
    "conductances": NeuronRow(ConductanceIntegrateAndFire),
    "adaptive exponential": NeuronRow(lambda: AdaptiveExponential(refractory_time=1.0)),
    "escape noise": NeuronRow(
        lambda: EscapeNoise(
            CurrentIntegrateAndFire(),
            ExponentialHazard(),
            HistoryKernel((-4.0, 1.0), (10.0, 50.0)),
            HistoryKernel((1.0,), (30.0,)),
        ),
        random=True,
    ),
}
