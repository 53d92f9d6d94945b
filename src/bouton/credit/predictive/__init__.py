"""Contrastive, local and predictive plasticity (CLAPP): deep features without labels and without backpropagation.

====================  ==============================================================================================
what                  for what
====================  ==============================================================================================
`CLAPPNetwork`        the network on mini-batches of fixations; its options are the family: synchronous or not,
                      symmetric or not, hinge or InfoNCE, layer by layer or end to end, own activity or that below
`CLAPPStream`         the rule on one transition after the other
`patch_grid`          images as grids of patches, `two_views` as pairs of views
`fixations`           sequences as mini-batches
`probe_accuracy`      what a linear classifier makes of features
====================  ==============================================================================================

Source: B. Illing, J. Ventura, G. Bellec, W. Gerstner, NeurIPS 2021, arXiv:2010.08262.
"""

from bouton.credit.predictive.cuts import fixations, offsets_of, patch_grid, two_views
from bouton.credit.predictive.distance import Ablations, Contrast, PredictionDistance
from bouton.credit.predictive.network import CLAPPNetwork
from bouton.credit.predictive.pathways import PredictivePathway, PredictivePathways
from bouton.credit.predictive.probe import probe_accuracy
from bouton.credit.predictive.stages import PredictiveStage, predictive_stages
from bouton.credit.predictive.state import CLAPPInfo, CLAPPState, Fixations, LayerState, Transition
from bouton.credit.predictive.stream import CLAPPStream, TransitionInfo
from bouton.credit.predictive.ways import Way

__all__ = [
    "Ablations",
    "CLAPPInfo",
    "CLAPPNetwork",
    "CLAPPState",
    "CLAPPStream",
    "Contrast",
    "Fixations",
    "LayerState",
    "PredictionDistance",
    "PredictivePathway",
    "PredictivePathways",
    "PredictiveStage",
    "Transition",
    "TransitionInfo",
    "Way",
    "fixations",
    "offsets_of",
    "patch_grid",
    "predictive_stages",
    "probe_accuracy",
    "two_views",
]
