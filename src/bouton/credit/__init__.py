"""Credit in nets of many layers without backpropagation: feedback weights that align, or need not.

===================  =============================================================================================
`AlignmentNetwork`   a net of layers, each of whose synapses learns by an error and its input
`ErrorFeedback`      how errors come down: backpropagation, feedback alignment (also direct), sign symmetry,
                     Kolen-Pollack, and all that is made of the five primitives of alignment
`Layer`              what a net is made of: dense, convolution, pooling, blocks with a shortcut
`CLAPPNetwork`       layers that learn without labels or errors, see `bouton.credit.predictive`
===================  =============================================================================================
"""

from bouton.credit import predictive
from bouton.credit.aligned import AlignedFeedback
from bouton.credit.batches import mini_batches
from bouton.credit.convert import convert
from bouton.credit.direct import DirectFeedback
from bouton.credit.feedback import (
    ErrorFeedback,
    FixedPathways,
    KolenPollack,
    KolenPollackPathways,
    Pathways,
    SignSymmetry,
    WeightTransport,
)
from bouton.credit.layers import (
    ConvolutionLayer,
    DenseLayer,
    Flatten,
    Layer,
    MaxPool,
    MeanPool,
    ResidualBlock,
    WeightedLayer,
)
from bouton.credit.learning import Learning
from bouton.credit.measures import angle_between, norm_ratio
from bouton.credit.network import AlignmentNetwork
from bouton.credit.network_state import AlignmentInfo, AlignmentState, ForwardMeans, Labelled
from bouton.credit.normaliser import Normalised, Normaliser
from bouton.credit.pathways import ForwardPathways
from bouton.credit.predictive import *  # noqa: F403
from bouton.credit.primitives import AlignmentPathways, Primitives
from bouton.credit.stable import stable_rates
from bouton.credit.stages import NetStage, Passed

__all__ = [
    "AlignedFeedback",
    "AlignmentInfo",
    "AlignmentNetwork",
    "AlignmentPathways",
    "AlignmentState",
    "ConvolutionLayer",
    "DenseLayer",
    "DirectFeedback",
    "ErrorFeedback",
    "FixedPathways",
    "Flatten",
    "ForwardMeans",
    "ForwardPathways",
    "KolenPollack",
    "KolenPollackPathways",
    "Labelled",
    "Layer",
    "Learning",
    "MaxPool",
    "MeanPool",
    "NetStage",
    "Normalised",
    "Normaliser",
    "Passed",
    "Pathways",
    "Primitives",
    "ResidualBlock",
    "SignSymmetry",
    "WeightTransport",
    "WeightedLayer",
    "angle_between",
    "convert",
    "mini_batches",
    "norm_ratio",
    "stable_rates",
]
__all__ += predictive.__all__
