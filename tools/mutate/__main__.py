"""Change every plasticity rule in every small way, count what the laws notice, and write the table of the docs.

    python -m tools.mutate                  # all rules: about a quarter of an hour
    python -m tools.mutate PairSTDP Oja     # these alone, and their rows of the table

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

COLUMNS = ("mutants", "noticed", "equivalent", "missed")
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
    begun, counts, rules = time.monotonic(), {}, {}
    for module, mutant in mutants:
        rules.setdefault(owner(module, mutant), []).append((module, mutant))
    for rule, own in rules.items():
        counts[rule] = Counter(mutants=len(own))
        for module, mutant in own:
            noticed = is_noticed(module, mutant)
            verdict = "noticed" if noticed else "equivalent" if mutant.name in EQUIVALENT else "missed"
            counts[rule][verdict] += 1
            if verdict == "missed":
                print(f"missed: {mutant.name} (line {mutant.line} of {module.__name__})", flush=True)
        write_table(counts)
    total = sum(counts.values(), Counter())
    print(
        f"{total['noticed']} of {total['mutants']} mutants noticed, {total['equivalent']} equivalent, "
        f"{total['missed']} missed, in {time.monotonic() - begun:.0f} s"
    )
    return 1 if total["missed"] else 0


def owner(module, mutant) -> str:
    """Return under which name a mutant is counted: its class, or the file of a function."""
    return mutant.owner or module.__name__.rpartition(".")[2]


def write_table(counts: dict[str, Counter]) -> None:
    """Write how many mutants of each rule there are, and what became of them; other rows of the table stay."""
    kept = {}
    if TABLE.exists():
        with TABLE.open(newline="", encoding="utf-8") as file:
            kept = {row["rule"]: Counter({name: int(row[name]) for name in COLUMNS}) for row in csv.DictReader(file)}
    kept.pop("all", None)
    kept |= {name if name[0].isupper() else f"functions of {name}": count for name, count in counts.items()}
    kept["all"] = sum(kept.values(), Counter())
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rule", *COLUMNS])
        for name in sorted(kept, key=lambda name: (name == "all", name)):
            writer.writerow([name, *(kept[name][column] for column in COLUMNS)])


if __name__ == "__main__":
    sys.exit(main())
