"""Trees of compartments: solutions, derivatives, order, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.dynamics import CableTree
from bouton.errors import InputError

BUSHY = [-1, 0, 1, 1, 3, 3, 5, 0, 7, 8, 8, 8, 11, 0, 13]


def system(parents, seed=0, batch=()):
    rng = np.random.default_rng(seed)
    n = len(parents)
    coupling = -rng.uniform(0.1, 1, n)
    diagonal = rng.uniform(0.05, 0.3, (n, *batch))
    for child, parent in enumerate(parents):
        if parent >= 0:
            diagonal[child] -= coupling[child]
            diagonal[parent] -= coupling[child]
    return diagonal, coupling, rng.normal(size=(n, *batch))


def dense(parents, diagonal, coupling):
    matrix = np.diag(diagonal)
    for child, parent in enumerate(parents):
        if parent >= 0:
            matrix[child, parent] = matrix[parent, child] = coupling[child]
    return matrix


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@settings(max_examples=8, deadline=None)
@given(st.data())
def test_the_solution_is_that_of_the_dense_system(data):
    n = data.draw(st.integers(1, 25))
    parents = [-1] + [data.draw(st.integers(0, i - 1)) for i in range(1, n)]
    diagonal, coupling, right = system(parents, n)
    found = CableTree(parents).solve(jnp.asarray(diagonal), jnp.asarray(coupling), jnp.asarray(right))
    expected = np.linalg.solve(dense(parents, diagonal, coupling), right)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * max(np.abs(expected).max(), 1))


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_batch_is_its_members_and_one_compartment_a_scalar():
    tree = CableTree(BUSHY)
    diagonal, coupling, right = system(BUSHY, batch=(3,))
    found = tree.solve(jnp.asarray(diagonal), jnp.asarray(coupling), jnp.asarray(right))
    for lane in range(3):
        expected = np.linalg.solve(dense(BUSHY, diagonal[:, lane], coupling), right[:, lane])
        np.testing.assert_allclose(found[:, lane], expected, rtol=0, atol=1e-12)
    assert float(CableTree([-1]).solve(jnp.array([4.0]), jnp.array([9.0]), jnp.array([2.0]))[0]) == 0.5


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_derivatives_are_those_of_the_dense_solution():
    tree, (diagonal, coupling, right) = CableTree(BUSHY), system(BUSHY, 1)
    weights = np.random.default_rng(2).normal(size=len(BUSHY))

    def by_tree(diagonal, coupling, right):
        return jnp.sum(weights * jnp.sin(tree.solve(diagonal, coupling, right)))

    def by_matrix(diagonal, coupling, right):
        children = np.arange(1, len(BUSHY))
        matrix = jnp.diag(diagonal).at[children, BUSHY[1:]].set(coupling[1:]).at[BUSHY[1:], children].set(coupling[1:])
        return jnp.sum(weights * jnp.sin(jnp.linalg.solve(matrix, right)))

    arguments = tuple(map(jnp.asarray, (diagonal, coupling, right)))
    found, expected = (jax.grad(each, (0, 1, 2))(*arguments) for each in (by_tree, by_matrix))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-10)
    along = tuple(jnp.asarray(np.random.default_rng(seed).normal(size=len(BUSHY))) for seed in range(3))
    forward = jax.jvp(by_tree, arguments, along)[1]
    np.testing.assert_allclose(forward, sum(jnp.sum(g * a) for g, a in zip(found, along, strict=True)), rtol=1e-10)


@pytest.mark.thorough
def test_the_arrangement_keeps_all_and_the_least_pivot_tells_definite_systems():
    tree, (diagonal, coupling, right) = CableTree(BUSHY), system(BUSHY)
    values = jnp.arange(1.0, len(BUSHY) + 1)
    np.testing.assert_array_equal(tree.restore(tree.arrange(values)), values)
    for shift, definite in ((0.0, True), (-2.0, False)):
        arranged = tree.arrange(jnp.asarray(diagonal + shift), 1.0), tree.arrange(tree.rootless(jnp.asarray(coupling)))
        lowest = tree.solve_arranged(*arranged, tree.arrange(jnp.asarray(right)))[1]
        assert bool(lowest > 0) == definite
        assert (np.linalg.eigvalsh(dense(BUSHY, diagonal + shift, coupling)).min() > 0) == definite


@pytest.mark.parametrize(
    ("parents", "words"),
    [
        ([], "the first compartment must be the root"),
        ([0, 0], "the first compartment must be the root"),
        ([-1, 0, 2], "compartment 2 has the parent 2: parents must come before their children, from 0 to 1"),
        ([-1, 2, 1], "compartment 1 has the parent 2"),
        ([-1, -1], "compartment 1 has the parent -1"),
    ],
)
def test_other_graphs_are_refused(parents, words):
    with pytest.raises(InputError, match=words):
        CableTree(parents)
