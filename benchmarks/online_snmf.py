"""What a step of online SNMF costs: `python -m benchmarks.online_snmf [--shapes 64x16] [--threads 1] [--quick]`."""

import sys
from pathlib import Path
from typing import Any, Literal

from cyclopts import App

from benchmarks.cores import runnable
from benchmarks.pynsm_peer import Choice
from benchmarks.startup import startup
from benchmarks.worker import in_a_process

app = App(name="python -m benchmarks.online_snmf", help=__doc__, help_format="plaintext", result_action="return_value")


@app.default
def bench(
    *,
    shapes: str = "all",
    dtype: Literal["both", "float32", "float64"] = "both",
    threads: tuple[int, ...] = (1, 2),
    repeats: int = 7,
    quick: bool = False,
    pynsm: Choice = "install",
    out: Path = Path(__file__).parent / "results",
) -> int:
    """Measure the online SNMF step against reference loops, scikit-learn and the machine's limits, the work on the
    weights in blocks of several sizes, and non-negative matching against pynsm.

    Parameters
    ----------
    shapes
        Inputs x outputs, separated by commas, or "all": 64x16,784x50,784x200,3072x400.
    dtype
        Width of the numbers.
    threads
        Numbers of threads; each is measured in a process of its own, which has as many cores.
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
        return _refused(f"repeats must be at least 1, got {repeats}")
    if min(threads) < 1:
        return _refused(f"threads must be at least 1, got {min(threads)}")

    from benchmarks.cases import CASES, MAX_SWEEPS, TOLERANCE, chosen

    try:
        names = [case.name for case in (CASES[:1] if quick else chosen(shapes))]
    except ValueError as error:
        return _refused(str(error))

    request = {
        "shapes": ",".join(names),
        "dtypes": ["float32"] if quick else ["float32", "float64"] if dtype == "both" else [dtype],
        "repeats": 2 if quick else repeats,
        "quick": quick,
        "pynsm": "present" if quick and pynsm == "install" else pynsm,
    }
    counts, left_out = runnable(threads)
    runs = [in_a_process(request | {"threads": count}) for count in counts]

    from benchmarks import aims, results

    settings = {"tolerance": TOLERANCE, "max_sweeps": MAX_SWEEPS, "repeats": request["repeats"], "quick": quick}
    found: dict[str, Any] = {"machine": runs[0]["machine"], "settings": settings | {"threads": counts}}
    found |= {part: [each for run in runs for each in run[part]] for part in ("cases", "weights")}
    found |= {"nonnegative": [run["nonnegative"] for run in runs], "startup": startup(1 if quick else repeats, quick)}
    found |= {"skipped": left_out, "aims": aims.judged(found)}
    results.show(found)
    for path in results.write(found, out):
        print(path)
    return 0


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(app())
