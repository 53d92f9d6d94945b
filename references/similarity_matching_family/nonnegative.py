"""Rectifying neurons: non-negative similarity matching.

C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018; leak l2 and threshold l1 of S. Qin et
al., Nature Neuroscience 26:339, 2023:
    y = argmin over y >= 0 of y'(M + l2 I) y / 2 - y'(W x - l1), one neuron after the other:
    y_i <- max(0, (W_i x - sum_(j != i) M_ij y_j - l1) / (M_ii + l2))
    W <- W + 2 eta_t (y x' - W),   M <- M + eta_t / tau (y y' - M)

Experiment: the ring. Samples on the unit circle, 20 neurons, 2 eta = 0.02, leak 0.01, 3000 samples; similarity of the
outputs to points 0, 30, 60, 90 and 120 degrees apart (of the inputs: 1, 0.87, 0.5, 0, -0.5).
"""

import numpy as np


def settle(A, b, tolerance=1e-6, sweeps=5000):
    """Return the minimiser of y'A y / 2 - b'y over y >= 0."""
    y = np.zeros(len(b))
    for _ in range(sweeps):
        before = y.copy()
        for i in range(len(b)):
            y[i] = max(0.0, (b[i] - A[i] @ y + A[i, i] * y[i]) / A[i, i])
        if np.abs(y - before).max() <= tolerance * y.max():
            break
    return y


def learn(X, W, M, eta, tau=0.5, leak=0.0, threshold=0.0, **options):
    Y = []
    for t, x in enumerate(X):
        y = settle(M + leak * np.eye(len(M)), W @ x - threshold, **options)
        W = W + 2 * eta(t) * (np.outer(y, x) - W)
        M = M + eta(t) / tau * (np.outer(y, y) - M)
        Y.append(y)
    return W, M, np.array(Y)


def circle(angles):
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def main():
    rng = np.random.default_rng(0)
    X = circle(rng.uniform(0, 2 * np.pi, 3000))
    W, M, _ = learn(X, rng.normal(size=(20, 2)) / np.sqrt(2), np.eye(20), lambda t: 0.01, leak=0.01, tolerance=1e-3)
    Y = np.array([settle(M + 0.01 * np.eye(20), W @ x) for x in circle(np.arange(0, 2 * np.pi, np.pi / 36))])
    similarity = [np.mean(np.sum(Y * np.roll(Y, angle // 5, axis=0), axis=1)) for angle in (0, 30, 60, 90, 120)]
    print("ring, similarity of outputs 0, 30, 60, 90, 120 degrees apart:", *np.round(similarity, 2))
