"""The command: `python -m benchmarks [--shapes 64x16,784x50] [--dtype float32] [--repeats 7] [--quick]`."""

import sys
from pathlib import Path
from typing import Literal

from cyclopts import App

import bouton
from benchmarks.pynsm_peer import Choice

app = App(name="python -m benchmarks", help=__doc__, help_format="plaintext", result_action="return_value")


@app.default
def bench(
    *,
    shapes: str = "all",
    dtype: Literal["both", "float32", "float64"] = "both",
    repeats: int = 7,
    quick: bool = False,
    pynsm: Choice = "install",
    out: Path = Path(__file__).parent / "results",
) -> int:
    """Measure the online SNMF step against reference loops and scikit-learn, non-negative matching against pynsm.

    Parameters
    ----------
    shapes
        Inputs x outputs, separated by commas, or "all": 64x16,784x50,784x200,3072x400.
    dtype
        Width of the numbers.
    repeats
        Timed runs of each contender; at least 5 for figures that are quoted.
    quick
        The smallest shape, single precision, few samples, two repeats, nothing installed: shows that it works, measures
        nothing.
    pynsm
        install: pynsm and PyTorch go into benchmarks/.venv-pynsm unless they are there (once, large); present: used
        where they are there; none: left out.
    out
        Folder for bench.json and the figures.
    """
    if repeats < 1:
        print(f"repeats must be at least 1, got {repeats}", file=sys.stderr)
        return 2
    bouton.fold_loops()

    from benchmarks.cases import CASES, chosen

    try:
        cases = CASES[:1] if quick else chosen(shapes)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2

    from benchmarks import measure, results

    dtypes = ["float32"] if quick else ["float32", "float64"] if dtype == "both" else [dtype]
    choice = "present" if quick and pynsm == "install" else pynsm
    found = measure.everything(cases, dtypes, 2 if quick else repeats, quick, choice)
    results.show(found)
    for path in results.write(found, out):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(app())
