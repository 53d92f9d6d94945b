"""The peer's side of the comparison of networks fitted to spikes: run by an interpreter with PyTorch and no bouton.

It reads one JSON command per line and answers each with one JSON line.
"""

import json
import os
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
from torch.nn import functional

THRESHOLD, DAMPENING, TARGET, RATE = 0.4, 0.3, 0.17, 1e-3
WEIGHTS = (0.4, 0.1, 50.0, 0.001)


class Spike(torch.autograd.Function):
    """A random spike with a slope of its own."""

    @staticmethod
    def forward(ctx, potential):
        ctx.save_for_backward(potential)
        return torch.bernoulli(torch.sigmoid(potential))

    @staticmethod
    def backward(ctx, slope):
        (potential,) = ctx.saved_tensors
        return slope * DAMPENING * torch.clamp(1 - potential.abs(), min=0)


def lagged(spikes, lags):
    bins = spikes.shape[1]
    return torch.cat([functional.pad(spikes, (0, 0, lag, 0))[:, :bins] for lag in range(lags, 0, -1)], dim=2)


def sampled(kernels, drive):
    """Return potentials and spikes of neurons that see their own past, bin after bin."""
    trials, bins, neurons = drive.shape
    past = drive.new_zeros(trials, len(kernels))
    potentials, spikes = [], []
    for number in range(bins):
        potential = (drive[:, number] + past @ kernels - THRESHOLD) / THRESHOLD
        fired = Spike.apply(potential)
        past = torch.cat([past[:, neurons:], fired], dim=1)
        potentials.append(potential)
        spikes.append(fired)
    return torch.stack(potentials, 1), torch.stack(spikes, 1)


def covariances(centred, lags):
    trials, bins, neurons = centred.shape
    flat = centred.reshape(-1, neurons)
    each = [flat.t() @ torch.roll(centred, lag, 1).reshape(-1, neurons) for lag in range(lags)]
    return torch.stack(each) / (trials * bins)


class Fit:
    """Parameters, trials, and what an update does with them."""

    def __init__(self, path):
        given = {name: torch.from_numpy(each) for name, each in np.load(path).items()}
        self.recorded, self.hidden, self.lags = map(int, given["sizes"])
        self.spikes, self.stimulus, self.order = given["spikes"].float(), given["stimulus"], given["order"].long()
        bias = torch.zeros(self.recorded + self.hidden)
        self.parameters = [torch.nn.Parameter(each) for each in (given["kernels"], given["inputs"], bias)]
        self.adam = torch.optim.Adam(self.parameters, RATE)
        self.steps = 0

    def forced(self, drive, spikes):
        kernels, seen, neurons = self.parameters[0], self.recorded, self.recorded + self.hidden
        each = kernels.reshape(self.lags, neurons, neurons)
        current = drive + lagged(spikes, self.lags) @ each[:, :seen].reshape(-1, neurons)
        if self.hidden:
            _, own = sampled(each[:, seen:, seen:].reshape(-1, self.hidden), current[..., seen:])
            current = current[..., :seen] + lagged(own, self.lags) @ each[:, seen:, :seen].reshape(-1, seen)
        return (current - THRESHOLD) / THRESHOLD

    def step(self):
        spikes = self.spikes[self.order[self.steps % len(self.order)]]
        kernels, inputs, bias = self.parameters
        drive = (self.stimulus @ inputs + bias).expand(len(spikes), -1, -1)
        loss = WEIGHTS[0] * functional.binary_cross_entropy_with_logits(self.forced(drive, spikes), spikes)
        potentials, fired = sampled(kernels, drive)
        chance = torch.sigmoid(potentials[..., : self.recorded])
        aim, found = spikes.mean(0), chance.mean(0).clamp(1e-7, 1 - 1e-7)
        loss = loss + WEIGHTS[1] * functional.binary_cross_entropy(found, aim)
        gap = covariances(spikes - aim, self.lags) - covariances(chance - chance.mean(0), self.lags)
        loss = loss + WEIGHTS[2] * (gap**2).mean()
        if self.hidden:
            loss = loss + WEIGHTS[3] * ((fired[..., self.recorded :].mean((0, 1)) - TARGET) ** 2).mean()
        self.adam.zero_grad()
        loss.backward()
        for each in self.parameters:
            torch.nn.utils.clip_grad_norm_([each], 1.0)
        self.adam.step()
        self.steps += 1
        return loss


def main():
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(0)
    fits = {}
    say({"versions": {"torch": version("torch")}})
    for line in sys.stdin:
        command = json.loads(line)
        if "path" in command:
            fits[command["name"]] = Fit(command["path"])
        before, loss = (time.perf_counter(), time.process_time()), torch.tensor(float("nan"))
        for _ in range(command["steps"]):
            loss = fits[command["name"]].step()
        told = {"seconds": time.perf_counter() - before[0], "cpu": time.process_time() - before[1]}
        say({**told, "loss": float(loss.detach())})


def say(told):
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
