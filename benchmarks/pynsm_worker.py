"""The peer's side of the comparison: run by the interpreter of the peer's environment, which has pynsm and no bouton.

It reads one JSON command per line and answers each with one JSON line. Models are pynsm's `SimilarityMatching` with a
linear encoder, trained as its documentation shows: answer, loss, backward, step.

pynsm takes the mean of its loss over the m outputs, so that a step of size s changes the weights by

    W += 4 s / m (y x^T - W),    M += 2 s / (m tau) (y y^T - M):

s = m eta / 2 is bouton's learning rate eta.
"""

import json
import os
import sys
from copy import deepcopy
from importlib.metadata import version

import numpy as np
import torch
from pynsm import SimilarityMatching


class Learner:
    """A model, its optimiser, and how many steps it has made."""

    def __init__(self, problem, batch, iterations, tolerance, iteration_rate, time_scale, rate):
        feedforward, lateral = (torch.from_numpy(problem[name]) for name in ("feedforward", "lateral"))
        n_outputs, n_inputs = feedforward.shape
        encoder = torch.nn.Linear(n_inputs, n_outputs, bias=False)
        self.model = SimilarityMatching(
            encoder,
            n_outputs,
            tau=time_scale,
            tol=tolerance,
            max_iterations=iterations,
            iteration_projection=torch.nn.ReLU(),
            iteration_lr=iteration_rate,
        )
        with torch.no_grad():
            encoder.weight.copy_(feedforward)
            self.model.competitor.weight.copy_(lateral)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1.0)
        self.rows, self.held_out = (torch.from_numpy(problem[name]) for name in ("rows", "held_out"))
        self.batch, self.rate, self.steps, self.kept = batch, rate, 0, None

    def learn(self, first, last):
        """Learn some of the rows."""
        model, optimizer = self.model, self.optimizer
        group, scale = optimizer.param_groups[0], model.out_channels / 2
        initial, decay, floor = self.rate
        for start in range(first, last, self.batch):
            x = self.rows[start : min(start + self.batch, last)]
            loss = model.loss(x, model(x))
            optimizer.zero_grad()
            loss.backward()
            group["lr"] = scale * max(initial / (1 + decay * self.steps), floor)
            optimizer.step()
            self.steps += 1

    def keep(self):
        """Remember this state."""
        self.kept = deepcopy(self.model.state_dict()), self.steps

    def restore(self):
        """Go back to the state that was kept."""
        weights, self.steps = self.kept
        self.model.load_state_dict(weights)

    def answers(self, path):
        """Write the answers to the rows held out."""
        np.save(path, self.model(self.held_out).numpy())

    def weights(self, path):
        """Write the weights."""
        feedforward, lateral = (w.detach().numpy() for w in (self.model.encoder.weight, self.model.competitor.weight))
        np.savez(path, feedforward=feedforward, lateral=lateral)


def main():
    """Answer commands until the input ends."""
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    learners = {}
    say({"versions": {name: version(name) for name in ("pynsm", "torch", "numpy")}})
    for line in sys.stdin:
        command = json.loads(line)
        do, name = command.pop("do"), command.pop("name")
        try:
            if do == "start":
                learners[name] = Learner(np.load(command.pop("problem")), **command)
            else:
                getattr(learners[name], do)(**command)
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})
        else:
            say({"done": do})


def say(answer):
    """Print one line at once."""
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
