"""Every circuit's step compiles into a loop that XLA can fold into one kernel, unless listed here with a reason."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from compiled_loops import compiled_text, is_folded, multiplies_matrices, unfoldable

from bouton import dendrites, features, memory, similarity, spiking, surprise
from bouton._flags import loops_are_folded
from bouton.dynamics import ActiveSet, CoordinateDescent, CurrentIntegrateAndFire, Identity, ProjectedGradient
from bouton.engine import Circuit, Copies, SideBySide
from bouton.plasticity import Dense, FanIn, Sheet, all_to_all

FIRST = Sheet((4, 4, 1), radius=1, units_per_site=2)
SECOND = Sheet(FIRST.shape, radius=1, units_per_site=2)
GAUSS = surprise.GaussianMean(0.5)
LINSKER = (FanIn([[0, 1, 1], [1, 2, 0], [3, 2, 2]], 4), FanIn([[0, 1], [2, 1]], 3))
VOLTAGE = dendrites.PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
LU = frozenset({"lapack_sgetrf_ffi", "lapack_strsm_ffi"})
LINEAR = "by default a linear network settles by one factorisation (LAPACK): exact, whatever the weights' condition"
LIBRARY = frozenset({"custom fusion"})
PRODUCT = "the input that a mini-batch of spikes brings is a product of matrices, which XLA leaves to its library"


def spiking_with_sources():
    """Return a network that Poisson units and given spikes drive, over several delays."""
    builder = spiking.NetworkBuilder()
    cells = builder.neurons("cells", 4, CurrentIntegrateAndFire())
    builder.connect(builder.poisson("noise", 3, 50.0), cells, weight=9.0, pattern="all_to_all")
    builder.connect(
        builder.spikes("given", [[1.0, 2.0]]), cells, weight=9.0, delay=[0.1, 0.5, 0.9, 0.5], pattern="all_to_all"
    )
    return builder.build()


class Case(NamedTuple):
    """A small instance of a circuit; what its loop holds that cannot be folded, and why that may be."""

    circuit: Circuit
    unfoldable: frozenset = frozenset()
    reason: str = ""


CASES = {
    "SNMF, silent start": Case(similarity.SNMFNetwork(5, 3)),
    "SNMF, random start": Case(similarity.SNMFNetwork(5, 3, start="random")),
    "SNMF, active set": Case(similarity.SNMFNetwork(5, 3, dynamics=ActiveSet())),
    "SNMF, projected gradient": Case(similarity.SNMFNetwork(5, 3, dynamics=ProjectedGradient())),
    "SNMF, wide": Case(similarity.SNMFNetwork(80, 70)),
    "similarity matching": Case(similarity.SimilarityMatching(5, 3), LU, LINEAR),
    "similarity matching, sweeps": Case(
        similarity.SimilarityMatching(5, 3, dynamics=CoordinateDescent(transfer=Identity()))
    ),
    "nonnegative similarity matching": Case(similarity.NonnegativeSimilarityMatching(5, 3, leak=0.01)),
    "fast similarity matching": Case(similarity.FastSimilarityMatching(5, 3)),
    "principal subspace": Case(similarity.PrincipalSubspaceNetwork(5, 3), LU, LINEAR),
    "sparse dictionary": Case(similarity.SparseDictionaryNetwork(5, 3)),
    "whitening": Case(similarity.WhiteningNetwork(5, 3), LU, LINEAR),
    "source separation": Case(similarity.SourceSeparationNetwork(5, 3), LU, LINEAR),
    "correlation game": Case(similarity.CorrelationGameNetwork(5, 3)),
    "manifold tiling": Case(similarity.ManifoldTilingNetwork(5, 3)),
    "kernel, batches": Case(similarity.KernelSimilarityMatching(5, 3, batch_size=4), LU, LINEAR),
    "kernel, samples": Case(similarity.KernelSimilarityMatching(5, 3, batch_size=None), LU, LINEAR),
    "structured, all to all": Case(similarity.StructuredSimilarityMatching(all_to_all(5, 3), all_to_all(3, 3))),
    "structured, sheet": Case(similarity.StructuredSimilarityMatching(FIRST.feedforward, FIRST.lateral)),
    "deep": Case(similarity.DeepSimilarityMatching([FIRST, SECOND], feedback=0.5)),
    "nonlinear Hebbian, batches": Case(features.NonlinearHebbianNeurons(5, 3, batch_size=4)),
    "nonlinear Hebbian, samples": Case(features.NonlinearHebbianNeurons(5, 3, "cauchy")),
    "correlation-invariant, batches": Case(features.CorrelationInvariantNeurons(5, 3, batch_size=4)),
    "correlation-invariant, samples": Case(features.CorrelationInvariantNeurons(5, 3, "kurtosis", nonnegative=True)),
    "correlation-invariant, plain steps": Case(features.CorrelationInvariantNeurons(5, 3, "oja", adaptive=False)),
    "correlation-invariant network, batches": Case(
        features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3, batch_size=4))
    ),
    "correlation-invariant network, samples": Case(
        features.CorrelationInvariantNetwork(features.CorrelationInvariantNeurons(5, 3))
    ),
    "triplet": Case(features.TripletNeurons(5, 3, batch_size=4, duration=3), LIBRARY, PRODUCT),
    "triplet, control": Case(features.TripletNeurons(5, 3, "oja", batch_size=4, duration=3), LIBRARY, PRODUCT),
    "voltage-based": Case(features.VoltageNeurons(5, 3, duration=3)),
    "nonlinear Hebbian network, batches": Case(features.NonlinearHebbianNetwork(5, 3, batch_size=4)),
    "nonlinear Hebbian network, samples": Case(features.NonlinearHebbianNetwork(5, 3, "quadratic-rectifier")),
    "nonlinear Hebbian network, reconstruction": Case(
        features.NonlinearHebbianNetwork(5, 3, inhibition="reconstruction", batch_size=4)
    ),
    "Linsker": Case(features.LinskerNetwork(LINSKER, developing=1)),
    "infomax": Case(features.InfomaxNetwork(5, 3, input_noise=0.1)),
    "AdaTron": Case(memory.AdaTronNetwork(jnp.ones((4, 5)), memory.DenseKernel(3))),
    "Foldiak": Case(features.FoldiakNetwork(5, 3)),
    "Foldiak, binary": Case(features.FoldiakNetwork(5, 3, steepness=10.0)),
    "message passing": Case(surprise.MessagePassing(GAUSS, 0.1, 4)),
    "message passing, categories": Case(surprise.MessagePassing(surprise.Categorical(3), 0.1, 4)),
    "stratified resampling": Case(surprise.StratifiedResampling(GAUSS, 0.1, 4)),
    "particle filter": Case(surprise.ParticleFilter(GAUSS, 0.1, 4)),
    "variational SMiLe": Case(surprise.VariationalSMiLe(GAUSS, 0.1)),
    "variational SMiLe, unknown variance": Case(surprise.VariationalSMiLe(surprise.GaussianUnknown(), 0.1)),
    "SMiLe": Case(surprise.SMiLe(surprise.Categorical(3), 0.1)),
    "delta rule": Case(surprise.DeltaRule(GAUSS, 0.1)),
    "leaky integrator": Case(surprise.LeakyIntegrator(surprise.Poisson(), 0.9)),
    "dendritic": Case(dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE)),
    "dendritic, Euler": Case(dendrites.DendriticSynapses(FanIn([[0, 1], [1, 4]], 5), VOLTAGE, method="euler")),
    "dendritic, instantaneous": Case(dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE, "instantaneous")),
    "dendritic, Clopath": Case(dendrites.DendriticSynapses(Dense(5, 3), VOLTAGE, "clopath")),
    "spiking, currents": Case(spiking.cuba_network(40, 0.2)),
    "spiking, conductances": Case(spiking.coba_network(40, 0.2)),
    "spiking, plastic": Case(spiking.stdp_network(40)),
    "spiking, sources and delays": Case(spiking_with_sources()),
    "with gaps": Case(surprise.WithGaps(surprise.MessagePassing(GAUSS, 0.1, 4))),
    "copies": Case(Copies(surprise.VariationalSMiLe(GAUSS, 0.1), 3)),
    "side by side": Case(SideBySide({"a": similarity.SNMFNetwork(5, 3), "b": similarity.SNMFNetwork(5, 2)})),
}
# From jax 0.12 on, products of two matrices stay with XLA's library of products, and with them the loop: mini-batches,
# and lateral weights that are made of the feed-forward ones.
PRODUCTS = {
    "nonlinear Hebbian, batches",
    "nonlinear Hebbian network, batches",
    "nonlinear Hebbian network, reconstruction",
    "correlation-invariant, batches",
    "correlation-invariant network, batches",
    "triplet",
    "triplet, control",
}
CASES_BY_CIRCUIT = {type(case.circuit).__qualname__ for case in CASES.values()}


def concrete_circuits(package):
    """Return the names of all concrete circuits that the modules of a package define."""
    for module in pkgutil.walk_packages(getattr(importlib.import_module(package), "__path__", []), f"{package}."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [Circuit]
    while waiting:
        for subclass in waiting.pop().__subclasses__():
            waiting.append(subclass)
            # Examples in docstrings make classes too; those of a module are its attributes.
            owner = getattr(sys.modules.get(subclass.__module__), subclass.__qualname__, None)
            known = owner is subclass and f"{subclass.__module__}.".startswith(f"{package}.")
            if known and not inspect.isabstract(subclass):
                found.add(subclass.__qualname__)
    return found


@cache
def text_of(name):
    return compiled_text(CASES[name].circuit)


def test_every_circuit_is_looked_at():
    missing = sorted(concrete_circuits("bouton") - CASES_BY_CIRCUIT)
    assert not missing, f"add a small instance of {', '.join(missing)} to CASES in {Path(__file__).name}"


def test_a_new_circuit_would_be_found():
    assert concrete_circuits(__name__) >= {"WithSort", "WithCallback"}


@pytest.mark.parametrize("name", CASES)
def test_the_step_can_be_folded(name):
    case, found = CASES[name], unfoldable(text_of(name))
    assert found <= case.unfoldable, (
        f"the loop of {type(case.circuit).__name__} holds {', '.join(sorted(found - case.unfoldable))}, which keeps "
        "XLA from folding it: write the step another way, or list it in CASES with a reason"
    )
    assert found == case.unfoldable, f"{', '.join(sorted(case.unfoldable - found))} is gone: take it off the list"
    assert bool(case.unfoldable) == bool(case.reason)


@pytest.mark.skipif(not loops_are_folded(), reason="before jax 0.12 loops fold by an option, which tests run without")
@pytest.mark.parametrize("name", CASES)
def test_loops_that_can_be_folded_are(name):
    if not CASES[name].unfoldable:
        assert multiplies_matrices(text_of(name)) == (name in PRODUCTS)
    assert name in PRODUCTS or is_folded(text_of(name)) == (not CASES[name].unfoldable)


def test_the_option_folds_the_loop():
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
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
