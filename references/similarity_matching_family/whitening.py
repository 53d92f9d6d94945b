"""Whitening by interneurons, and blind separation of non-negative sources on top of it.

C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017, with the rates of later published code:
    h = (G'G)^-1 F x,   g = G h;   dx = x - mean so far, dh and dg the responses to it
    F <- F + eta_t (dh dx' - F),   G <- G + eta_t (dg dh' - G),   eta_t = 1 / (100 + t)
    y by non-negative similarity matching of h

Experiment: three sources, uniform(0, sqrt(48/5)) half of the time and 0 otherwise, mixed by a Gaussian matrix, 20,000
samples; rate of the upper layer 0.1 / (1 + t / 1000). Correlation of each source with its neuron over the last 2000.
"""

import numpy as np

from references.similarity_matching_family import nonnegative


def whiten(X, F, G):
    mean, H = np.zeros(X.shape[1]), []
    for t, x in enumerate(X):
        mean = mean + (x - mean) / (t + 1)
        h, dh = np.linalg.solve(G.T @ G, F @ np.stack([x, x - mean]).T).T
        H.append(h)
        F, G = (F + (np.outer(dh, x - mean) - F) / (100 + t), G + (np.outer(G @ dh, dh) - G) / (100 + t))
    return F, G, np.array(H)


def separate(X, F, G, W, M, eta, **options):
    """Both layers learn at once; as the lower does not depend on the upper, it may run first."""
    F, G, H = whiten(X, F, G)
    W, M, Y = nonnegative.learn(H, W, M, eta, **options)
    return F, G, W, M, Y


def main():
    rng = np.random.default_rng(0)
    S = rng.uniform(0, np.sqrt(48 / 5), (20_000, 3)) * (rng.random((20_000, 3)) < 0.5)
    X, start = S @ rng.normal(size=(3, 3)).T, rng.normal(size=(3, 3))
    F, W = start / np.linalg.norm(start, axis=1, keepdims=True), rng.normal(size=(3, 3)) / np.sqrt(3)
    F, G, _, _, Y = separate(X, F, np.eye(3), W, np.eye(3), lambda t: 0.05 / (1 + t / 1000))
    H = X @ np.linalg.solve(G.T @ G, F).T
    deviation = np.abs(np.cov(H.T) - np.eye(3)).max()
    print(f"whitening, largest deviation of the covariance from the identity: {deviation:.3f}")
    correlation = np.corrcoef(Y[-2000:].T, S[-2000:].T)[:3, 3:]
    print("separation, correlation of each source with its neuron:", *np.round(correlation.max(axis=0), 5))
