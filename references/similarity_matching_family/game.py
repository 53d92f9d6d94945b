"""The correlation game.

H. S. Seung, J. Zung, arXiv:1704.00646, 2017 (recalled in structure; constants and the leak l are choices):
    y = argmax over y >= 0 of y'W x - y'(L + l I) y / 2
    L_ij <- max(0, L_ij + eta_t (y_i y_j - D_ij)),   D_ii = q^2, D_ij = p^2
    W_ij <- max(0, W_ij + eta_t / tau (y_i x_j - gamma W_ij - kappa (sum_k W_ik - rho)))

Experiment: bars. Images of 4 x 4 pixels, each of 8 bars present one time in four, scaled to a mean |x|^2 of 1; 8
neurons, 10,000 samples. Mean products of activities over their bounds, and share of synapses at zero.
"""

import numpy as np

from references.similarity_matching_family.nonnegative import settle


def learn(X, W, L, D, eta, gamma=0.01, kappa=0.5, rho=2.0, leak=0.02, tau=2.0, **options):
    Y = []
    for t, x in enumerate(X):
        y = settle(L + leak * np.eye(len(L)), W @ x, **options)
        total = W.sum(axis=1, keepdims=True)
        L = np.maximum(0, L + eta(t) * (np.outer(y, y) - D))
        W = np.maximum(0, W + eta(t) / tau * (np.outer(y, x) - gamma * W - kappa * (total - rho)))
        Y.append(y)
    return W, L, np.array(Y)


def bars(rng, T, side=4):
    present = rng.random((2, T, side, 1)) < 0.25
    images = np.maximum(present[0], present[1].transpose(0, 2, 1)).reshape(T, -1).astype(float)
    return images / np.sqrt(np.mean(np.sum(images**2, axis=1)))


def main():
    rng, m = np.random.default_rng(0), 8
    X, D = bars(rng, 10_000), 0.1 + 0.9 * np.eye(m)
    W = rng.uniform(size=(m, 16)) * 4 / 16
    W, _, Y = learn(X, W, np.eye(m), D, lambda t: 0.01 / (1 + 3e-4 * t), tolerance=1e-4)
    ratio, off = Y[-5000:].T @ Y[-5000:] / 5000 / D, ~np.eye(m, dtype=bool)
    print(f"game, largest mean square over its bound: {np.diag(ratio).max():.2f}")
    print(f"game, largest mean product of two neurons over its bound: {ratio[off].max():.2f}")
    print(f"game, share of excitatory synapses at zero: {np.mean(W == 0):.2f}")
