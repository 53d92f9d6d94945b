"""What constructors take that do not keep it under its name, and the fields whose values no constructor checks yet."""

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

NOT_CHECKED = {
    "InstantaneousVoltageHebb": (
        "potentiation* depression* potentiation_threshold* depression_threshold* time_step* lower upper"
    ),
    "DendriticVoltageHebb": (
        "potentiation* depression* potentiation_threshold* depression_threshold* veto* veto_time_constant* "
        "time_step* lower upper exact*"
    ),
    "ClopathVoltage": "depression* potentiation* low_threshold* high_threshold* lower upper",
    "SlidingTripletSTDP": "rule* target* power* averaging_time*",
    "TripletSTDP": (
        "pair_potentiation* triplet_potentiation* pair_depression* triplet_depression* potentiation_time* "
        "depression_time* slow_pre_time* slow_post_time* nearest*"
    ),
    "BoundedEvents": "rule* lower upper",
    "PairSTDP": "potentiation* depression* potentiation_time* depression_time* dependence* nearest*",
    "ScaledStep": "rate leak memory epsilon",
    "TripletHebb": "rate target",
    "RateDecay": "rate target",
    "MetaplasticDepression": "rate target",
    "TripletPotentiation": "rate",
    "KernelStrength": "rate",
    "KernelFeature": "rate",
    "CompetitiveHebb": "rate decay competition total",
    "CorrelationMultiplier": "rate",
    "Structured": "rule*",
    "LeakyHebb": "rate",
    "AdaptiveStep": "rate memory lower epsilon",
    "ThresholdHebb": "rate threshold strength",
    "HeterosynapticHebb": "rate strength",
    "MetaplasticHebb": "rate target leak",
    "Confined": "lower upper",
    "Bounded": "rule* lower upper",
    "AdaTron": "rate upper own_kernel",
    "InfomaxHebb": "rate",
    "LinskerHebb": "rate drift pre_threshold post_threshold",
    "Foldiak": "rate target",
    "SynapticScaling": "length",
    "NonlinearHebb": "rate plasticity*",
    "Instar": "rate",
    "BCM": "rate",
    "Covariance": "rate",
    "ResidualHebb": "rate",
    "Oja": "rate",
    "NormalisedHebb": "rate",
    "Hebb": "rate",
    "SideBySide": "circuits",
    "Copies": "circuit*",
    "WithGaps": "circuit*",
    "SpikingNetwork": "groups projections time_step frame_steps capacity n_lists",
    "DendriticSynapses": "connectivity* parameters* time_step* initial_weight* lower upper",
    "LeakyIntegrator": "family* leak*",
    "DeltaRule": "hazard*",
    "SMiLe": "family* hazard*",
    "VariationalSMiLe": "family* hazard*",
    "ParticleFilter": "family* hazard*",
    "StratifiedResampling": "family* hazard*",
    "MessagePassing": "family* hazard* cutoff*",
    "AdaTronNetwork": "patterns kernel* rate* upper",
    "FoldiakNetwork": (
        "target* excitatory_rate* inhibitory_rate* threshold_rate* initial_threshold* dynamics* steepness*"
    ),
    "InfomaxNetwork": (
        "output_noise* input_noise* learning_rate* averaging_rate* input_variance* lateral_gain* dynamics*"
    ),
    "LinskerNetwork": "connectivities k1 k2 upper learning_rate* mean* developing*",
    "NonlinearHebbianNetwork": "learning_rate* lateral_learning_rate* mean_rate* dynamics*",
    "VoltageNeurons": "rule* neuron* filters* trace_time input_strength* reference* homeostasis_time",
    "TripletNeurons": "target* learning_rate* leak* input_gain* trace_time* averaging_samples* neuron*",
    "CorrelationInvariantNetwork": "neurons* lateral_learning_rate* threshold* lateral_decay* dynamics*",
    "CorrelationInvariantNeurons": (
        "target* weight_decay* learning_rate* averaging_time* adaptive* nonnegative* rectified* input_deviation* leak*"
    ),
    "NonlinearHebbianNeurons": "learning_rate*",
    "DeepSimilarityMatching": "layers feedback* activation* learning_rate* dynamics*",
    "StructuredSimilarityMatching": "feedforward* lateral* activation* learning_rate* dynamics*",
    "KernelSimilarityMatching": (
        "kernel* leak* strength_rate* feature_rate* lateral_rate* learning_rate* feature_scale*"
    ),
    "ManifoldTilingNetwork": (
        "offset* power_limit* learning_rate* input_power* activity_gain* interneuron_gain* dynamics*"
    ),
    "CorrelationGameNetwork": (
        "power_bound* correlation_bound* decay* competition* total_weight* leak* input_power* learning_rate* "
        "feedforward_time_scale* dynamics*"
    ),
    "SourceSeparationNetwork": "learning_rate* whitening_rate* input_variance* leak* dynamics*",
    "WhiteningNetwork": "learning_rate* input_variance*",
    "SparseDictionaryNetwork": "forgetting* initial_activity* threshold* tolerance max_sweeps",
    "PrincipalSubspaceNetwork": "forgetting* initial_activity* dynamics*",
    "FastSimilarityMatching": "learning_rate* lateral_time_scale* input_power*",
    "NonnegativeSimilarityMatching": "learning_rate* lateral_time_scale* input_power* leak* threshold* dynamics*",
    "SimilarityMatching": "learning_rate* lateral_time_scale* input_power* dynamics*",
    "SNMFNetwork": "dynamics* nonnegative_inputs*",
    "ProjectedGradient": "tolerance* max_iterations*",
    "ActiveSet": "tolerance* max_sweeps* patience*",
    "CoordinateDescent": "tolerance* max_sweeps* transfer*",
    "EscapeNoise": "membrane* hazard* after_potential* adaptive_threshold* resets*",
    "AdaptiveExponential": (
        "capacitance* leak_conductance* rest exponential_threshold* slope* peak* reset* "
        "adaptation_time_constant* adaptation_coupling adaptation_jump refractory_time* synapses time_step*"
    ),
    "ConductanceIntegrateAndFire": (
        "membrane_time_constant* leak_conductance* rest reset* threshold* refractory_time* "
        "reversal_potentials synaptic_time_constants time_step*"
    ),
    "CurrentIntegrateAndFire": (
        "membrane_time_constant* capacitance* rest reset* threshold* refractory_time* synapses time_step*"
    ),
}
"""Of each class the fields that take a wrong value, or say so in no sentence of ours; with a star those that take a value
of a wrong kind alone. To be shortened: `PYTHONPATH=src:tests python tests/laws/test_bad_input.py` prints it."""
