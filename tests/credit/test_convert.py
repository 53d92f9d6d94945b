"""Nets of Equinox: the same outputs, and a refusal where a part has no counterpart."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.credit import KolenPollack, WeightTransport, convert
from bouton.errors import InputError

KEY, MORE = jax.random.split(jax.random.key(0))
NETS = {
    "mlp, rectifiers": eqx.nn.MLP(4, 3, 6, 2, key=KEY),
    "mlp, tanh": eqx.nn.MLP(4, 3, 6, 2, activation=jnp.tanh, final_activation=jnp.tanh, key=KEY),
    "sequence": eqx.nn.Sequential(
        [
            eqx.nn.Linear(4, 6, use_bias=False, key=KEY),
            eqx.nn.Lambda(jax.nn.relu),
            eqx.nn.Linear(6, 5, key=KEY),
            eqx.nn.Linear(5, 3, key=MORE),
        ]
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_a_converted_net_says_the_same(name):
    net, state = convert(NETS[name], KolenPollack(), key=MORE, loss="squared")
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_allclose(net.outputs(state, rows), jax.vmap(NETS[name])(rows), rtol=1e-5, atol=1e-6)
    assert [each.shape for each in state.feedback] == [each.T.shape for each in state.weights[1:]]


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (eqx.nn.Conv2d(1, 2, 3, key=KEY), "begins with a Linear"),
        (eqx.nn.Sequential([eqx.nn.Linear(4, 3, key=KEY), eqx.nn.Dropout()]), "rectifiers or tanh"),
        (eqx.nn.MLP(4, 3, 6, 1, activation=jax.nn.gelu, key=KEY), "rectifiers or tanh"),
        (eqx.nn.Sequential([eqx.nn.Linear(4, 3, key=KEY), *[eqx.nn.Lambda(jnp.tanh)] * 2]), "a further one"),
    ],
)
def test_what_has_no_counterpart_is_refused(net, words):
    with pytest.raises(InputError, match=words):
        convert(net, WeightTransport(), key=KEY)
