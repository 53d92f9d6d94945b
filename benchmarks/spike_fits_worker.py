"""The side of bouton in the comparison of networks fitted to spikes: one JSON command per line, one JSON line back."""

import json
import sys
import time

import numpy as np

import bouton

bouton.fold_loops()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

from bouton.recordings import (  # noqa: E402
    GLMParameters,
    HiddenRateTerm,
    NoiseCorrelationTerm,
    PSTHTerm,
    SampleAndMeasureFit,
    SpikingGLM,
)


class Fit:
    """A fit, its state and how many updates it has made."""

    def __init__(self, path):
        given = dict(np.load(path))
        recorded, hidden, lags = map(int, given["sizes"])
        terms = PSTHTerm(), NoiseCorrelationTerm(n_lags=lags), *((HiddenRateTerm(),) if hidden else ())
        trials = len(given["spikes"])
        self.circuit = SampleAndMeasureFit(
            SpikingGLM(recorded, hidden, lags), given["spikes"], given["stimulus"][None], np.zeros(trials, int), terms,
            batch_size=given["order"].shape[1],
        )  # fmt: skip
        self.order, self.steps, self.key = given["order"].astype(np.int32), 0, jax.random.key(0)
        kernels, inputs = (jnp.asarray(given[name]) for name in ("kernels", "inputs"))
        begin = GLMParameters(kernels, inputs, jnp.zeros(recorded + hidden), None)
        self.state = self.circuit.init(self.key)._replace(parameters=begin)

    def learn(self, steps):
        order = self.order[(self.steps + np.arange(steps)) % len(self.order)]
        before = time.perf_counter(), time.process_time()
        run = bouton.run(
            self.circuit, order, key=self.key, state=self.state, first_step=self.steps, record={"loss": steps}
        )
        jax.block_until_ready(run.state)
        told = {"seconds": time.perf_counter() - before[0], "cpu": time.process_time() - before[1]}
        self.state, self.steps = run.state, self.steps + steps
        return {**told, "loss": float(run.recordings["loss"].values[-1])}


def main():
    fits = {}
    say({"versions": {"jax": jax.__version__, "bouton": bouton.__version__}})
    for line in sys.stdin:
        command = json.loads(line)
        if "path" in command:
            fits[command["name"]] = Fit(command["path"])
        say(fits[command["name"]].learn(command["steps"]))


def say(told):
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
