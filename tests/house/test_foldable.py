"""What the law of folding looks at: whatever keeps XLA from folding a loop is seen in the compiled text."""

import subprocess
import sys
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from bouton.engine import Circuit
from compiled_loops import compiled_text, is_folded, unfoldable


@pytest.mark.thorough
def test_the_option_folds_the_loop():
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "import bouton; print(bouton.fold_loops())\n"
        "from compiled_loops import compiled_text, is_folded\n"
        "print(is_folded(compiled_text(bouton.similarity.SNMFNetwork(40, 20))))\n"
        "print(is_folded(compiled_text(bouton.similarity.WhiteningNetwork(5, 3))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "False"]


class Toy(Circuit):
    """A vector that something is done to at every event; in the second form within an inner loop."""

    nested: bool = eqx.field(static=True, default=False)

    @property
    def event(self):
        return jax.ShapeDtypeStruct((4,), jnp.float32)

    def init(self, key):
        return {"vector": jnp.zeros(4), "matrix": jnp.eye(4)}

    def respond(self, state, x):
        return state["vector"]

    def change(self, state, x):
        raise NotImplementedError

    def step(self, key, state, x):
        if not self.nested:
            vector = self.change(state, x)
        else:
            limit = jnp.max(x).astype(jnp.int32)
            vector = jax.lax.fori_loop(
                0, limit, lambda _, v: jax.lax.cond(v[0] > 0, lambda: self.change(state, v), lambda: v), x
            )
        return state | {"vector": vector}, {"y": vector}


class WithSort(Toy):
    def change(self, state, x):
        return jnp.sort(state["vector"] + x)


class WithScatter(Toy):
    def change(self, state, x):
        return state["vector"].at[x.astype(jnp.int32)].add(x)


class WithSolve(Toy):
    def change(self, state, x):
        return jnp.linalg.solve(state["matrix"] + jnp.outer(x, x), x)


class WithFFT(Toy):
    def change(self, state, x):
        return jnp.abs(jnp.fft.fft(state["vector"] + x))


class WithCallback(Toy):
    def change(self, state, x):
        return jax.pure_callback(lambda v: v, x, x)


class WithDebugPrint(Toy):
    def change(self, state, x):
        jax.debug.print("{}", x[0])
        return state["vector"] + x


class WithErrorIf(Toy):
    def change(self, state, x):
        return eqx.error_if(x, jnp.any(x < 0), "negative")


CAUGHT = {
    WithSort: "sort", WithScatter: "scatter", WithSolve: "lapack", WithFFT: "fft", WithCallback: "callback",
    WithDebugPrint: "callback", WithErrorIf: "callback",
}  # fmt: skip


@pytest.mark.parametrize("nested", [False, True], ids=["in the step", "in an inner loop"])
@pytest.mark.parametrize("toy", CAUGHT)
def test_what_cannot_be_folded_is_caught(toy, nested):
    text = compiled_text(toy(nested=nested))
    assert any(CAUGHT[toy] in found for found in unfoldable(text))
    assert not is_folded(text)


def test_what_happens_outside_the_loop_does_not_count():
    @jax.jit
    def around(x, count):
        return jnp.sort(jax.lax.fori_loop(0, count, lambda _, v: jnp.tanh(v), jnp.sort(x)))

    text = around.lower(jnp.zeros(8), 3).compile().as_text()
    assert " sort(" in text
    assert unfoldable(text) == set()


def test_a_text_without_a_loop_is_refused():
    with pytest.raises(AssertionError, match="holds no loop"):
        unfoldable(jax.jit(jnp.tanh).lower(jnp.zeros(8)).compile().as_text())
