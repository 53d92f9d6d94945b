"""What constructors take that do not keep it under its name."""

from bouton.dynamics import CoordinateDescent, Relaxation, Tanh
from bouton.plasticity import LearningRate, all_to_all
from bouton.similarity import SNMFNetwork
from bouton.surprise import Categorical, GaussianMean
from catalogue.circuits.similarity import FIRST, SECOND

LAYERS = {"activation": Tanh(), "learning_rate": LearningRate(0.005), "dynamics": Relaxation()}
ARGUMENTS = {
    "SourceSeparationNetwork": {
        "n_inputs": 5,
        "n_outputs": 3,
        "learning_rate": LearningRate(0.05),
        "whitening_rate": LearningRate(0.01),
        "input_variance": 1.0,
        "leak": 0.0,
        "dynamics": CoordinateDescent(),
    },
    "CorrelationGameNetwork": {
        "n_inputs": 5,
        "n_outputs": 3,
        "power_bound": 1.0,
        "correlation_bound": 0.1,
        "decay": 0.01,
        "competition": 0.5,
        "total_weight": 2.0,
        "leak": 0.02,
        "input_power": 1.0,
        "learning_rate": LearningRate(0.01),
        "feedforward_time_scale": 2.0,
        "dynamics": CoordinateDescent(),
    },
    "StructuredSimilarityMatching": {"feedforward": all_to_all(5, 3), "lateral": all_to_all(3, 3), **LAYERS},
    "DeepSimilarityMatching": {"layers": [FIRST, SECOND], "feedback": 0.5, "layer_rates": "equal", **LAYERS},
    "SideBySide": {"circuits": {"a": SNMFNetwork(5, 3)}},
    "SMiLe": {"family": Categorical(3), "hazard": 0.1},
    "VariationalSMiLe": {"family": GaussianMean(0.5), "hazard": 0.1},
}
"""Arguments of constructors of their own."""
