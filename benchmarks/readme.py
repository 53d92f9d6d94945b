"""Write measured speed into the pages that show it: `python -m benchmarks.readme benchmarks/results/bench.json`.

What stands between the lines `<!-- speed -->` and `<!-- /speed -->` of README.md, and of docs/guide/speed.md where it
has them, is replaced by a table: times over bouton's at each shape, in single precision, on one thread.
"""

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from cyclopts import App

from benchmarks.aims import medians
from benchmarks.names import BOUTON, FASTMATH, NUMPY, STRICT
from benchmarks.nonnegative_results import short

command = App(name="python -m benchmarks.readme", help=__doc__, help_format="plaintext", result_action="return_value")

START, END = "<!-- speed -->", "<!-- /speed -->"
_ROOT = Path(__file__).parents[1]
_PAGES = (_ROOT / "README.md", _ROOT / "docs" / "guide" / "speed.md")
_BETWEEN = re.compile(f"{START}.*?{END}", flags=re.DOTALL)
_PEERS = ("numba fastmath", "numba strict", "NumPy loop", "pynsm", "scikit-learn")


@command.default
def main(results: Path, *, pages: tuple[Path, ...] = _PAGES) -> int:
    """Write the table of speed into the pages.

    Parameters
    ----------
    results
        bench.json, as `python -m benchmarks.online_snmf` writes it.
    pages
        Pages that have the two lines.
    """
    try:
        text = section(json.loads(results.read_text(encoding="utf-8")))
        marked = [page for page in pages if _BETWEEN.search(page.read_text(encoding="utf-8"))]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if not marked:
        print(f"no page has the lines {START} and {END}: {', '.join(map(str, pages))}", file=sys.stderr)
        return 2
    for page in marked:
        page.write_text(inserted(page.read_text(encoding="utf-8"), text), encoding="utf-8")
        print(page)
    return 0


def inserted(page: str, text: str) -> str:
    """Return a page with this text between its two lines."""
    return _BETWEEN.sub(lambda _: f"{START}\n{text}\n{END}", page)


def section(found: dict[str, Any]) -> str:
    """Return the table and what is to be known of it.

    Raises
    ------
    ValueError
        If the results measure nothing, or not in single precision on one thread.
    """
    if found["settings"]["quick"]:
        raise ValueError(
            "these results were made with --quick and measure nothing: run python -m benchmarks.online_snmf"
        )
    cases = [case for case in found["cases"] if (case["dtype"], case["threads"]) == ("float32", 1)]
    if not cases:
        raise ValueError("these results hold no case in float32 on 1 thread: run python -m benchmarks.online_snmf")
    objectives = {
        problem["name"]: min(each["ratio"] for each in problem["contenders"][1:])
        for run in found["nonnegative"]
        if run["threads"] == 1
        for problem in run["problems"]
    }
    rows = [(case, _ratios(case) | {"pynsm": objectives.get(case["name"])}) for case in cases]
    table = [f"| inputs x outputs | bouton, µs | {' | '.join(_PEERS)} |", "|---" * (len(_PEERS) + 2) + "|"]
    for case, ratios in rows:
        cells = ["–" if ratios[peer] is None else short(ratios[peer]) for peer in _PEERS]
        table.append(f"| {case['name']} | {short(medians(case)[BOUTON])} | {' | '.join(cells)} |")
    return "\n".join([*table, "", _told(found, [(case["name"], ratios) for case, ratios in rows])])


def _ratios(case: dict[str, Any]) -> dict[str, float | None]:
    """Return the times of those that were measured over bouton's; of scikit-learn, that of its fastest way."""
    times = medians(case)
    own = times[BOUTON]
    sklearn = [time / own for name, time in times.items() if name.startswith("sklearn")]
    named = {"numba fastmath": FASTMATH, "numba strict": STRICT, "NumPy loop": NUMPY}
    ratios = {peer: times[name] / own if name in times else None for peer, name in named.items()}
    return ratios | {"scikit-learn": min(sklearn, default=None)}


def _told(found: dict[str, Any], rows: list[tuple[str, dict[str, float | None]]]) -> str:
    """Return the sentence below the table."""
    slower = [
        f"{peer} ({', '.join(shapes)})"
        for peer in _PEERS
        if (shapes := [name for name, ratios in rows if (ratios[peer] or 1) < 1])
    ]
    lost = f"slower than {' and '.join(slower)}" if slower else "slower than none of them"
    machine, repeats = found["machine"], found["settings"]["repeats"]
    told = (
        f"Time of one sample over bouton's ({machine['cpu']}, 1 thread, float32, medians of {repeats} runs): above 1 "
        f"bouton is faster, below 1 slower, and here it is {lost}; pynsm's is the time to the same held-out error of "
        "non-negative matching, scikit-learn's fastest online factorisation has another objective, and a dash stands "
        "for what was not measured."
    )
    return textwrap.fill(told, 120, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(command())
