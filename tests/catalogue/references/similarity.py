"""Similarity matching: networks and the programs that they are held to, from the same start on the same samples."""

import jax
import numpy as np

import bouton
from bouton.dynamics import CoordinateDescent, Relaxation
from bouton.plasticity import LearningRate, Sheet
from bouton.similarity import (
    CorrelationGameNetwork,
    DeepSimilarityMatching,
    FastSimilarityMatching,
    KernelSimilarityMatching,
    ManifoldTilingNetwork,
    NonnegativeSimilarityMatching,
    PrincipalSubspaceNetwork,
    SimilarityMatching,
    SNMFNetwork,
    SourceSeparationNetwork,
    SparseDictionaryNetwork,
    WhiteningNetwork,
)
from references import online_snmf
from references import structured_deep_similarity_matching as deep
from references.similarity_matching_family import dictionary, game, kernel, nonnegative, subspace, tiling, whitening

KEY = jax.random.key(1)
TIGHT = CoordinateDescent(tolerance=1e-14, max_sweeps=5000)
EXACT = {"tolerance": 1e-14, "sweeps": 5000}
RATE = LearningRate(0.02, 0.01)


def falling(t):
    return 0.02 / (1 + 0.01 * t)


def gaussian(count=200, width=6, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width)) * np.linspace(1.2, 0.3, width)


def both(circuit, samples, fields, reference):
    """Return pairs of the named parts of the learned state and outputs, and what the program gives for them."""
    start = circuit.init(KEY)
    run = bouton.run(circuit, samples, key=KEY, record={"y": 1})
    found = [*(getattr(run.state, field) for field in fields), run.recordings["y"].values]
    expected = reference(*(np.array(leaf) for leaf in jax.tree.leaves(start)))
    return dict(zip((*fields, "outputs"), zip(found, expected, strict=True), strict=True))


CUMULATIVE = ("feedforward", "lateral", "cumulative_activity")
GAME = ("feedforward", "lateral")


def online():
    samples, _, _ = online_snmf.clusters(np.random.default_rng(0), n=10, T=300)
    circuit = SNMFNetwork(10, 8, rank_penalty=400.0, dynamics=TIGHT)
    return both(circuit, samples, CUMULATIVE, lambda *_: online_snmf.learn(samples, 8, 400.0, **EXACT))


def network_of_2015():
    x = gaussian()
    circuit = PrincipalSubspaceNetwork(6, 3, forgetting=0.99)
    return both(circuit, x, CUMULATIVE, lambda w, _, c: subspace.network_of_2015(x, w, c, beta=0.99))


def min_max():
    x = gaussian()
    circuit = SimilarityMatching(6, 3, lateral_time_scale=0.8)
    return both(circuit, x, GAME, lambda w, m, _: subspace.min_max(x, w, m, lambda t: 1 / (t + 5), tau=0.8))


def fast_min_max():
    x, rate = gaussian(), lambda t: 1 / (t + 5)
    circuit = FastSimilarityMatching(6, 3, lateral_time_scale=0.8)
    fields = ("feedforward", "lateral_inverse")
    return both(circuit, x, fields, lambda w, p, _: subspace.fast_min_max(x, w, np.linalg.inv(p), rate, tau=0.8))


def rectified():
    x = gaussian()
    terms = {"leak": 0.1, "threshold": 0.02}
    circuit = NonnegativeSimilarityMatching(6, 4, RATE, lateral_time_scale=0.7, dynamics=TIGHT, **terms)
    return both(circuit, x, GAME, lambda w, m, _: nonnegative.learn(x, w, m, falling, tau=0.7, **terms, **EXACT))


def whitened():
    x = gaussian() + 2
    circuit = WhiteningNetwork(6, 3)
    return both(circuit, x, ("feedforward", "interneuron"), lambda f, g, *_: whitening.whiten(x, f, g))


def separated():
    x = np.abs(gaussian(200, 4)) @ np.random.default_rng(1).normal(size=(4, 4)) + 1
    circuit = SourceSeparationNetwork(4, 3, learning_rate=RATE, leak=0.1, dynamics=TIGHT)
    found = both(circuit, x, ("whitening", "rotation"), lambda *leaves: ((), (), ()))
    start = circuit.init(KEY)
    f, g, w, m, y = whitening.separate(
        x, *map(np.array, (*start.whitening[:2], *start.rotation[:2])), falling, leak=0.1, **EXACT
    )
    lower, upper, outputs = (pair[0] for pair in found.values())
    return {
        "lower feedforward": (lower.feedforward, f),
        "interneuron": (lower.interneuron, g),
        "upper feedforward": (upper.feedforward, w),
        "lateral": (upper.lateral, m),
        "outputs": (outputs, y),
    }


