"""Kernel similarity matching.

K. Luther, H. S. Seung, "Kernel similarity matching with Hebbian networks", NeurIPS 2022, for the radial kernel
f(x, w) = exp(-|x - w|^2 / 2 s^2), with <.> the mean over a mini-batch:
    e = sum_i q_i <y_i f(x, w_i)> - 1/2 sum_i q_i^2 f(w_i, w_i) - 1/2 sum_ij (L_ij <y_i y_j> - L_ij^2 / 2)
        - lambda/2 sum_i <y_i^2>
    y = (L + lambda I)^-1 (q f(x, W))
    q_i <- q_i + eta_q de/dq_i,   w_i <- w_i + eta_w / q_i^2 de/dw_i,   L <- L + eta_L / 2 (<y y'> - L)

Experiment: half moons. 1600 points with noise 0.1, centred; 16 neurons, s = 0.3, lambda = 0.001, batches of 64, 10,000
of them at rates (0.01, 0.01, 0.1), 10,000 at a tenth (the authors' demonstration). e over all points.
"""

import numpy as np


def respond(X, q, W, L, s, lam):
    f = np.exp(-np.sum((X[:, None] - W) ** 2, axis=2) / (2 * s**2))
    return f, np.linalg.solve(L + lam * np.eye(len(L)), (q * f).T).T


def learn(batches, q, W, L, s=0.3, lam=1e-3, rates=(0.01, 0.01, 0.1)):
    for X in batches:
        f, y = respond(X, q, W, L, s, lam)
        dq = np.mean(y * f, axis=0) - q
        dW = q[:, None] * np.mean((y * f)[:, :, None] * (X[:, None] - W), axis=0) / s**2
        dL = (y.T @ y / len(X) - L) / 2
        q, W, L = q + rates[0] * dq, W + rates[1] * dW / q[:, None] ** 2, L + rates[2] * dL
    return q, W, L


def objective(X, q, W, L, s=0.3, lam=1e-3):
    f, y = respond(X, q, W, L, s, lam)
    C = y.T @ y / len(X)
    gained = np.sum(q * np.mean(y * f, axis=0)) - np.sum(q**2) / 2
    return gained - np.sum(L * C - L**2 / 2) / 2 - lam / 2 * np.trace(C)


def moons(rng, T):
    angle, other = rng.uniform(0, np.pi, T), rng.random(T) < 0.5
    X = np.where(other, [1 - np.cos(angle), 0.5 - np.sin(angle)], [np.cos(angle), np.sin(angle)]).T
    X = X + 0.1 * rng.normal(size=(T, 2))
    return X - X.mean(axis=0)


def main():
    rng = np.random.default_rng(0)
    X, state = moons(rng, 1600), (np.ones(16), 0.5 * rng.normal(size=(16, 2)), np.eye(16))
    for factor in (1.0, 0.1):
        batches = (X[rng.integers(1600, size=64)] for _ in range(10_000))
        state = learn(batches, *state, rates=(0.01 * factor, 0.01 * factor, 0.1 * factor))
    print(f"kernel, objective e on half moons: {objective(X, *state):.4f}")
