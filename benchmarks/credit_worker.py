"""The side of bouton in the comparison with PyTorch: one JSON command per line, one JSON line back."""

import json
import sys
import time

import numpy as np

import bouton

bouton.fold_loops()

import jax  # noqa: E402

from benchmarks.credit_cases import KEY, net_of, problem  # noqa: E402


class Learner:
    """A net, its state and how many steps it has made."""

    def __init__(self, kind, rule):
        self.net = net_of(kind, rule)
        self.events, self.state = problem(kind, self.net)
        self.steps = 0

    def learn(self, steps):
        order = (self.steps + np.arange(steps)) % len(self.events.inputs)
        events = type(self.events)(*(leaf[order] for leaf in self.events))
        before = time.perf_counter(), time.process_time()
        run = bouton.run(self.net, events, key=KEY, state=self.state, first_step=self.steps, record={"loss": steps})
        jax.block_until_ready(run.state)
        told = since(before)
        self.state, self.steps = run.state, self.steps + steps
        return {**told, "loss": float(np.mean(run.recordings["loss"].values[-1]))}


def products(shapes, steps):
    """Time the matrix products that a step cannot do without, by NumPy."""
    rng = np.random.default_rng(0)
    pairs = [
        (rng.normal(size=(m, k)).astype(np.float32), rng.normal(size=(k, n)).astype(np.float32)) for m, k, n in shapes
    ]
    before = time.perf_counter(), time.process_time()
    for _ in range(steps):
        for one, other in pairs:
            one @ other
    return since(before)


def since(before):
    """Return seconds of the clock and of the processors."""
    return {"seconds": time.perf_counter() - before[0], "cpu": time.process_time() - before[1]}


def main():
    learners = {}
    say({"versions": {"jax": jax.__version__, "bouton": bouton.__version__}})
    for line in sys.stdin:
        command = json.loads(line)
        name, steps = command.pop("name"), command.pop("steps", 0)
        if "shapes" in command:
            say(products(command["shapes"], steps))
            continue
        if "kind" in command:
            learners[name] = Learner(**command)
        say(learners[name].learn(steps) if steps else {})


def say(told):
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
