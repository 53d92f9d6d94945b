"""Loss landscapes."""

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
from bouton.landscape.loss import LossLandscape
from bouton.landscape.neurons import Reduction, duplicate, embed, reduce, subspace_of
from bouton.landscape.parameters import LayerWeights, Parameters, glorot_start, parameters_of, permute_neurons, put_into
from bouton.landscape.points import (
    DuplicationType,
    Inertia,
    PointType,
    classify_duplication,
    classify_point,
    inertia_of,
)
from bouton.landscape.subspaces import Subspace, connected_components, enumerate_subspaces
from bouton.landscape.training import Trained, newton_polish, train_many, train_to_convergence
