"""The block of the Hessian at copies: any number of them, any layer, any shares, and where the loss is zero."""

import jax
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.landscape import (
    Inertia,
    LossLandscape,
    classify_duplication,
    classify_point,
    duplicate,
    glorot_start,
    newton_polish,
    parameters_of,
    train_to_convergence,
)
from bouton.landscape.parameters import flattened, neurons_of, with_layer

GRID = np.arange(-5, 5.01, 2.0)
X = np.array([(a, b) for a in GRID for b in GRID])
TEACHER = parameters_of([np.array([[0.6, 0.5], [-0.5, 0.5], [-0.2, -0.6], [0.1, -0.6]]), np.ones((1, 4))])
LANDSCAPE = LossLandscape(X, LossLandscape(X, np.zeros(len(X))).outputs(TEACHER))


@pytest.fixture(scope="module")
def reduced():
    return newton_polish(LANDSCAPE, train_to_convergence(LANDSCAPE, glorot_start((2, 3, 1), 0)).parameters).parameters


def directions(point, neuron, shares, layer):
    """Return what the block is written in, as rows: v of each copy but the last, then b."""
    wide = duplicate(point, neuron, shares, layer)
    w, a = neurons_of(wide, layer)
    copies = [neuron, *range(len(w) - len(shares) + 1, len(w))]
    like, rows = with_layer(wide, layer, 0 * w, 0 * a), []
    nothing = tuple(type(each)(*(None if part is None else 0 * part for part in each)) for each in like)
    for copy in range(len(shares) - 1):
        for column in range(w.shape[1]):
            v = 0 * w
            v[copies[copy], column] += 1
            v[copies, column] -= shares[copy]
            rows.append(flattened(with_layer(nothing, layer, v, 0 * a)))
    for copy in range(len(shares) - 1):
        for column in range(a.shape[1]):
            b = 0 * a
            b[copies[copy], column], b[copies[-1], column] = 1, -1
            rows.append(flattened(with_layer(nothing, layer, 0 * w, b)))
    return wide, np.array(rows)


@pytest.mark.parametrize("layer", [0, pytest.param(1, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("shares", [(0.3, 0.7), (1.4, -0.4), (0.5, 0.2, 0.3)])
def test_the_block_is_the_hessian_in_its_directions(layer, shares):
    """At any point, critical or not, since copies that part leave the loss alone to first order."""
    rng = np.random.default_rng(1)
    point = glorot_start((2, 2, 3, 2), 3, bias=True)
    landscape = LossLandscape(X / 3, rng.normal(size=(len(X), 2)), "tanh")
    kind = classify_duplication(landscape, point, 1, layer, critical=1e12)
    wide, rows = directions(point, 1, shares, layer)
    block = rows @ landscape.hessian(wide) @ rows.T
    np.testing.assert_allclose(kind.block(shares), block, atol=1e-13 * np.abs(block).max())
    if len(shares) == 2:
        np.testing.assert_array_equal(kind.block(shares), kind.block(shares[0]))


@pytest.mark.parametrize("shares", [(0.0, 1.0), (1.4, -0.4), (0.2, 0.5, 0.3), (0.9, 0.4, -0.3), (0.7, 0.7, -0.2, -0.2)])
def test_the_inertia_of_several_copies(reduced, shares):
    """n_-(B) (n_+(mu) - 1) + n_+(B) n_-(mu) directions descend, and one eigenvalue vanishes for each copy more."""
    for neuron in (0, 1):
        kind = classify_duplication(LANDSCAPE, reduced, neuron)
        found = classify_point(LANDSCAPE, duplicate(reduced, neuron, shares)).inertia
        assert found == kind.inertia(shares)
        if np.all(shares):
            down, up = (kind.curvature_eigenvalues < 0).sum(), (kind.curvature_eigenvalues > 0).sum()
            plus, minus = (np.array(shares) > 0).sum(), (np.array(shares) < 0).sum()
            assert found.negative == down * (plus - 1) + up * minus
            assert found.zero == len(shares) - 1
        else:
            assert found == Inertia(0, 3, 9)


def test_minima_are_where_the_eigenvalues_say(reduced):
    """A plateau inside (0, 1) where B is positive, outside where it is negative; a definite B is made from one."""
    kind = classify_duplication(LANDSCAPE, reduced, 1)
    for sign, where, inside, outside in ((1, "inside", 0, 2), (-1, "outside", 2, 0)):
        definite = kind._replace(
            curvature=sign * np.diag([1e-3, 2e-3]), curvature_eigenvalues=np.sort(sign * np.array([1e-3, 2e-3]))
        )
        assert definite.minima == where
        assert definite.inertia(0.5).negative == inside
        assert definite.inertia(1.5).negative == definite.inertia(-0.5).negative == outside
        assert definite.kind == ("plateau of minima" if sign > 0 else "saddle of order 2")


def test_nothing_curves_where_the_loss_is_zero():
    """Errors are rounding there, and so are B and C: what they say of signs is nothing."""
    start = parameters_of([TEACHER[0].weight + 0.01, TEACHER[1].weight])
    student = train_to_convergence(LANDSCAPE, start, gradient_flow=False)
    assert 0 < student.loss < 1e-28
    kind = classify_duplication(LANDSCAPE, student.parameters, 0)
    assert (kind.coupling_rank, kind.n_zero, kind.minima, kind.kind) == (0, 1, "none", "inconclusive")
    assert kind.inertia(0.5) == classify_point(LANDSCAPE, duplicate(student.parameters, 0)).inertia == Inertia(0, 3, 12)


@pytest.mark.parametrize("activation", [jax.nn.relu, jax.nn.leaky_relu, "rectifier", lambda x: x])
def test_no_curvature_is_inconclusive(activation):
    with pytest.raises(InputError, match="inconclusive"):
        classify_point(LossLandscape(X, np.zeros(len(X)), activation), TEACHER)


def test_single_precision_is_refused_of_any_kind():
    for kind in (np.float32, np.float16):
        single = [TEACHER[0].weight.astype(kind), TEACHER[1].weight]
        with pytest.raises(InputError, match="single precision"):
            classify_duplication(LANDSCAPE, single, 0)
