"""Rows of the circuits whose neurons develop receptive fields."""

from bouton import features
from bouton.plasticity import FanIn
from catalogue.circuits.row import (
    BATCHES,
    BOUNDED,
    DRAWS,
    LIBRARY,
    NEW_WEIGHTS,
    NO_SELF,
    NO_SINGLE_ARRAY,
    NOT_AFFINE,
    OUTSIDE,
    PRODUCT,
    CircuitRow,
    positive,
    weak,
)

TABLES = FanIn([[0, 1, 1], [1, 2, 0], [3, 2, 2]], 4), FanIn([[0, 1], [2, 1]], 3)
ADAPTIVE = ((), {"feedforward": NOT_AFFINE})
NEURONS_AND_LATERAL = ((), {"neurons.feedforward": NOT_AFFINE, "lateral": NOT_AFFINE})
SCALED = {"SynapticScaling": NO_SINGLE_ARRAY}
LATERAL = {"lateral": NO_SELF, "Confined": NOT_AFFINE}
FOLDIAK = (("feedforward",), {"lateral": BOUNDED})

ROWS = {
    "nonlinear Hebbian, batches": CircuitRow(
        lambda: features.NonlinearHebbianNeurons(5, 3, batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "nonlinear Hebbian, samples": CircuitRow(
        lambda: features.NonlinearHebbianNeurons(5, 3, "cauchy"),
        reasons={"feedforward": NEW_WEIGHTS} | SCALED,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "correlation-invariant, batches": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, batch_size=4),
        *ADAPTIVE,
        products=True,
        audit="feedforward: MetaplasticHebb, steps: AdaptiveStep",
    ),
    "correlation-invariant, samples": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, "kurtosis", nonnegative=True),
        *ADAPTIVE,
        audit="feedforward: MetaplasticHebb, steps: AdaptiveStep",
    ),
    "correlation-invariant, plain steps": CircuitRow(
        lambda: features.CorrelationInvariantNeurons(5, 3, "oja", adaptive=False),
        ("feedforward",),
        audit="feedforward: HeterosynapticHebb",
    ),
    "correlation-invariant network, batches": CircuitRow(
        lambda: features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3, batch_size=4)),
        *NEURONS_AND_LATERAL,
        products=True,
        audit=(
            "neurons.feedforward: MetaplasticHebb, neurons.steps: AdaptiveStep, lateral: ThresholdHebb, "
            "lateral_steps: AdaptiveStep"
        ),
    ),
    "correlation-invariant network, samples": CircuitRow(
        lambda: features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3)),
        *NEURONS_AND_LATERAL,
        audit=(
            "neurons.feedforward: MetaplasticHebb, neurons.steps: AdaptiveStep, lateral: ThresholdHebb, "
            "lateral_steps: AdaptiveStep"
        ),
    ),
    "triplet": CircuitRow(
        lambda: features.TripletNeurons(5, 3, batch_size=4, duration=3),
        reasons={"TripletPotentiation": BATCHES, "MetaplasticDepression": BATCHES, "ScaledStep": NOT_AFFINE},
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCT,
        products=True,
        events=positive,
        audit="potentiation: TripletPotentiation, depression: MetaplasticDepression, steps: ScaledStep",
    ),
    "triplet, control": CircuitRow(
        lambda: features.TripletNeurons(5, 3, "oja", batch_size=4, duration=3),
        reasons={"TripletPotentiation": BATCHES, "RateDecay": BATCHES, "ScaledStep": NOT_AFFINE},
        unfoldable=LIBRARY,
        why_unfoldable=PRODUCT,
        products=True,
        events=positive,
        audit="potentiation: TripletPotentiation, depression: RateDecay, steps: ScaledStep",
    ),
    "voltage-based": CircuitRow(
        lambda: features.VoltageNeurons(5, 3, duration=3),
        reasons={"ClopathVoltage": NOT_AFFINE},
        events=positive,
        not_in_float64=DRAWS,
        audit="synapses: ClopathVoltage",
    ),
    "nonlinear Hebbian network, batches": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED | LATERAL,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling, lateral: Covariance, lateral_bounds: Confined",
    ),
    "nonlinear Hebbian network, samples": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, "quadratic-rectifier"),
        reasons={"feedforward": OUTSIDE} | SCALED | LATERAL,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling, lateral: Covariance, lateral_bounds: Confined",
    ),
    "nonlinear Hebbian network, reconstruction": CircuitRow(
        lambda: features.NonlinearHebbianNetwork(5, 3, inhibition="reconstruction", batch_size=4),
        reasons={"feedforward": BATCHES} | SCALED,
        products=True,
        audit="feedforward: NonlinearHebb, scaling: SynapticScaling",
    ),
    "Linsker": CircuitRow(
        lambda: features.LinskerNetwork(TABLES, developing=1),
        reasons={"weights.1": BOUNDED},
        audit="feedforward: Bounded",
    ),
    "infomax": CircuitRow(
        lambda: features.InfomaxNetwork(5, 3, input_noise=0.1),
        reasons={
            "feedforward": NEW_WEIGHTS,
            "InfomaxHebb": NO_SINGLE_ARRAY,
            "lateral": OUTSIDE,
            "noise_lateral": OUTSIDE,
        }
        | SCALED,
        events=weak,
        not_in_float64=DRAWS,
        audit=(
            "feedforward: InfomaxHebb, feedforward: InfomaxHebb, scaling: SynapticScaling, lateral: LeakyHebb, "
            "lateral: LeakyHebb"
        ),
    ),
    "Foldiak": CircuitRow(
        lambda: features.FoldiakNetwork(5, 3), *FOLDIAK, audit="feedforward: Instar, lateral: Bounded"
    ),
    "Foldiak, binary": CircuitRow(
        lambda: features.FoldiakNetwork(5, 3, steepness=10.0), *FOLDIAK, audit="feedforward: Instar, lateral: Bounded"
    ),
}
