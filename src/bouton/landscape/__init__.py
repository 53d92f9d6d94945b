"""Loss landscapes: the subspaces that symmetry brings, permutation saddles, and paths and flows between them.

A `LossLandscape` is data, activation and loss; a network is a plain tree of dense layers (`parameters_of` takes arrays
and nets of Equinox). `train_to_convergence` follows the gradient flow to the rounding of double precision; `duplicate`,
`embed` and `reduce` change the width and not the function; `classify_point`, `classify_duplication` and
`classify_neurons` say what a point, a permutation point and a neuron are; `walk_down`, `descend_from`, `exchange` and
`connect` go from one to another; `count_critical_subspaces` and `count_global_subspaces` say how many there are.
"""

from bouton.landscape.activations import NamedActivation, activation_named
from bouton.landscape.classify import NeuronKinds, classify_neurons
from bouton.landscape.counting import (
    asymptotic_ratio,
    bell_number,
    count_critical_subspaces,
    count_global_subspaces,
    crossing_width,
    permutation_point_factor,
    subspace_ratio,
)
from bouton.landscape.descending import descend_from
from bouton.landscape.duplication import DuplicationType, classify_duplication
from bouton.landscape.loss import LossLandscape
from bouton.landscape.matching import Matched, match_weights
from bouton.landscape.neurons import Reduction, duplicate, embed, reduce, subspace_of
from bouton.landscape.parameters import DenseWeights, Parameters, parameters_of, permute_neurons, put_into
from bouton.landscape.paths import connect, exchange, loss_along, straight_barrier
from bouton.landscape.points import Inertia, PointType, classify_point, inertia_of
from bouton.landscape.starts import glorot_start
from bouton.landscape.subspaces import Subspace, connected_components, enumerate_subspaces
from bouton.landscape.tasks import TeacherTask, four_neuron_task
from bouton.landscape.training import Trained, newton_polish, train_many, train_to_convergence
from bouton.landscape.walking import Walk, walk_down

__all__ = [
    "DenseWeights",
    "DuplicationType",
    "Inertia",
    "LossLandscape",
    "Matched",
    "NamedActivation",
    "NeuronKinds",
    "Parameters",
    "PointType",
    "Reduction",
    "Subspace",
    "TeacherTask",
    "Trained",
    "Walk",
    "activation_named",
    "asymptotic_ratio",
    "bell_number",
    "classify_duplication",
    "classify_neurons",
    "classify_point",
    "connect",
    "connected_components",
    "count_critical_subspaces",
    "count_global_subspaces",
    "crossing_width",
    "descend_from",
    "duplicate",
    "embed",
    "enumerate_subspaces",
    "exchange",
    "four_neuron_task",
    "glorot_start",
    "inertia_of",
    "loss_along",
    "match_weights",
    "newton_polish",
    "parameters_of",
    "permutation_point_factor",
    "permute_neurons",
    "put_into",
    "reduce",
    "straight_barrier",
    "subspace_of",
    "subspace_ratio",
    "train_many",
    "train_to_convergence",
    "walk_down",
]
