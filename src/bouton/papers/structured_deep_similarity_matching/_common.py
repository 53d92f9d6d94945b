"""What sections share: epochs of learning with the objective between them, the linear read-out, features, patches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, PRNGKeyArray
from sklearn.svm import LinearSVC

import bouton
from bouton.data import Whitening, centre_patches, load_natural5, sample_patches
from bouton.papers import Check, Equals, basis
from bouton.papers._seeds import generator
from bouton.plasticity import Sheet

__all__ = [
    "FULL",
    "NOT_LOCAL",
    "OWN_RUN",
    "PUBLISHED_STEPS",
    "centred",
    "epochs_of_learning",
    "error_of_readout",
    "fields_of_view",
    "local",
    "reverse_correlation",
    "whitened_patches",
]

FULL = ("laptop", "paper")
OWN_RUN = basis.ours("from a run of the same equations in NumPy with other random numbers")

NOT_LOCAL = {"verdicts": ["local", "NOT LOCAL: pre is handed over as one value per synapse"]}
"""Made-up results under which a network is not local."""

PUBLISHED_STEPS = 99
"""The published runs with 4 units per site settle for exactly that many steps."""


def local(network: str) -> Check:
    """Return the check that the network of a section, whose verdicts it measures, is local."""
    return Check(
        "local",
        f"Every pathway of {network} is local, by the audit of the traced rules.",
        Equals("local"),
        lambda results: results["verdicts"],
        basis.theory("shapes and origins of what each rule is handed"),
        on="local",
    )


def centred(images: Float[np.ndarray, "samples pixels"]) -> Float[np.ndarray, "samples pixels"]:
    """Return images less the mean of each."""
    return images - images.mean(axis=1, keepdims=True)


def epochs_of_learning(
    circuit: Any,
    samples: Float[np.ndarray, "samples inputs"],
    judged: Float[np.ndarray, "judged inputs"],
    key: PRNGKeyArray,
    rng: np.random.Generator,
    epochs: int,
    presentations: int,
    *,
    both_forms: bool = False,
) -> dict[str, Any]:
    """Learn from samples drawn with replacement; between epochs, measure the objective on samples to be judged.

    The circuit is a structured or a deep one: both offer `objective` and `min_max_objective`.

    Returns
    -------
    dict
        The last state; the objective J at the start and the end of each epoch; for each epoch the share of samples that
        settled, the mean number of Euler steps and, if both forms are asked for, the min-max form of the objective.
    """
    state = circuit.init(key)
    objective, min_max, converged, steps = [circuit.objective(state, judged).total], [], [], []
    for epoch in range(epochs):
        shown = samples[rng.integers(0, len(samples), presentations)]
        run = bouton.run(
            circuit,
            shown,
            key=key,
            state=state,
            first_step=epoch * presentations,
            record={"converged": 1, "steps": 1},
        )
        state = run.state
        objective.append(circuit.objective(state, judged).total)
        if both_forms:
            min_max.append(circuit.min_max_objective(state, judged).total)
        converged.append(run.recordings["converged"].values.mean())
        steps.append(run.recordings["steps"].values.mean())
    return {
        "state": state,
        "objective": np.array(objective),
        "min_max": np.array(min_max),
        "converged": np.array(converged),
        "steps": np.array(steps),
    }


def error_of_readout(
    features: Float[np.ndarray, "train units"],
    labels: Int[np.ndarray, " train"],
    test_features: Float[np.ndarray, "test units"],
    test_labels: Int[np.ndarray, " test"],
) -> float:
    """Return the test error of a linear support vector machine, in percent: squared hinge, balanced classes."""
    options: dict[str, Any] = {"class_weight": "balanced", "tol": 1e-5, "dual": False, "max_iter": 10_000}
    classifier = LinearSVC(**options)
    classifier.fit(np.asarray(features, float), labels)
    return 100 * (1 - classifier.score(np.asarray(test_features, float), test_labels))


def fields_of_view(sheets: Sequence[Sheet]) -> list[Bool[np.ndarray, "units pixels"]]:
    """Return for each layer which pixels a unit can see, through all the layers below."""
    seen: list[np.ndarray] = []
    for sheet in sheets:
        connectivity = sheet.feedforward.connectivity
        own = connectivity.as_matrix(np.ones(connectivity.shape, np.float32))
        seen.append((own @ seen[-1] if seen else own) > 0)
    return seen


def reverse_correlation(
    images: Float[np.ndarray, "samples pixels"], activities: Float[np.ndarray, "samples units"]
) -> Float[np.ndarray, "units pixels"]:
    """Return each unit's feature: the mean of the images, weighted by the unit's activity."""
    return np.asarray(activities, float).T @ np.asarray(images, float) / len(images)


def whitened_patches(
    patch_size: int, n_patches: int, n_components: int, seed: int, group: int
) -> Float[np.ndarray, "samples pixels"]:
    """Return whitened patches: the mean of correlated ones, weighted by an activity, would show their correlations."""
    rng = generator(seed, group)
    patches = centre_patches(sample_patches(load_natural5(), patch_size, n_patches, rng))
    whitened = Whitening(n_components=n_components).fit(patches).transform(patches)
    return (whitened / whitened.std()).astype(np.float32)
