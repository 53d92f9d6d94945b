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


@pytest.mark.thorough
@pytest.mark.parametrize("name", NETS)
def test_a_converted_net_says_the_same(name):
    net, state = convert(NETS[name], KolenPollack(), key=MORE, loss="squared")
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_allclose(net.outputs(state, rows), jax.vmap(NETS[name])(rows), rtol=1e-5, atol=1e-6)
    assert [each.shape for each in state.feedback] == [each.T.shape for each in state.weights[1:]]


MAPS = {
    "flattened": (
        eqx.nn.Sequential(
            [
                eqx.nn.Conv2d(2, 3, 3, padding=1, key=KEY),
                eqx.nn.Lambda(jax.nn.relu),
                eqx.nn.MaxPool2d(2, 2),
                eqx.nn.Conv2d(3, 4, 2, use_bias=False, key=MORE),
                eqx.nn.Lambda(jax.nn.sigmoid),
                eqx.nn.Lambda(jnp.ravel),
                eqx.nn.Linear(16, 3, key=KEY),
            ]
        ),
        (6, 6, 2),
    ),
    "strides": (
        eqx.nn.Sequential(
            [
                eqx.nn.Conv2d(2, 3, 3, stride=2, padding="SAME", key=KEY),
                eqx.nn.AvgPool2d(2, 2),
                eqx.nn.Conv2d(3, 4, 1, key=MORE),
                eqx.nn.Lambda(jnp.tanh),
                eqx.nn.AdaptiveAvgPool2d(1),
                eqx.nn.Lambda(jnp.ravel),
                eqx.nn.Linear(4, 3, key=KEY),
            ]
        ),
        (7, 8, 2),
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", MAPS)
def test_a_converted_net_of_convolutions_says_the_same(name):
    old, shape = MAPS[name]
    net, state = convert(old, KolenPollack(), key=MORE, input_shape=shape, loss="squared")
    rows = np.random.default_rng(0).normal(size=(5, *shape)).astype(np.float32)
    expected = jax.vmap(old)(np.moveaxis(rows, -1, 1))
    np.testing.assert_allclose(net.outputs(state, rows), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (eqx.nn.Conv2d(2, 2, 3, groups=2, key=KEY), "groups or with gaps"),
        (eqx.nn.Conv2d(2, 2, 3, dilation=2, key=KEY), "groups or with gaps"),
        (eqx.nn.Conv2d(2, 2, (3, 1), key=KEY), "one edge"),
        (eqx.nn.Conv2d(2, 2, 3, padding=2, key=KEY), "padding must be"),
        (eqx.nn.MaxPool2d(3, 1), "must not overlap"),
        (eqx.nn.ConvTranspose2d(2, 2, 3, key=KEY), "got a ConvTranspose2d"),
    ],
)
def test_convolutions_and_pooling_without_a_counterpart_are_refused(part, words):
    net = eqx.nn.Sequential([eqx.nn.Conv2d(2, 2, 1, key=KEY), part])
    with pytest.raises(InputError, match=words):
        convert(net, WeightTransport(), key=KEY, input_shape=(6, 6, 2))


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (eqx.nn.Conv2d(1, 2, 3, key=KEY), "needs input_shape"),
        (eqx.nn.Sequential([eqx.nn.Linear(4, 3, key=KEY), eqx.nn.Dropout()]), "rectifiers, tanh, sigmoids"),
        (eqx.nn.MLP(4, 3, 6, 1, activation=jax.nn.gelu, key=KEY), "rectifiers, tanh, sigmoids"),
        (eqx.nn.Sequential([eqx.nn.Linear(4, 3, key=KEY), *[eqx.nn.Lambda(jnp.tanh)] * 2]), "a further one"),
    ],
)
def test_what_has_no_counterpart_is_refused(net, words):
    with pytest.raises(InputError, match=words):
        convert(net, WeightTransport(), key=KEY)