def sparse():
    x = gaussian()
    circuit = SparseDictionaryNetwork(6, 5, threshold=0.2, tolerance=1e-14, max_sweeps=5000)
    return both(circuit, x, CUMULATIVE, lambda w, _, c: dictionary.learn(x, w, c, 0.2, **EXACT))


def tiled():
    x = tiling.circle(np.random.default_rng(0).uniform(0, 2 * np.pi, 200))
    dynamics = Relaxation(0.5, 0.005, 0.05, tolerance=1e-3, max_steps=2000, look_every=1)
    circuit = ManifoldTilingNetwork(2, 5, offset=0.6, power_limit=1.3, learning_rate=RATE, dynamics=dynamics)
    pairs = both(
        circuit,
        x,
        ("feedforward", "inhibition", "bias"),
        lambda w, v, b, _: tiling.learn(x, w, v, b[:, 0], 0.6, 1.3, falling),
    )
    return pairs | {"bias": (pairs["bias"][0][:, 0], pairs["bias"][1])}


def played():
    x = game.bars(np.random.default_rng(0), 300)
    circuit = CorrelationGameNetwork(16, 6, learning_rate=RATE, dynamics=TIGHT)
    bounds = 0.1 + 0.9 * np.eye(6)
    return both(circuit, x, GAME, lambda w, m, _: game.learn(x, w, m, bounds, falling, **EXACT))


def by_kernel():
    batches = gaussian(1600, 2).reshape(200, 8, 2)
    circuit = KernelSimilarityMatching(2, 6, batch_size=8)
    start = circuit.init(KEY)
    run = bouton.run(circuit, batches, key=KEY)
    q, w, m = kernel.learn(batches, *map(np.array, (start.strength[:, 0], start.features, start.lateral)))
    objective = circuit.objective(run.state, batches[0])
    return {
        "strength": (run.state.strength[:, 0], q),
        "features": (run.state.features, w),
        "lateral": (run.state.lateral, m),
        "objective": (objective, kernel.objective(batches[0], q, w, m)),
    }


def layered():
    sheets = Sheet((6, 6, 1), stride=2, radius=2, units_per_site=2), Sheet((3, 3, 2), stride=1, radius=1)
    dynamics = Relaxation(look_every=1, max_steps=150)
    circuit = DeepSimilarityMatching(sheets, feedback=0.5, learning_rate=RATE, dynamics=dynamics)
    samples = gaussian(100, 36)
    start, run = circuit.init(KEY), bouton.run(circuit, samples, key=KEY)

    def matrices(state, pathway):
        topologies = [getattr(sheet, pathway).connectivity for sheet in sheets]
        return [np.array(c.as_matrix(getattr(w, pathway))) for c, w in zip(topologies, state.weights, strict=True)]

    structure = list(zip(deep.sheet(6, 1, 2, 2, 2), deep.sheet(3, 2, 1, 1, 1), strict=True))
    forward, lateral = (matrices(start, pathway) for pathway in ("feedforward", "lateral"))
    w, m = deep.learn(samples, forward, lateral, *structure, 0.5, falling, steps=150)
    found = {"feedforward": w, "lateral": m}
    pairs = {f"{name} {p}": (matrices(run.state, name)[p], found[name][p]) for name in found for p in (0, 1)}
    objective = deep.objective(samples[:20], w, m, *structure, 0.5, steps=150)
    return pairs | {"objective": (circuit.objective(run.state, samples[:20]).total, objective)}


ROWS = {
    "online_snmf": online,
    "structured_deep_similarity_matching": layered,
    "similarity_matching_family: network of 2015": network_of_2015,
    "similarity_matching_family: min-max": min_max,
    "similarity_matching_family: fast min-max": fast_min_max,
    "similarity_matching_family: non-negative": rectified,
    "similarity_matching_family: whitening": whitened,
    "similarity_matching_family: source separation": separated,
    "similarity_matching_family: dictionary": sparse,
    "similarity_matching_family: tiling": tiled,
    "similarity_matching_family: correlation game": played,
    "similarity_matching_family: kernel": by_kernel,
}
