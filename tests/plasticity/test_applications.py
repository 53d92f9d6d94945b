"""What a step does with its synapses is marked while someone records, and only then."""

import threading

import jax
import jax.numpy as jnp
import pytest

from bouton.plasticity import Dense, Oja, Residual, ResidualHebb, Synapses
from bouton.plasticity.applications import recorded_applications

SYNAPSES = Synapses(Dense(4, 3), Oja(0.1))
RESIDUAL = Synapses(Dense(4, 3), ResidualHebb(0.1))
WEIGHTS, X, Y = jnp.ones((3, 4)), jnp.arange(4.0), jnp.ones(3)


def everything(weights, x):
    y = SYNAPSES.drive(weights, x)
    back = SYNAPSES.transpose_drive(weights, y)
    ordered = SYNAPSES.ordered_transpose_drive(weights, y)
    length = SYNAPSES.squared_length(weights)
    weights = SYNAPSES.update(weights, x, y * length, None)
    weights = RESIDUAL.update(weights, Residual(back, ordered), y)
    return SYNAPSES.mean_update(weights, jnp.stack([x, x]), jnp.stack([y, y]))


def marks(traced):
    return [name for equation in traced.jaxpr.eqns if (name := equation.params.get("name", "")) and name[-1].isdigit()]


def test_each_use_is_a_named_call_with_its_operands_last():
    with recorded_applications() as found:
        traced = jax.make_jaxpr(everything)(WEIGHTS, X)
    assert [application.use for application in found] == [
        "drive",
        "transpose drive",
        "ordered transpose drive",
        "squared length",
        "update",
        "update",
        "mean update",
    ]
    assert marks(traced) == [application.marker for application in found]
    assert found[0].operands.keys() == {"synapse", "pre"}
    assert found[3].operands.keys() == {"synapse"}
    assert found[4].operands.keys() == {"synapse", "pre", "post", "signal"}
    assert found[4].synapses is SYNAPSES
    calls = {equation.params.get("name"): equation for equation in traced.jaxpr.eqns}
    for application in found:
        shapes = [jnp.shape(leaf) for leaf in jax.tree.leaves(list(application.operands.values()))]
        given = [atom.aval.shape for atom in calls[application.marker].invars]
        if application.use == "mean update":
            # Of a mini-batch one event is shown.
            assert shapes == [(3, 4), (4,), (3,)]
            assert given[-2:] == [(2, 4), (2, 3)]
        else:
            assert given[len(given) - len(shapes) :] == shapes


def test_nothing_is_marked_while_nobody_records():
    assert marks(jax.make_jaxpr(everything)(WEIGHTS, X)) == []


def test_what_was_traced_before_is_marked_all_the_same():
    """Functions that jax keeps traced serve neither one recording for another nor a recording for none."""
    compiled = jax.jit(lambda weights, x: SYNAPSES.update(weights, x, SYNAPSES.drive(weights, x)))
    compiled(WEIGHTS, X)
    for _ in range(2):
        with recorded_applications() as found:
            jax.make_jaxpr(lambda weights, x: compiled(weights, x) + 1)(WEIGHTS, X)
        assert [application.use for application in found] == ["drive", "update"]
    (call,) = (e for e in jax.make_jaxpr(compiled)(WEIGHTS, X).jaxpr.eqns if "jaxpr" in e.params)
    assert marks(call.params["jaxpr"]) == []


@pytest.mark.thorough
def test_marks_change_no_value():
    with recorded_applications():
        marked = everything(WEIGHTS, X)
    assert jnp.array_equal(marked, everything(WEIGHTS, X))


def test_recorders_inside_each_other_and_in_other_threads_do_not_mix():
    with recorded_applications() as outer:
        SYNAPSES.drive(WEIGHTS, X)
        with recorded_applications() as inner:
            SYNAPSES.update(WEIGHTS, X, Y)
        thread = threading.Thread(target=lambda: SYNAPSES.drive(WEIGHTS, X))
        thread.start()
        thread.join()
        SYNAPSES.squared_length(WEIGHTS)
    assert [application.use for application in outer] == ["drive", "squared length"]
    assert [application.use for application in inner] == ["update"]


def test_recording_ends_with_an_error():
    def fail():
        with recorded_applications():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert marks(jax.make_jaxpr(everything)(WEIGHTS, X)) == []
