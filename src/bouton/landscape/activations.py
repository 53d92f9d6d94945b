r"""Activations by name, each with the symmetry that it brings beyond permutations.

================  =================================  ========================================================
name              function                           further symmetry
================  =================================  ========================================================
``"generic"``     :math:`g(x) = s(4x) + \ln(1+e^x)`  "none": counts of subspaces are complete
``"tanh"``        :math:`\tanh x`                    "odd": (w, a) and (-w, -a) are one neuron
``"erf"``         :math:`\mathrm{erf}\, x`           "odd"
``"logistic"``    :math:`s(x) = 1/(1+e^{-x})`        "constant sum": a change of sign leaves a constant
``"softplus"``    :math:`\ln(1 + e^x)`               "linear difference": it leaves a linear part
``"rectifier"``   :math:`\max(0, x)`                 "scaling", and no second derivative
================  =================================  ========================================================

Source: B. Şimşek et al. (2021), ICML, arXiv:2105.12221; *generic* is the activation of the authors' counting
experiment.
"""

from collections.abc import Callable
from typing import Any, Literal

import jax
import jax.numpy as jnp

from bouton._checked import Checked
from bouton.errors import InputError

__all__ = ["NamedActivation", "activation_named"]

Symmetry = Literal["none", "odd", "even", "constant sum", "linear difference", "scaling", "unknown"]


class NamedActivation(Checked):
    """A scalar activation function, its name, and the symmetry that it has.

    Parameters
    ----------
    name : str
        What it is called.
    function : callable
        From potential to activity, made of functions of JAX.
    symmetry : str, default "unknown"
        "none", "odd", "even", "constant sum", "linear difference", "scaling" or "unknown".

    Raises
    ------
    InputError
        If the symmetry is another word.
    """

    name: str
    function: Callable[..., Any]
    symmetry: Symmetry = "unknown"

    @property
    def flips(self) -> bool:
        """Whether a neuron of opposite incoming weights can take another one's place."""
        return self.symmetry in ("odd", "even", "constant sum", "linear difference")

    @property
    def is_smooth(self) -> bool:
        """Whether there is a second derivative, which classifying needs."""
        return self.symmetry != "scaling"


_KNOWN = {
    each.name: each
    for each in (
        NamedActivation("generic", lambda x: jax.nn.sigmoid(4 * x) + jax.nn.softplus(x), "none"),
        NamedActivation("tanh", jnp.tanh, "odd"),
        NamedActivation("erf", jax.scipy.special.erf, "odd"),
        NamedActivation("logistic", jax.nn.sigmoid, "constant sum"),
        NamedActivation("softplus", jax.nn.softplus, "linear difference"),
        NamedActivation("rectifier", jax.nn.relu, "scaling"),
    )
}


def activation_named(activation: Any) -> NamedActivation:
    """Return an activation by its name; one that is an activation already as it is, a function with symmetry unknown.

    Parameters
    ----------
    activation : str, NamedActivation or callable
        "generic", "tanh", "erf", "logistic", "softplus", "rectifier", or a function of JAX.

    Returns
    -------
    NamedActivation

    Raises
    ------
    InputError
        If there is none of the name.

    Examples
    --------
    >>> activation_named("logistic").symmetry
    'constant sum'
    """
    if isinstance(activation, NamedActivation):
        return activation
    if callable(activation):
        for known in _KNOWN.values():
            if known.function is activation:
                return known
        return NamedActivation(getattr(activation, "__name__", "function"), activation)
    if activation not in _KNOWN:
        raise InputError(f"activation must be a function or one of {', '.join(_KNOWN)}, got {activation!r}")
    return _KNOWN[activation]
