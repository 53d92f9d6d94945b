"""A stand-in for the peer's process: the rules of non-negative similarity matching as loops in NumPy, double precision.

It speaks the same lines as the real one. The neurons settle one by one, to the last digits.
"""

import json
import sys

import numpy as np


class Learner:
    def __init__(self, problem, batch, time_scale, rate, **_):
        self.w, self.m, self.rows, self.held_out = (
            problem[name].astype(np.float64) for name in ("feedforward", "lateral", "rows", "held_out")
        )
        self.batch, self.time_scale, self.rate, self.steps = batch, time_scale, rate, 0

    def settle(self, x):
        drive, y = self.w @ x, np.zeros(len(self.w))
        for _ in range(5000):
            before = y.copy()
            for i in range(len(y)):
                y[i] = max(0.0, y[i] + (drive[i] - self.m[i] @ y) / self.m[i, i])
            if np.max(np.abs(y - before)) <= 1e-10:
                break
        return y

    def learn(self, first, last):
        start, decay, floor = self.rate
        for at in range(first, last, self.batch):
            rows = self.rows[at : min(at + self.batch, last)]
            answers = np.array([self.settle(x) for x in rows])
            eta = max(start / (1 + decay * self.steps), floor)
            self.w += 2 * eta * (answers.T @ rows / len(rows) - self.w)
            self.m += eta / self.time_scale * (answers.T @ answers / len(rows) - self.m)
            self.steps += 1

    def keep(self):
        self.kept = self.w.copy(), self.m.copy(), self.steps

    def restore(self):
        self.w, self.m, self.steps = self.kept[0].copy(), self.kept[1].copy(), self.kept[2]

    def answers(self, path):
        np.save(path, np.array([self.settle(x) for x in self.held_out]))

    def weights(self, path):
        np.savez(path, feedforward=self.w, lateral=self.m)


learners = {}
print(json.dumps({"versions": {"pynsm": "stand-in", "torch": "none", "numpy": np.__version__}}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    do, name = command.pop("do"), command.pop("name")
    if do == "start":
        learners[name] = Learner(np.load(command.pop("problem")), **command)
        answer = {"done": do}
    elif do == "fail":
        answer = {"error": "ValueError: as asked"}
    elif do == "end":
        sys.exit(3)
    else:
        getattr(learners[name], do)(**command)
        answer = {"done": do}
    print(json.dumps(answer), flush=True)
