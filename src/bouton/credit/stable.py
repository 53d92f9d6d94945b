r"""Up to which rate feedback weights come to rest: what their own regulariser asks for.

For fixed forward weights the regulariser is a quadratic function of B. Plain steps at the rate :math:`\eta_B` converge
where

.. math:: \eta_B \big(decay + sparse\, \lambda_{max}(C) + null\, \lambda_{max}(W C W^\top)\big) < 1

with C the second moment of what arrives at the synapses, over samples and positions.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton.credit.aligned import AlignedFeedback
from bouton.credit.learning import rate_at
from bouton.credit.network import AlignmentNetwork
from bouton.credit.network_state import AlignmentState
from bouton.credit.passes import fed, passed_up
from bouton.errors import InputError

__all__ = ["stable_rates"]


def stable_rates(
    net: AlignmentNetwork, state: AlignmentState, inputs: Float[Array, "samples *shape"] | Float[np.ndarray, "..."]
) -> Float[np.ndarray, " layers"]:
    """Return the rates from which on feedback weights diverge, of each layer that has some.

    Of null in convolutions, where overlapping reconstructions add up, it is an estimate. Coefficients that change are
    taken as they begin, and inputs and drives as they are, not centred or normalised.

    Parameters
    ----------
    net : AlignmentNetwork
        With `AlignedFeedback`.
    state : AlignmentState
        Its state; as forward weights grow, stable rates fall.
    inputs : array of samples, of any shape each
        Some samples.

    Raises
    ------
    InputError
        If the feedback is another one.

    Examples
    --------
    >>> import jax, numpy as np
    >>> from bouton.credit import AlignmentNetwork, DenseLayer, stable_rates
    >>> net = AlignmentNetwork([DenseLayer(5), DenseLayer(3)], (4,))
    >>> stable_rates(net, net.init(jax.random.key(0)), np.ones((10, 4), np.float32)).tolist()
    [1.0]
    """
    rule = net.feedback
    if not isinstance(rule, AlignedFeedback):
        raise InputError(f"stable rates are those of AlignedFeedback, got {type(rule).__name__}")
    passed = passed_up(net.stages, net.forward, state, jnp.asarray(inputs, state.weights[0].dtype), True)
    start = jnp.zeros((), jnp.int32)
    decay, sparse, null = (float(rate_at(each, start)) for each in (rule.decay, rule.sparse, rule.null))
    found = []
    for number in fed(net.stages):
        arrived = np.asarray(passed[number].arrived, float).reshape(-1, net.stages[number].upward.n_pre)
        weights = np.asarray(state.weights[number], float)
        moment = arrived.T @ arrived / len(arrived) if rule.noise == 0 else rule.noise**2 * np.eye(arrived.shape[1])
        if not rule.per_position:
            moment = moment * net.stages[number].positions
        steep = decay
        if sparse:
            steep += sparse * np.linalg.eigvalsh(moment)[-1]
        if null:
            steep += null * np.linalg.eigvalsh(weights @ moment @ weights.T)[-1]
        found.append(1 / steep if steep > 0 else np.inf)
    return np.array(found)
