"""What a network is given of a stimulus: any function with parameters, which are fitted together with the network."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Float

from bouton.errors import InputError

__all__ = ["StimulusFeatures"]


class StimulusFeatures(eqx.Module):
    """A function from a stimulus to features, in two parts: its parameters, and all else.

    Parameters
    ----------
    parameters : PyTree of arrays
        What is fitted, as it begins.
    rest : Any
        What `equinox.combine` makes a function of, together with parameters.

    Examples
    --------
    >>> import equinox as eqx, jax, jax.numpy as jnp
    >>> layers = eqx.nn.MLP(2, 5, 8, 1, key=jax.random.key(0))
    >>> class Bins(eqx.Module):
    ...     layers: eqx.nn.MLP
    ...     def __call__(self, stimulus):
    ...         return jax.vmap(self.layers)(stimulus)
    >>> features = StimulusFeatures.of(Bins(layers))
    >>> features(features.parameters, jnp.zeros((100, 2))).shape
    (100, 5)
    """

    parameters: Any
    rest: Any = eqx.field(static=True)

    @classmethod
    def of(cls, function: eqx.Module) -> "StimulusFeatures":
        """Return a function in two parts.

        Parameters
        ----------
        function : equinox.Module
            Takes a stimulus (bins, channels), returns features (bins, features); its arrays of real numbers are
            parameters.

        Raises
        ------
        InputError
            If it is no module that can be called.
        """
        if not (isinstance(function, eqx.Module) and callable(function)):
            raise InputError(
                f"features must be an equinox.Module that holds its parameters, got {type(function).__name__}"
            )
        return cls(*eqx.partition(function, eqx.is_inexact_array))

    def __call__(self, parameters: Any, stimulus: Float[Array, "bins channels"]) -> Float[Array, "bins features"]:
        """Return the features of a stimulus."""
        return eqx.combine(parameters, self.rest)(stimulus)

    def count(self, stimulus: jax.ShapeDtypeStruct) -> int:
        """Return the number of features.

        Raises
        ------
        InputError
            If there is not a row of them for each bin.
        """
        found = jax.eval_shape(self, self.parameters, stimulus)
        if len(found.shape) != 2 or found.shape[0] != stimulus.shape[0]:
            raise InputError(
                f"features must return a row for each of {stimulus.shape[0]} bins, got shape {found.shape}"
            )
        return found.shape[1]
