"""What is said where a run diverged: the rates by the names that they have, and the data if they are far from 1."""

import equinox as eqx
import jax.numpy as jnp
import pytest

from bouton.engine._advice import advice_for
from bouton.engine.circuit import Circuit
from bouton.features import InfomaxNetwork
from bouton.plasticity import Dense, LearningRate, Oja, Synapses
from bouton.similarity import SNMFNetwork, WhiteningNetwork


class Layer(Circuit):
    synapses: Synapses = eqx.field(default_factory=lambda: Synapses(Dense(2, 1), Oja(0.5)))
    learning_rate: LearningRate = eqx.field(default_factory=lambda: LearningRate(0.2, 0.1))
    lateral_learning_rate: object = eqx.field(default_factory=lambda: jnp.asarray(0.1))
    decay_rate: float = 3.0

    event, init, respond, step = (property(lambda self: None),) * 4


def test_rates_are_named_as_they_are_given():
    said = advice_for(Layer(), 1.0)
    assert said == (
        ": lower synapses.rule.rate (now 0.5: try 0.005 to 0.05) and learning_rate (now 0.2: try 0.002 to 0.02) and "
        "lateral_learning_rate (now 0.1: try 0.001 to 0.01)"
    )


@pytest.mark.parametrize(("largest", "is_said"), [(1e9, True), (1e-9, True), (1.0, False), (0.0, False)])
def test_data_far_from_one_are_to_be_rescaled(largest, is_said):
    said = advice_for(WhiteningNetwork(3, 2), largest)
    assert (f"rescale the data, which reach {largest:.3g}" in said) == is_said
    assert "lower learning_rate (now 0.01" in said


def test_a_circuit_says_what_is_special_to_it():
    assert advice_for(InfomaxNetwork(3, 2), 1.0).startswith(": give the signal's largest variance")


def test_where_there_is_nothing_to_say_nothing_is_said():
    assert advice_for(SNMFNetwork(3, 2), 1.0) == ""
