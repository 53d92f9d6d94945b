"""C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
correlations", PLoS Computational Biology 20(2):e1011844, 2024, arXiv:2105.10109.

y = max(0, W x); the change is summed over a mini-batch of B samples:
    invariant        x y^2 - (h / h0) x y           h a running mean of y^2 (tau = 2000 samples), here starting at h0
    kurtosis         x y^3 - (h / h0) x y           h a running mean of y^3
    heterosynaptic   x y^2 - lambda y^2 w           controls: depression that acts on the weight itself
    oja              x y - y^2 w / h0
and steps are Adam's with both memories 0.9, as in the authors' code. With inhibition V (a population, "invariant" and a
leak kappa of the weights): u <- u + (W x - V y - u) / 3 ten times, from u = W x, y = max(0, u);
    V <- V + Adam of sum (y_k - theta) y_j - c V_kj,   V >= 0, V_kk = 0

Experiment: figure 2a (the authors' notebook E1). 60 inputs, 100,000 samples of 1 ms: a group of 20 with rare events of
100 ms that they share, a group of 20 with a slow fluctuation that they share and that has the largest variance, and 20
independent ones; weights of 0 or above, 1000 mini-batches of 100 ten times. Mean weights of the three groups, and
correlation of the drive with the fluctuation: invariant rules find the events, the controls follow the fluctuation.
"""

import numpy as np

POWER = {"invariant": 2, "kurtosis": 3, "heterosynaptic": 2, "oja": 1}


def adam(w, change, mean, square, t, eta, epsilon):
    mean, square = 0.9 * mean + 0.1 * change, 0.9 * square + 0.1 * change**2
    return w + eta * (mean / (1 - 0.9**t)) / (np.sqrt(square / (1 - 0.9**t)) + epsilon), mean, square


def learn(batches, W, rule, h0, lam, eta, tau=2000.0, nonnegative=False, epsilon=1e-8):
    h, moments, p = np.full(len(W), h0), (np.zeros_like(W), np.zeros_like(W)), POWER[rule]
    for t, X in enumerate(batches, 1):
        y, B = np.maximum(X @ W.T, 0), len(X)
        change = (y**p).T @ X
        if rule in ("invariant", "kurtosis"):
            change -= (h / h0)[:, None] * (y.T @ X)
        else:
            change -= (1 / h0 if rule == "oja" else lam) * np.sum(y**2, axis=0)[:, None] * W
        h = (1 - B / tau) * h + B / tau * np.mean(y ** max(p, 2), axis=0)
        W, *moments = adam(W, change, *moments, t, eta, epsilon)
        W = np.maximum(W, 0) if nonnegative else W
    return W, h


def population(batches, W, kappa, eta, eta_V, theta, c, tau=2000.0, epsilon=1e-8):
    h, V = np.ones(len(W)), np.zeros((len(W), len(W)))
    own, between = (np.zeros_like(W),) * 2, (np.zeros_like(V),) * 2
    for t, X in enumerate(batches, 1):
        u = X @ W.T
        for _ in range(10):
            u = u + (X @ W.T - np.maximum(u, 0) @ V.T - u) / 3
        y, B = np.maximum(u, 0), len(X)
        change = (y**2).T @ X - h[:, None] * (y.T @ X) - B * kappa * W
        inhibition = (y - theta).T @ y - B * c * V
        h = (1 - B / tau) * h + B / tau * np.mean(y**2, axis=0)
        W, *own = adam(W, change, *own, t, eta, epsilon)
        V, *between = adam(V, inhibition, *between, t, eta_V, epsilon)
        V = np.maximum(V, 0)
        np.fill_diagonal(V, 0)
    return W, V, h


def signals(rng, T=100_000):
    shape, events, t = 1 + 0.3 * np.exp(-np.linspace(0, 100, 100) / 30), np.zeros(T + 100), 0
    while (t := t + int(rng.exponential(1000))) < T:
        events[t : t + 100], t = shape, t + 100
    fluctuation, noise = np.zeros(T), np.sqrt(2 / 200) * rng.normal(size=T)
    for t in range(1, T):
        fluctuation[t] = (1 - 1 / 200) * fluctuation[t - 1] + noise[t]
    groups = [
        2.2 * (events[:T, None] + 0.1 * rng.normal(size=(T, 20))),
        1.2 * fluctuation[:, None] + 0.2 * rng.normal(size=(T, 20)),
        0.5 * np.sqrt(20) * rng.normal(size=(T, 20)),
    ]
    X = np.concatenate(groups, axis=1)
    return X - X.mean(axis=0), fluctuation


def main():
    rng = np.random.default_rng(0)
    X, fluctuation = signals(rng)
    start = np.maximum(rng.normal(size=(1, 60)), 0)
    rules = {
        "invariant": (5.0, 1.0, 5e-4),
        "kurtosis": (4.0, 1.0, 1e-3),
        "heterosynaptic": (1.0, 1.5, 2e-4),
        "oja": (20.0, 1.0, 1e-3),
    }
    for rule, constants in rules.items():
        batches = (X[rows] for _ in range(10) for rows in rng.permutation(len(X)).reshape(-1, 100))
        W, _ = learn(batches, start, rule, *constants, nonnegative=True)
        weights = np.round(W.reshape(3, 20).mean(axis=1), 2)
        print(f"{rule}, mean weights of events, fluctuation, rest:", *weights)
        print(f"{rule}, correlation with the fluctuation: {np.corrcoef((X @ W.T)[:, 0], fluctuation)[0, 1]:.2f}")
