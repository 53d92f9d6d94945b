"""The selectivity index of effective nonlinearities, given themselves or by their published names."""

from bouton.analysis import Selectivity, selectivity_of
from bouton.features.nonlinearity import EffectiveNonlinearity, as_nonlinearity

__all__ = ["selectivity"]


def selectivity(nonlinearity: EffectiveNonlinearity | str) -> Selectivity:
    """Return the selectivity index of a nonlinearity, by quadrature in double precision.

    Parameters
    ----------
    nonlinearity : EffectiveNonlinearity or str
        f, of a drive of unit variance, or the name of a published one. Where it jumps or bends off a multiple of 1/64
        the index is good to about 1e-4, elsewhere to 1e-9.

    Returns
    -------
    Selectivity

    Examples
    --------
    >>> round(selectivity("linear-rectifier").index, 5)
    0.13889
    >>> round(selectivity("linear").index, 9) + 0.0
    0.0
    """
    return selectivity_of(as_nonlinearity(nonlinearity))
