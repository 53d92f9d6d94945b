"""What is left to `make check`: benchmarks, reproductions of papers. Other tests are marked where they stand."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FOLDERS = {"benchmarks"}
# What runs a whole reproduction, by itself or by a fixture that several tests share.
REPRODUCTIONS = ("test_every_claim", "test_the_same_seed_gives_the_same_results")
FIXTURES = {"smoke", "outcome"}


def mark_thorough_tests(items) -> None:
    """Mark what `make test` leaves out."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        reproduces = item.name.startswith(REPRODUCTIONS) or not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        if folder in FOLDERS or (folder == "papers" and reproduces):
            item.add_marker(pytest.mark.thorough)
