"""The peer's side of the comparison of nets that learn by alignment: run by an interpreter with PyTorch and no bouton.

It reads one JSON command per line and answers each with one JSON line. Layers are custom `autograd.Function`s whose
backward pass takes feedback weights, the usual way in PyTorch; steps are written out, in place and without gradients.
"""

import json
import os
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
from torch.nn import functional

MOMENTUM, DECAY, EPSILON = 0.9, 1e-4, 1e-5


class Linear(torch.autograd.Function):
    """A dense layer whose errors come down by f."""

    @staticmethod
    def forward(ctx, x, w, b, f):
        ctx.save_for_backward(x, f)
        return torch.addmm(b, x, w.t())

    @staticmethod
    def backward(ctx, g):
        x, f = ctx.saved_tensors
        down = g @ f if ctx.needs_input_grad[0] else None
        return down, g.t() @ x, g.sum(0), None


class Convolution(torch.autograd.Function):
    """A convolution, without bias, whose errors come down by f."""

    @staticmethod
    def forward(ctx, x, w, f, stride):
        ctx.save_for_backward(x, w, f)
        ctx.stride = stride
        return functional.conv2d(x, w, stride=stride)

    @staticmethod
    def backward(ctx, g):
        x, w, f = ctx.saved_tensors
        down = torch.nn.grad.conv2d_input(x.shape, f, g, ctx.stride) if ctx.needs_input_grad[0] else None
        return down, torch.nn.grad.conv2d_weight(x, w.shape, g, ctx.stride), None, None


