"""The convex fit by nemos, by an interpreter that has it and no bouton: one JSON command per line, one line back."""

import json
import sys
import time
from importlib.metadata import version

import jax

jax.config.update("jax_enable_x64", True)

import nemos  # noqa: E402
import numpy as np  # noqa: E402


def main():
    say({"versions": {"nemos": version("nemos")}})
    for line in sys.stdin:
        given = np.load(json.loads(line)["path"])
        design, spikes = given["design"], given["spikes"].astype(float)
        begin = time.perf_counter()
        model = nemos.glm.PopulationGLM(
            observation_model="Bernoulli", solver_name="LBFGS", solver_kwargs={"tol": 1e-10, "maxiter": 5000}
        )
        model.fit(design, spikes)
        seconds = time.perf_counter() - begin
        potential = design @ np.asarray(model.coef_) + np.asarray(model.intercept_)
        say({"seconds": seconds, "loss": float(np.mean(np.logaddexp(0, potential) - spikes * potential))})


def say(told):
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
