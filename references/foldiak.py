"""P. Foldiak, "Forming sparse representations by local anti-Hebbian learning", Biological Cybernetics 64:165-170, 1990.

    dv_i/dt = f(sum_j q_ij x_j - sum_j w_ij v_j - t_i) - v_i,   f(u) = 1 / (1 + exp(-lambda u)),   y_i = 1 if v_i > 1/2
    w_ij <- max(0, w_ij + alpha (y_i y_j - p^2)), j != i
    q_ij <- q_ij + beta y_i (x_j - q_ij)
    t_i <- t_i + gamma (y_i - p)
(w is the strength of inhibition, the negative of the paper's). `graded` is the same with y = max(0, v - t) and
dv/dt = q x - w y - v, as in B. Illing, W. Gerstner, J. Brea, Neural Networks 118:90, 2019.

Experiment: lines. 8 x 8 pixels, each of 16 lines present one time in eight; 16 neurons, p = 1/8, alpha = 0.1,
beta = gamma = 0.02, lambda = 10 (recalled), the first 100 patterns for thresholds alone, with gamma = 0.1. Number of
lines that some neuron's weights correlate with by more than 0.9, after 800, 1200 and 2000 patterns, of three starts.
"""

import numpy as np


def learn(X, q, w, t, p, alpha, beta, gamma, lam, steps=50):
    for x in X:
        drive, v = q @ x, np.zeros(len(q))
        for _ in range(steps):
            v = v + 0.1 * (1 / (1 + np.exp(-lam * (drive - w @ v - t))) - v)
        y = (v > 0.5).astype(float)
        q = q + beta * y[:, None] * (x - q)
        w = np.maximum(w + alpha * (np.outer(y, y) - p**2), 0)
        np.fill_diagonal(w, 0)
        t = t + gamma * (y - p)
    return q, w, t


def graded(X, q, w, t, p, alpha, beta, gamma, steps=50):
    for x in X:
        drive, v = q @ x, np.zeros(len(q))
        for _ in range(steps):
            v = v + 0.1 * (drive - w @ np.maximum(v - t, 0) - v)
        y = np.maximum(v - t, 0)
        q = q + beta * y[:, None] * (x - q)
        w = np.maximum(w + alpha * (np.outer(y, y) - p**2), 0)
        np.fill_diagonal(w, 0)
        t = t + gamma * (y - p)
    return q, w, t


def pictures(rng, T, side=8):
    rows, columns = rng.random((2, T, side)) < 1 / 8
    return (rows[:, :, None] | columns[:, None, :]).reshape(T, -1).astype(float)


def main():
    rng, lines = np.random.default_rng(0), np.eye(8)
    lines = np.concatenate([np.kron(lines, np.ones(8)), np.kron(np.ones(8), lines)])
    found = []
    for _ in range(3):
        X, q = pictures(rng, 2100), rng.normal(size=(16, 64))
        state = q / np.linalg.norm(q, axis=1, keepdims=True), np.zeros((16, 16)), np.ones(16)
        state = learn(X[:100], *state, 1 / 8, 0.0, 0.0, 0.1, 10.0)
        for start, stop in ((100, 900), (900, 1300), (1300, 2100)):
            state = learn(X[start:stop], *state, 1 / 8, 0.1, 0.02, 0.02, 10.0)
            correlation = np.corrcoef(state[0], lines)[:16, 16:]
            found.append(np.sum(correlation.max(axis=0) > 0.9))
    for place, count in enumerate((800, 1200, 2000)):
        print(f"lines found after {count} patterns:", *found[place::3])


if __name__ == "__main__":
    main()
