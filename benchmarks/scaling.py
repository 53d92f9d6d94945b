"""How time and memory grow: `python -m benchmarks.scaling [--quick] [--repeats 5] [--out FOLDER]`.

Time of a sample against inputs, outputs, block size and active fraction; memory of a run against the length of its
stream; speed of many seeds in one program against their number. Everything in single precision and on one core.
"""

import json
import sys
from pathlib import Path
from typing import Any

from cyclopts import App

import bouton
from benchmarks.cores import pin

app = App(name="python -m benchmarks.scaling", help=__doc__, help_format="plaintext", result_action="return_value")


@app.default
def main(*, quick: bool = False, repeats: int = 5, out: Path = Path(__file__).parent / "results") -> int:
    """Measure how time and memory grow.

    Parameters
    ----------
    quick
        Few and small sizes, next to no samples, two repeats: shows that it works, measures nothing.
    repeats
        Timed runs of each size; memory is measured once.
    out
        Folder for scaling.json and scaling.png.
    """
    if repeats < 1:
        print(f"repeats must be at least 1, got {repeats}", file=sys.stderr)
        return 2

    from benchmarks import scaling_results

    found = measured(2 if quick else repeats, quick)
    scaling_results.show(found)
    out.mkdir(parents=True, exist_ok=True)
    (out / "scaling.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    scaling_results.draw(found, out / "scaling.png")
    print(out / "scaling.json", out / "scaling.png", sep="\n")
    return 0


def measured(repeats: int, quick: bool) -> dict[str, Any]:
    """Return all results as a tree of JSON values."""
    from rich.console import Console
    from threadpoolctl import threadpool_limits

    from benchmarks import curves, lanes, memory
    from benchmarks.measure import machine

    found: dict[str, Any] = {"machine": machine(), "settings": {"repeats": repeats, "quick": quick, "threads": 1}}
    console = Console(stderr=True)
    with threadpool_limits(1):
        with console.status("time of a sample"):
            found["curves"] = curves.measured(curves.Sizes.quick() if quick else curves.Sizes(), repeats, quick)
        with console.status("many seeds"):
            found["lanes"] = lanes.measured(lanes.LANES[1:2] if quick else lanes.LANES, repeats, quick)
        with console.status("memory"):
            found["memory"] = memory.measured(*((memory.SAMPLES[:2], memory.SOURCES[:1]) if quick else ()))
    return found


if __name__ == "__main__":
    pin(1)
    bouton.fold_loops()
    sys.exit(app())
