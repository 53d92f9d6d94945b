"""Principal subspaces: the network of 2015, the min-max network of 2018 and its fast form, against exact PCA."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Claim, Figure
from bouton.papers._relations import AtMost, Between

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["CLAIMS", "FIGURES", "SCALES", "PrincipalSettings", "circuits", "measure"]


@dataclass(frozen=True)
class PrincipalSettings:
    """Gaussian data of a given spectrum, scaled to a mean squared length of 1; the defaults are the reference run's."""

    spectrum: tuple[float, ...] = (4.5, 3.5, 1.0, *[0.01] * 7)
    components: int = 3
    samples: int = 20_000
    early: int = 1000
    looks: tuple[int, ...] = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
    initial_activity: float = 10.0
    seeds: int = 10


_LAPTOP = PrincipalSettings()
SCALES = {
    "smoke": replace(_LAPTOP, samples=1000, looks=(50, 200, 1000), seeds=1),
    "laptop": _LAPTOP,
    "paper": replace(_LAPTOP, seeds=50),
}
_FULL = ("laptop", "paper")


def measure(settings: PrincipalSettings, seed: int) -> dict[str, Any]:
    """Let all networks learn the same streams, and look at their subspaces on the way."""
    from bouton.papers._similarity_family.principal_runs import run_all

    return run_all(settings, seed)


def circuits(settings: PrincipalSettings) -> tuple[Any, ...]:
    """Return the three networks."""
    from bouton.papers._similarity_family.principal_runs import networks

    return tuple(networks(settings).values())


def _median_error(results: Mapping[str, Any], name: str, samples: int) -> float:
    import numpy as np

    place = results["principal.looks"].tolist().index(samples)
    return float(np.median(results[f"principal.{name}.error"][:, place]))


def _median(name: str):
    def value(results: Mapping[str, Any]) -> float:
        import numpy as np

        return float(np.median(results[f"principal.{name}"]))

    return value


def _error_claim(name: str, network: str, samples: int, published: float, source: str) -> Claim:
    # One run of random data is published: a factor of three either way is what single runs differ by.
    return Claim(
        f"principal.{name}",
        f"{network}: the subspace error 2(k - |Q'V|^2) after {samples} samples (median of the seeds).",
        published,
        source,
        Between(published / 3, published * 3),
        lambda results: _median_error(results, name.rpartition("-")[0], samples),
        scales=_FULL,
    )


CLAIMS = (
    _error_claim("minmax-early", "Min-max network", 1000, 3.7e-4, "reference run V2"),
    _error_claim("minmax-late", "Min-max network", 20_000, 1.4e-5, "reference run V2"),
    _error_claim("cumulative-late", "Network of 2015", 20_000, 8e-5, "reference run V1"),
    Claim(
        "principal.orthonormal",
        "The rows of F = (I + M)^-1 W become orthonormal: largest deviation of F F' from the identity (network of "
        "2015, median of the seeds).",
        "the identity, to 3 decimals",
        "reference run V1; 2015 paper",
        AtMost(5e-4),
        _median("cumulative.orthonormality"),
        scales=_FULL,
    ),
    Claim(
        "principal.eigenvalues",
        "The eigenvalues of M become the leading eigenvalues of the covariance: largest relative difference (min-max "
        "network, median of the seeds).",
        "equal at convergence",
        "2018 paper",
        AtMost(0.05),
        _median("minmax.eigenvalues"),
        scales=_FULL,
    ),
    Claim(
        "principal.singular-values",
        "So do the singular values of W.",
        "equal at convergence",
        "2018 paper",
        AtMost(0.05),
        _median("minmax.singular_values"),
        scales=_FULL,
    ),
    Claim(
        "principal.fast",
        "The fast form gives the answers of the min-max network: largest difference over a whole stream, in double "
        "precision.",
        "identical, to 1e-10",
        "reference run V2",
        AtMost(1e-10),
        lambda results: results["principal.fast_difference"],
    ),
)


def draw_errors(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the subspace error over the stream."""
    from bouton.report import figures

    names = {
        "cumulative": "network of 2015",
        "minmax": "min-max network and its fast form",
        "incremental": "IncrementalPCA, batches of 100",
        "exact": "PCA of all samples so far",
    }
    return figures.curves(
        results["principal.looks"],
        {label: results[f"principal.{name}.error"] for name, label in names.items()},
        xlabel="samples",
        ylabel="subspace error",
        logarithmic="xy",
    )


FIGURES = (
    Figure(
        "principal-error",
        "How far the learned subspace is from the true one, median of the seeds with a band of 10 to 90 %. PCA keeps "
        "all samples so far, the networks only their weights; the curve of IncrementalPCA lies on that of PCA. Look "
        "for how soon the min-max network runs along with PCA. The network of 2015 remembers its start for longer.",
        draw_errors,
        alt="Curves of the subspace error over the number of samples, falling",
    ),
)
