"""Change every plasticity rule in every small way, count what the laws notice, and write the table of the docs.

    python -m tools.mutate                  # all rules: about a quarter of an hour
    python -m tools.mutate PairSTDP Oja     # these alone; the table is left as it is

Mutation testers that there are run the tests of a project anew for each mutant, in a process of its own: half a minute
here, for some two thousand mutants.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "tests"), str(REPOSITORY)]

from tools.mutate.equivalent import EQUIVALENT  # noqa: E402
from tools.mutate.judge import all_mutants, is_noticed, unchanged_rules_fail  # noqa: E402

__all__ = ["main"]

TABLE = REPOSITORY / "docs" / "guide" / "mutations.csv"


def main() -> int:
    """Judge the mutants; return 1 if some were missed that are not equivalent."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutate", description=__doc__.split("\n")[0])
    parser.add_argument("rules", nargs="*", help="classes or modules; default: all")
    asked = parser.parse_args().rules
    if failed := unchanged_rules_fail():
        print(f"without a change fail already: {', '.join(failed)}")
        return 1
    mutants = [(module, each) for module, each in all_mutants() if not asked or owner(module, each) in asked]
    if not mutants:
        parser.error(f"there is no rule {', '.join(asked)}")
    begun, counts, missed = time.monotonic(), {}, []
    for module, mutant in mutants:
        count = counts.setdefault(owner(module, mutant), Counter())
        verdict = "noticed" if is_noticed(module, mutant) else "equivalent" if mutant.name in EQUIVALENT else "missed"
        count["mutants"] += 1
        count[verdict] += 1
        if verdict == "missed":
            missed.append(mutant.name)
            print(f"missed: {mutant.name} (line {mutant.line} of {module.__name__})", flush=True)
    total = sum(counts.values(), Counter())
    print(
        f"{total['noticed']} of {total['mutants']} mutants noticed, {total['equivalent']} equivalent, "
        f"{total['missed']} missed, in {time.monotonic() - begun:.0f} s"
    )
    if not asked:
        write_table(counts, total)
    return 1 if missed else 0


def owner(module, mutant) -> str:
    """Return under which name a mutant is counted: its class, or the file of a function."""
    return mutant.owner or module.__name__.rpartition(".")[2]


def write_table(counts: dict[str, Counter], total: Counter) -> None:
    """Write how many mutants of each rule there are, and what became of them."""
    columns = ["mutants", "noticed", "equivalent", "missed"]
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rule", *columns])
        for name, count in sorted(counts.items()):
            writer.writerow(
                [f"`{name}`" if name[0].isupper() else f"functions of {name}", *(count[c] for c in columns)]
            )
        writer.writerow(["all", *(total[c] for c in columns)])


if __name__ == "__main__":
    sys.exit(main())
