"""One process of the benchmarks, pinned to as many cores as it may use threads, before anything that starts threads.

`python -m benchmarks.worker '{"threads": 1, "cases": ["64x16"], ...}' results.json`
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import bouton
from benchmarks.cores import pin


def in_a_process(request: dict[str, Any]) -> dict[str, Any]:
    """Have a process measure, and return what it found.

    Parameters
    ----------
    request : dict
        threads (int), shapes (list of str), and what else `benchmarks.measure.everything` takes.
    """
    with tempfile.TemporaryDirectory(prefix="bouton-bench-") as folder:
        path = Path(folder) / "found.json"
        command = [sys.executable, "-m", "benchmarks.worker", json.dumps(request), str(path)]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[1])
        return json.loads(path.read_text(encoding="utf-8"))


def main(request: dict[str, Any], path: Path) -> None:
    """Measure what is asked for and write it."""
    pin(request["threads"])
    bouton.fold_loops()

    from benchmarks.cases import chosen
    from benchmarks.measure import everything

    found = everything(chosen(request.pop("shapes")), **request)
    path.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
