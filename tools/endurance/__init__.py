"""Endurance: kills, crash points, damaged files, awkward command lines, long runs, measured outside of the tests.

    python -m tools.endurance OUT              # everything, about an hour on two cores
    python -m tools.endurance OUT kills --count 20

Each measurement keeps what it has done in OUT/NAME.json and goes on from there when it is started again. A finding is a
line of that file; the command ends with 1 if there is one.
"""
