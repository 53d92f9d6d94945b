"""Loss landscapes."""

from bouton.landscape.counting import (
    asymptotic_ratio,
    bell_number,
    count_critical_subspaces,
    count_global_subspaces,
    crossing_width,
    permutation_point_factor,
    subspace_ratio,
)
from bouton.landscape.subspaces import Subspace, connected_components, enumerate_subspaces

__all__ = [
    "Subspace",
    "asymptotic_ratio",
    "bell_number",
    "connected_components",
    "count_critical_subspaces",
    "count_global_subspaces",
    "crossing_width",
    "enumerate_subspaces",
    "permutation_point_factor",
    "subspace_ratio",
]
