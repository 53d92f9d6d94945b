"""One row per model of point neurons. Laws run on every row."""

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
from catalogue import systems
from catalogue.rows import NeuronRow

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
} | systems.rows("NEURONS")
