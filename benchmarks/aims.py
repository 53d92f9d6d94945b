"""What bouton aims at for speed, judged by the figures: held or not held, and by how much."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.cores import threads_named
from benchmarks.names import AUTO, BLOCKED, BLOCKS, BOUTON, FASTMATH, LAYER_PLAIN, NUMPY, PLAIN, PRODUCTS

_LARGE = ("784x200", "3072x400")
_LARGEST = "3072x400"


def judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each aim with the figure of every measurement that it concerns, the worst first.

    Parameters
    ----------
    found : dict
        What was measured: cases, weights, nonnegative.

    Returns
    -------
    list of dict
        aim (a sentence), held (bool, or None where nothing was measured that it concerns), bound, figures (list of name
        and value; the first is the worst).
    """
    steps, layers = found["cases"], found["weights"]
    large = [case for case in steps if case["name"] in _LARGE]
    largest = [layer for layer in layers if layer["name"] == _LARGEST]
    dense = [layer for layer in largest if layer["active_fraction"] == 1]
    autos = [(where(case), _over(case, BOUTON, (PLAIN, BLOCKED))) for case in steps]
    autos += [(where(layer), _over(layer, AUTO, (LAYER_PLAIN, *BLOCKS))) for layer in layers]
    return [
        _at_least(1, "the SNMF step is no slower than numba with fastmath", _gains(steps, BOUTON, FASTMATH)),
        _at_least(2, f"it is 2 times faster at {' and '.join(_LARGE)}", _gains(large, BOUTON, FASTMATH)),
        _at_least(20, "it is 20 times faster than the NumPy loop", _gains(steps, BOUTON, NUMPY)),
        _at_least(20, "20 times faster than pynsm to the same objective", _pynsm(found["nonnegative"])),
        _at_least(
            2.5,
            f"blocks are 2.5 times faster than plain at {_LARGEST}, all active",
            [(where(layer), 1 / _over(layer, BLOCKS, (LAYER_PLAIN,))) for layer in dense],
        ),
        _at_most(1.1, "'auto' within 10 % of the better, plain or blocks", autos),
        _at_most(
            3,
            f"blocks within 3 times products' limit at {_LARGEST}",
            [(where(layer), _over(layer, BLOCKS, (PRODUCTS,))) for layer in largest],
        ),
    ]


def where(problem: dict[str, Any]) -> str:
    """Return in words which measurement it is."""
    words = [problem["name"], problem["dtype"], threads_named(problem["threads"])]
    fraction = problem.get("active_fraction")
    return ", ".join(words if fraction is None else [*words, f"{fraction:.0%} active"])


def medians(problem: dict[str, Any]) -> dict[str, float]:
    """Return each contender's median time a sample, in microseconds."""
    return {each["name"]: each["microseconds_per_sample"]["median"] for each in problem["contenders"]}


def _over(problem: dict[str, Any], ours: str | Sequence[str], theirs: Sequence[str]) -> float:
    """Return the time of the fastest of ours over that of the fastest of theirs."""
    times = medians(problem)
    return min(times[name] for name in ([ours] if isinstance(ours, str) else ours)) / min(
        times[name] for name in theirs
    )


def _gains(problems: Iterable[dict[str, Any]], ours: str, theirs: str) -> list[tuple[str, float]]:
    """Return how many times faster ours is, wherever theirs could be measured."""
    return [(where(each), 1 / _over(each, ours, (theirs,))) for each in problems if theirs in medians(each)]


def _pynsm(runs: Iterable[dict[str, Any]]) -> list[tuple[str, float]]:
    """Return how many times faster bouton gets to the common objective than the fastest way of pynsm's."""
    return [
        (
            where(problem | {"dtype": "float32", "threads": run["threads"]}),
            min(each["ratio"] for each in problem["contenders"][1:]),
        )
        for run in runs
        for problem in run["problems"]
    ]


def _at_least(bound: float, aim: str, figures: list[tuple[str, float]]) -> dict[str, Any]:
    return _outcome(aim, bound, sorted(figures, key=lambda each: each[1]), all(value >= bound for _, value in figures))


def _at_most(bound: float, aim: str, figures: list[tuple[str, float]]) -> dict[str, Any]:
    return _outcome(aim, bound, sorted(figures, key=lambda each: -each[1]), all(value <= bound for _, value in figures))


def _outcome(aim: str, bound: float, figures: list[tuple[str, float]], held: bool) -> dict[str, Any]:
    return {"aim": aim, "held": held if figures else None, "bound": bound, "figures": figures}
