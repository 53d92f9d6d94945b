"""One row per estimator, the memories among them. Laws run on every row."""

import numpy as np

from bouton import (
    CircuitFeatures,
    CorrelationInvariant,
    DeepFeatures,
    KernelFeatures,
    NonlinearHebbian,
    OnlineCorrelationGame,
    OnlineManifoldTiling,
    OnlineNSM,
    OnlinePrincipalSubspace,
    OnlineSNMF,
    OnlineSourceSeparation,
    OnlineSparseDictionary,
    OnlineWhitening,
    StructuredFeatures,
)
from bouton.memory import KernelMemory, NearestPattern
from bouton.similarity import NonnegativeSimilarityMatching
from catalogue import systems
from catalogue.rows import DATA, N_FEATURES, EstimatorRow

PATTERNS = np.sign(np.random.default_rng(1).normal(size=(12, 20)))


def centred(model, rows):
    return (rows - model.mean_).astype(rows.dtype)


def whitened(model, rows):
    return rows if model.whitening_ is None else model.whitening_.transform(rows)


ROWS = {
    "SNMF": EstimatorRow(lambda: OnlineSNMF(3, rank_penalty=1.0)),
    "SNMF, random start": EstimatorRow(
        lambda: OnlineSNMF(3, start="random", nonnegative_inputs=True), rows=np.abs(DATA)
    ),
    "principal subspace": EstimatorRow(lambda: OnlinePrincipalSubspace(2, input_power=4.0)),
    "principal subspace, local": EstimatorRow(lambda: OnlinePrincipalSubspace(2, algorithm="minmax", input_power=4.0)),
    "principal subspace, cumulative": EstimatorRow(
        lambda: OnlinePrincipalSubspace(2, algorithm="cumulative", input_power=4.0)
    ),
    "any circuit": EstimatorRow(lambda: CircuitFeatures(NonnegativeSimilarityMatching(N_FEATURES, 3, leak=0.01))),
    "NSM": EstimatorRow(lambda: OnlineNSM(3, input_power=4.0, leak=0.01)),
    "sparse dictionary": EstimatorRow(lambda: OnlineSparseDictionary(3, threshold=0.1)),
    "whitening": EstimatorRow(lambda: OnlineWhitening(3, input_variance=1.0)),
    "source separation": EstimatorRow(lambda: OnlineSourceSeparation(3, input_variance=1.0)),
    "manifold tiling": EstimatorRow(lambda: OnlineManifoldTiling(3, input_power=4.0)),
    "correlation game": EstimatorRow(lambda: OnlineCorrelationGame(3, input_power=4.0), rows=np.abs(DATA)),
    "kernel features": EstimatorRow(lambda: KernelFeatures(3, input_power=4.0, width=2.0, epochs=1)),
    "correlation-invariant": EstimatorRow(lambda: CorrelationInvariant(3), prepared=centred, first=40),
    "nonlinear Hebbian": EstimatorRow(lambda: NonlinearHebbian(3), prepared=whitened, first=40),
    "nonlinear Hebbian, inhibition": EstimatorRow(
        lambda: NonlinearHebbian(3, inhibition=True, whiten=False, epochs=1), prepared=whitened
    ),
    "structured": EstimatorRow(lambda: StructuredFeatures(max_steps=100)),
    "deep": EstimatorRow(lambda: DeepFeatures(layers=((2, 1, 1.5), (2, 1, 1.5)), feedback=0.5, max_steps=100)),
    "kernel memory": EstimatorRow(KernelMemory, rows=PATTERNS, is_memory=True),
    "nearest pattern": EstimatorRow(NearestPattern, rows=PATTERNS, is_memory=True),
} | systems.rows("ESTIMATORS")

RECORDING = "it is fitted to a recording of spikes, trials of neurons in bins, instead of rows"
WITHOUT_A_ROW = dict.fromkeys(("BernoulliGLM", "BernoulliHMM", "NeuLVM", "SampleAndMeasure"), RECORDING)
