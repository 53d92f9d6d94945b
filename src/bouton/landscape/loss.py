r"""The loss of a network of dense layers on given data, as a function of its weights: values and exact derivatives.

.. math:: L(\theta) = \frac1S \sum_s \ell(f_\theta(x_s), y_s), \qquad
          f_\theta(x) = W_d\, \sigma(\ldots \sigma(W_1 x + b_1) \ldots) + b_d

with :math:`\ell` the squared distance (without a factor 1/2) or a function of one's own. It depends on the outputs
alone, so that every symmetry of the network is one of the loss; a penalty on weights would break these and has no place
here. Everything is computed in double precision, whatever JAX is set to.
"""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.landscape._closed_forms import Passed, forward, gradient_of, hessian_of
from bouton.landscape.activations import NamedActivation, activation_named
from bouton.landscape.parameters import Parameters, flattened, hidden_layer, parameters_of, unflattened

__all__ = ["LossLandscape"]


class LossLandscape(eqx.Module):
    """Data, activation and loss: what makes a landscape over the weights of networks of any widths.

    Parameters
    ----------
    inputs : array (samples, inputs)
        The samples.
    targets : array (samples, outputs), (samples,) or (samples, ...)
        What the loss compares the outputs with.
    activation : str, NamedActivation or callable, default "logistic"
        Of all hidden neurons; outputs are linear.
    loss : callable, optional
        From the outputs (outputs,) and the target of one sample to a number, made of functions of JAX. Default: the
        squared distance, for which targets are numbers (samples, outputs).

    Raises
    ------
    InputError
        If data are missing, not finite or of different lengths.

    Examples
    --------
    >>> import numpy as np
    >>> landscape = LossLandscape(np.eye(2), np.zeros(2), "tanh")
    >>> landscape.value([np.zeros((3, 2)), np.ones((1, 3))])
    0.0
    """

    inputs: Any
    targets: Any
    activation: NamedActivation = eqx.field(static=True)
    loss: Callable[..., Any] | None = eqx.field(static=True)

    def __init__(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        activation: Any = "logistic",
        loss: Callable[..., Any] | None = None,
    ):
        rows, wanted = np.asarray(inputs, np.float64), np.asarray(targets)
        if rows.ndim != 2 or rows.size == 0:
            raise InputError(f"inputs must be a matrix (samples, inputs) with something in it, got shape {rows.shape}")
        if loss is None:
            wanted = np.asarray(wanted, np.float64)
            wanted = wanted[:, None] if wanted.ndim == 1 else wanted
            if wanted.ndim != 2:
                raise InputError(f"targets must be (samples,) or (samples, outputs), got shape {wanted.shape}")
        elif np.issubdtype(wanted.dtype, np.floating):
            wanted = wanted.astype(np.float64)
        if wanted.ndim == 0 or len(wanted) != len(rows):
            raise InputError(f"inputs and targets must be as many, got {len(rows)} samples and targets {wanted.shape}")
        for name, values in (("inputs", rows), ("targets", wanted)):
            if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
                raise InputError(f"{name} must be finite")
        self.inputs, self.targets = rows, wanted
        self.activation, self.loss = activation_named(activation), loss

    @property
    def is_squared(self) -> bool:
        """Whether the loss is the squared distance."""
        return self.loss is None

    def checked(self, parameters: Any) -> Parameters:
        """Return parameters in double precision, after seeing that they fit the data."""
        known = parameters_of(parameters)
        if known[0].weight.shape[1] != self.inputs.shape[1]:
            raise InputError(
                f"samples have {self.inputs.shape[1]} inputs, the first layer takes {known[0].weight.shape[1]}"
            )
        if self.is_squared and len(known[-1].weight) != self.targets.shape[1]:
            raise InputError(
                f"targets have {self.targets.shape[1]} values, the network {len(known[-1].weight)} outputs"
            )
        return known

    def outputs(self, parameters: Any, inputs: ArrayLike | None = None) -> Float[np.ndarray, "samples outputs"]:
        """Return the outputs of a network, of the landscape's samples by default."""
        known = self.checked(parameters)
        rows = self.inputs if inputs is None else np.asarray(inputs, np.float64)
        with jax.enable_x64(True):
            return np.asarray(_outputs(self.activation, known, rows))

    def value(self, parameters: Any) -> float:
        """Return the loss of a network."""
        with jax.enable_x64(True):
            return float(_value(self, self.checked(parameters)))

    def values(self, many: list[Any]) -> Float[np.ndarray, " networks"]:
        """Return the losses of networks of the same widths, computed as one batch."""
        known = [self.checked(parameters) for parameters in many]
        with jax.enable_x64(True):
            stacked = jax.tree.map(lambda *parts: np.stack(parts), *known)
            return np.asarray(_values(self, stacked))

    def gradient(self, parameters: Any) -> Parameters:
        """Return the gradient, in the form of the parameters."""
        known = self.checked(parameters)
        with jax.enable_x64(True):
            return unflattened(np.asarray(_gradient(self, known, jnp.asarray(flattened(known)))), known)

    def hessian(self, parameters: Any) -> Float[np.ndarray, "parameters parameters"]:
        """Return the Hessian: layer by layer, weights row by row, then biases."""
        known = self.checked(parameters)
        with jax.enable_x64(True):
            return np.asarray(_hessian(self, known, jnp.asarray(flattened(known))))

    def errors_at(
        self, parameters: Any, layer: int = 0
    ) -> tuple[Float[np.ndarray, "samples below"], Float[np.ndarray, "samples above"]]:
        """Return what enters a hidden layer, and the derivatives of the loss by the potentials of the layer above.

        The activity of the layer below has a constant 1 at its end where neurons have biases.
        """
        known = self.checked(parameters)
        hidden_layer(known, layer)
        with jax.enable_x64(True):
            entering, errors = _entering_and_errors(self, known, layer)
        return np.asarray(entering), np.asarray(errors)


