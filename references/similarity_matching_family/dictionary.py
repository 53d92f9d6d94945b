"""Neurons with a dead zone: online sparse dictionary learning.

T. Hu, C. Pehlevan, D. B. Chklovskii, Asilomar 2014, arXiv:1503.00690:
    y_i <- S(W_i x - M_i y), one neuron after the other;   S(u) = sign(u) max(|u| - theta, 0)
    Yhat_i <- Yhat_i + y_i^2
    W_ij <- W_ij + y_i (x_j - W_ij y_i) / Yhat_i,   M_ij <- M_ij + y_i (y_j - M_ij y_i) / Yhat_i, j != i

Experiment: mixtures of 8 sources, Laplacian one time in five and 0 otherwise, by an orthogonal matrix; 8 neurons,
theta = 0.3, 3000 samples. Share of active neurons, and correlation of M with W W' off the diagonal (the paper compares
the network with sparse coding, where the two are equal).
"""

import numpy as np


def settle(x, W, M, theta, tolerance=1e-6, sweeps=100):
    y, drive = np.zeros(len(W)), W @ x
    for _ in range(sweeps):
        before = y.copy()
        for i in range(len(W)):
            u = drive[i] - M[i] @ y
            y[i] = np.sign(u) * max(abs(u) - theta, 0.0)
        if np.abs(y - before).max() <= tolerance * np.abs(y).max():
            break
    return y


def learn(X, W, Yhat, theta, **options):
    W, M, Y = W.copy(), np.zeros((len(W), len(W))), []
    for x in X:
        y = settle(x, W, M, theta, **options)
        Yhat = Yhat + y**2
        W += (y / Yhat)[:, None] * (x - W * y[:, None])
        M += (y / Yhat)[:, None] * (y - M * y[:, None])
        np.fill_diagonal(M, 0)
        Y.append(y)
    return W, M, Yhat, np.array(Y)


def main():
    rng = np.random.default_rng(0)
    S = rng.laplace(size=(3000, 8)) * (rng.random((3000, 8)) < 0.2)
    X, start = S @ np.linalg.qr(rng.normal(size=(8, 8)))[0].T, rng.normal(size=(8, 8))
    W, M, _, Y = learn(X, start / np.linalg.norm(start, axis=1, keepdims=True), np.full(8, 10.0), 0.3)
    off = ~np.eye(8, dtype=bool)
    print(f"dictionary, share of active neurons in the last 1000 samples: {np.mean(Y[-1000:] != 0):.3f}")
    print(f"dictionary, correlation of M with W W': {np.corrcoef(M[off], (W @ W.T)[off])[0, 1]:.3f}")
