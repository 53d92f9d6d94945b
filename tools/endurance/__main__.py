"""Run measurements of endurance and keep their findings."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.endurance import bits, commands, crashes, kills, memory, mutants, wheels

__all__ = ["main"]

MEASUREMENTS: dict[str, tuple[Callable[[Path, int], Iterator[str]], int]] = {
    "kills": (kills.measure, 200),
    "crashes": (crashes.measure, 400),
    "mutants": (mutants.measure, 60_000),
    "commands": (commands.measure, 5_000),
    "memory": (memory.measure, 3),
    "bits": (bits.measure, 12),
    "wheels": (wheels.measure, 1 + len(wheels.PYTHONS)),
}
"""Each yields, for trial 0, 1, 2, ..., "" or what went wrong in it."""


def main() -> int:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.endurance", description=__doc__)
    parser.add_argument("out", type=Path, help="folder of the findings")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(MEASUREMENTS)}; default: all")
    parser.add_argument("--count", type=int, help="trials of each")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"there is no measurement {', '.join(sorted(unknown))}")
    found = 0
    for name in asked.names or MEASUREMENTS:
        measure, count = MEASUREMENTS[name]
        found += follow(name, measure, asked.out, asked.count or count)
    return 1 if found else 0


def follow(name: str, measure: Callable[[Path, int], Iterator[str]], out: Path, count: int) -> int:
    """Run a measurement from where it stopped to its end; return the number of findings."""
    out.mkdir(parents=True, exist_ok=True)
    kept = out / f"{name}.json"
    state = json.loads(kept.read_text()) if kept.is_file() else {"done": 0, "findings": [], "seconds": 0.0}
    work = out / f"{name}.work"
    work.mkdir(exist_ok=True)
    begun, earlier, shown = time.monotonic(), state["seconds"], 0.0
    for finding in measure(work, state["done"]) if state["done"] < count else ():
        state["done"] += 1
        state["seconds"] = earlier + time.monotonic() - begun
        if finding:
            state["findings"].append({"trial": state["done"] - 1, "what": finding})
        last = state["done"] >= count
        if finding or last or time.monotonic() - shown > 5:
            shown = time.monotonic()
            replacement = kept.with_suffix(".part")
            replacement.write_text(json.dumps(state, indent=1))
            replacement.replace(kept)
            print(f"{name}: {state['done']} of {count}, {len(state['findings'])} findings", file=sys.stderr, flush=True)
        if last:
            break
    print(f"{name}: {state['done']} trials in {state['seconds']:.0f} s, {len(state['findings'])} findings")
    for finding in state["findings"][:20]:
        print(f"  trial {finding['trial']}: {finding['what']}")
    return len(state["findings"])


if __name__ == "__main__":
    sys.exit(main())