def sample_loss(landscape: LossLandscape, outputs: Array, target: Array) -> Array:
    """Return the loss of one sample."""
    if landscape.loss is None:
        return jnp.sum((outputs - target) ** 2)
    found = landscape.loss(outputs, target)
    if jnp.shape(found) != ():
        raise InputError(f"loss must return one number for the outputs of one sample, got shape {jnp.shape(found)}")
    return found


def pass_through(landscape: LossLandscape, parameters: Parameters) -> Passed:
    """Pass the landscape's samples through a network, for tracing."""
    return forward(landscape.activation, parameters, landscape.inputs.T)


def total_loss(landscape: LossLandscape, parameters: Parameters) -> Array:
    """Return the mean loss, for tracing."""
    outputs = pass_through(landscape, parameters).outputs.T
    return jnp.mean(jax.vmap(lambda out, target: sample_loss(landscape, out, target))(outputs, landscape.targets))


def loss_of_vector(landscape: LossLandscape, like: Parameters, vector: Array) -> Array:
    """Return the mean loss of parameters that are one vector, for tracing."""
    return total_loss(landscape, unflattened(vector, like))


def gradient_of_vector(landscape: LossLandscape, like: Parameters, vector: Array) -> Array:
    """Return the gradient of the mean loss, for tracing."""
    parameters = unflattened(vector, like)
    passed = pass_through(landscape, parameters)
    return gradient_of(landscape.activation, parameters, passed, _slopes(landscape, passed)) / len(landscape.inputs)


def hessian_of_vector(landscape: LossLandscape, like: Parameters, vector: Array) -> Array:
    """Return the Hessian of the mean loss, for tracing."""
    parameters = unflattened(vector, like)
    passed, count = pass_through(landscape, parameters), len(landscape.inputs)
    slopes = _slopes(landscape, passed)
    if landscape.is_squared:
        return hessian_of(landscape.activation, parameters, passed, slopes / 2, None) * (2 / count)
    curved = jax.vmap(jax.hessian(lambda out, target: sample_loss(landscape, out, target)))
    second = jnp.moveaxis(curved(passed.outputs.T, landscape.targets), 0, -1)
    return hessian_of(landscape.activation, parameters, passed, slopes, second) / count


def _slopes(landscape: LossLandscape, passed: Passed) -> Array:
    """Return the derivatives of the loss of each sample by its outputs, array (outputs, samples)."""
    if landscape.is_squared:
        return 2 * (passed.outputs - landscape.targets.T)
    slope = jax.vmap(jax.grad(lambda out, target: sample_loss(landscape, out, target)))
    return slope(passed.outputs.T, landscape.targets).T


@eqx.filter_jit
def _outputs(activation: NamedActivation, parameters: Parameters, inputs: Any) -> Array:
    return forward(activation, parameters, inputs.T).outputs.T


_value = eqx.filter_jit(total_loss)


@eqx.filter_jit
def _values(landscape: LossLandscape, stacked: Parameters) -> Array:
    return jax.lax.map(lambda parameters: total_loss(landscape, parameters), stacked)


_gradient = eqx.filter_jit(gradient_of_vector)
_hessian = eqx.filter_jit(hessian_of_vector)


@eqx.filter_jit
def _entering_and_errors(landscape: LossLandscape, parameters: Parameters, layer: int) -> tuple[Array, Array]:
    passed = pass_through(landscape, parameters)
    errors = _slopes(landscape, passed) / len(landscape.inputs)
    for number in reversed(range(layer + 1, len(parameters) - 1)):
        slope = jax.vjp(landscape.activation.function, passed.potentials[number])[1]
        errors = slope(parameters[number + 1].weight.T @ errors)[0]
    return passed.entering[layer].T, errors.T