class Net:
    """Parameters, feedback weights, mini-batches, and what a step does with them."""

    def __init__(self, path, kind, rule, rate, feedback_rate):
        given = {name: torch.from_numpy(values) for name, values in np.load(path).items()}
        self.inputs, self.targets = given["inputs"], given["targets"]
        self.kind, self.rule, self.rate, self.feedback_rate = kind, rule, rate, feedback_rate
        number = sum(name.startswith("w") for name in given)
        self.w = [given[f"w{n}"].clone() for n in range(number)]
        self.b = [given[f"b{n}"].clone() for n in range(number)]
        self.f = [given[f"f{n}"].clone() for n in range(number)]
        self.strides = [int(each) for each in given["strides"]]
        self.gain = [torch.ones(len(each)) for each in self.b[:-1]] if kind == "convolution" else []
        self.parameters = [*self.w, *self.b, *self.gain]
        for each in self.parameters:
            each.requires_grad_(True)
        self.velocity = [torch.zeros_like(each) for each in self.parameters]
        self.feedback_velocity = [torch.zeros_like(each) for each in self.f]
        self.steps = 0

    def output(self, x):
        feedback = self.w if self.rule == "backpropagation" else self.f
        if self.kind == "dense":
            for n, (w, b, f) in enumerate(zip(self.w, self.b, feedback, strict=True)):
                x = Linear.apply(x, w, b, f.detach())
                x = torch.sigmoid(x) if n < len(self.w) - 1 else x
            return x
        for n, stride in enumerate(self.strides):
            edge = x.shape[-1]
            margin = max((-(-edge // stride) - 1) * stride + 3 - edge, 0)
            ends = margin // 2, margin - margin // 2
            x = Convolution.apply(functional.pad(x, ends * 2), self.w[n], feedback[n].detach(), stride)
            x = functional.batch_norm(x, None, None, self.gain[n], self.b[n], True, 0.1, EPSILON)
            x = torch.relu(x)
        return Linear.apply(x.mean((2, 3)), self.w[-1], self.b[-1], feedback[-1].detach())

    def step(self):
        place = self.steps % len(self.inputs)
        said, target = self.output(self.inputs[place]), self.targets[place]
        if self.kind == "dense":
            loss = functional.binary_cross_entropy_with_logits(said, target, reduction="sum") / len(target)
        else:
            loss = -(target * torch.log_softmax(said, 1)).sum() / len(target)
        slopes = torch.autograd.grad(loss, self.parameters)
        with torch.no_grad():
            if self.rule == "symmetric alignment":
                for w, f in zip(self.w[1:], self.f[1:], strict=True):
                    f.add_(w - f, alpha=2 * self.feedback_rate)
            elif self.rule == "Kolen-Pollack":
                self.move_feedback(slopes)
            for n, (each, slope, v) in enumerate(zip(self.parameters, slopes, self.velocity, strict=True)):
                if self.kind == "dense":
                    each.sub_(slope, alpha=self.rate)
                    continue
                if n < len(self.w):
                    slope = slope.add(each, alpha=DECAY)
                v.mul_(MOMENTUM).add_(slope)
                each.sub_(v, alpha=self.rate)
        self.steps += 1
        return loss

    def move_feedback(self, slopes):
        """Let feedback weights take the steps of the forward weights."""
        if self.kind == "dense":
            for f, slope in zip(self.f[1:], slopes[1:], strict=False):
                f.sub_(slope, alpha=self.rate)
            return
        for f, v, slope in zip(self.f[1:], self.feedback_velocity[1:], slopes[1:], strict=False):
            v.mul_(MOMENTUM).add_(slope.add(f, alpha=DECAY))
            f.sub_(v, alpha=self.rate)


class Predicting:
    """Layers that predict, by automatic differentiation of a hinge loss of each, as in the published code."""

    def __init__(self, path, kind, rule, rate, feedback_rate):
        given = {name: torch.from_numpy(values) for name, values in np.load(path).items()}
        self.inputs, self.others, self.turns = given["inputs"], given["others"], given["turns"]
        self.offsets, self.is_local = [int(each) for each in given["offsets"]], rule == "CLAPP"
        letters, number = ("w", "b", "p", *("r" if self.is_local else "")), sum(name.startswith("w") for name in given)
        self.layers = [
            {letter: given[f"{letter}{n}"].clone().requires_grad_(True) for letter in letters} for n in range(number)
        ]
        self.adam = torch.optim.Adam([each for layer in self.layers for each in layer.values()], lr=rate, foreach=True)
        self.steps = 0

    def step(self):
        x, drawn = self.inputs[self.steps % len(self.inputs)], self.steps % len(self.others)
        total, told = 0.0, 0.0
        for n, own in enumerate(self.layers):
            z = torch.relu(functional.linear(x, own["w"], own["b"]))
            for k, offset in enumerate(self.offsets):
                c, t = z[:, :-offset], z[:, offset:]
                others, turns = self.others[drawn, n, k], self.turns[drawn, n, k]
                p = functional.linear(c.detach() if self.is_local else c, own["p"][k])
                found = self.hinge((t * p).sum(-1), (t[others[0]] * p).sum(-1), turns[0])
                if self.is_local:
                    r = functional.linear(t.detach(), own["r"][k])
                    other = self.hinge((c * r).sum(-1), (c * r[others[1]]).sum(-1), turns[1])
                    told += float((found + other).detach()) / 2
                    found = found + other
                else:
                    told += float(found.detach())
                total = total + found / len(self.offsets)
            x = z.detach()
        self.adam.zero_grad()
        total.backward()
        self.adam.step()
        self.steps += 1
        return torch.tensor(told / len(self.offsets) / len(self.layers))

    def hinge(self, fixation, saccade, stays):
        lack, excess = torch.relu(1 - fixation), torch.relu(1 + saccade)
        if not self.is_local:
            return lack.mean() + excess.mean()
        each = lack[0].numel()
        lack, excess = stays @ lack.flatten(1).sum(1), (1 - stays) @ excess.flatten(1).sum(1)
        return lack / (each * stays.sum()).clamp(min=1) + excess / (each * (1 - stays).sum()).clamp(min=1)


def products(shapes, steps):
    """Time the matrix products (m, k) x (k, n) that a step cannot do without."""
    pairs = [(torch.randn(m, k), torch.randn(k, n)) for m, k, n in shapes]
    before = time.perf_counter(), time.process_time()
    for _ in range(steps):
        for one, other in pairs:
            torch.mm(one, other)
    return since(before)


def since(before):
    """Return seconds of the clock and of the processors."""
    return {"seconds": time.perf_counter() - before[0], "cpu": time.process_time() - before[1]}


def main():
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    nets = {}
    say({"versions": {"torch": version("torch")}})
    for line in sys.stdin:
        command = json.loads(line)
        name, steps = command.pop("name"), command.pop("steps", 0)
        if "shapes" in command:
            say(products(command["shapes"], steps))
            continue
        if "path" in command:
            nets[name] = (Predicting if command["kind"] == "predictive" else Net)(**command)
        before, loss = (time.perf_counter(), time.process_time()), torch.tensor(float("nan"))
        for _ in range(steps):
            loss = nets[name].step()
        say({**since(before), "loss": float(loss.detach())})


def say(told):
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
