"""Every benchmark, one after the other: `python -m benchmarks [NAME ...] [--quick] [--list-names]`.

A benchmark is a module of this folder with a command `app`; each runs in a process of its own, with the options that it
has by default. `python -m benchmarks.NAME --help` shows what else a benchmark takes.
"""

import ast
import subprocess
import sys
from pathlib import Path

from cyclopts import App

FOLDER = Path(__file__).parent

app = App(name="python -m benchmarks", help=__doc__, help_format="plaintext", result_action="return_value")


def found() -> dict[str, bool]:
    """Return the benchmarks by name, and whether each can be run quickly (has an argument `quick`)."""
    benchmarks = {}
    for path in sorted(FOLDER.glob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        names = {
            target.id
            for node in body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if "app" in names and not path.stem.startswith("_"):
            commands = [node for node in body if isinstance(node, ast.FunctionDef) and node.decorator_list]
            arguments = [each.arg for command in commands for each in command.args.kwonlyargs]
            benchmarks[path.stem] = "quick" in arguments
    return benchmarks


@app.default
def bench(*names: str, quick: bool = False, list_names: bool = False) -> int:
    """Run benchmarks.

    Parameters
    ----------
    names
        Which; all unless told otherwise.
    quick
        Those that can show quickly that they work do so, and measure nothing; others are left out.
    list_names
        Only show the names.
    """
    benchmarks = found()
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        print(f"there is no benchmark {unknown[0]!r}; there is {', '.join(benchmarks)}", file=sys.stderr)
        return 2
    chosen = [name for name in names or benchmarks if benchmarks[name] or not quick]
    if list_names:
        print("\n".join(chosen))
        return 0
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else [])]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(app())
