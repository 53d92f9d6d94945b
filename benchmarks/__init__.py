"""Side-by-side measurements of bouton against peers: `python -m benchmarks` (or `make bench`).

Everything that is compared runs in one process, on one core, on the same data, in turns; speed is shown with the
quality that it was reached at.
"""
