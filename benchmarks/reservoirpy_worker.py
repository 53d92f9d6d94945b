"""A peer's side of the comparison of reservoirs: run by an interpreter that has reservoirpy and no bouton.

    python reservoirpy_worker.py STATES.npz   reads one word per line, tells one JSON line for each

"update" learns the readout of given states by recursive least squares, "network" lets a network of as many units with
feedback learn the same targets; each tells seconds a step, and "update" the weights that it has learned.
"""

import json
import sys
import time

import numpy as np
import reservoirpy
from reservoirpy.nodes import RLS, Reservoir


def update(states, targets):
    """Learn the readout; return seconds a step and weights."""
    node = RLS(alpha=1.0, fit_bias=False)
    before = time.perf_counter()
    node.partial_fit(states, targets)
    return (time.perf_counter() - before) / len(states), node.Wout.ravel().tolist()


def network(states, targets):
    """Let a network with feedback learn; return seconds a step."""
    units = states.shape[1]
    reservoir = Reservoir(units, lr=0.1, sr=1.5, rc_connectivity=0.1, seed=0)
    readout = RLS(alpha=1.0, fit_bias=False)
    model = (reservoir >> readout) & (reservoir << readout)
    inputs = np.zeros((len(targets), 1))
    model.partial_fit(inputs[:2], targets[:2])
    before = time.perf_counter()
    model.partial_fit(inputs, targets)
    return (time.perf_counter() - before) / len(targets), []


def main(path):
    """Serve until the input ends."""
    with np.load(path) as given:
        states, targets = given["states"], given["targets"]
    print(json.dumps({"version": reservoirpy.__version__}), flush=True)
    for line in sys.stdin:
        seconds, weights = {"update": update, "network": network}[line.strip()](states, targets)
        print(json.dumps({"seconds": seconds, "weights": weights}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
