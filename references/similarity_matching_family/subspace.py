"""Linear neurons: the network of 2015 and the min-max network of 2018. Both find the principal subspace.

C. Pehlevan, T. Hu, D. B. Chklovskii, Neural Computation 27:1461, 2015, arXiv:1503.00669:
    y = (I + M)^-1 W x,   Yhat_i <- beta Yhat_i + y_i^2
    W_ij <- W_ij + y_i (x_j - W_ij y_i) / Yhat_i,   M_ij <- M_ij + y_i (y_j - M_ij y_i) / Yhat_i, j != i

C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018:
    y = M^-1 W x,   W <- W + 2 eta_t (y x' - W),   M <- M + eta_t / tau (y y' - M)

Its fast form, A. Giovannucci, V. Minden, C. Pehlevan, D. B. Chklovskii, 2018, keeps P = M^-1; with s = eta_t / tau:
    P <- P / (1 - s),   z = P y,   P <- P - s z z' / (1 + s z.y)

Experiment: Gaussian samples of 10 dimensions with variances (4.5, 3.5, 1, then 0.01), scaled to a mean |x|^2 of 1;
three neurons; distance ||Q Q' - V V'||_F^2 of the subspace found from the principal one.
"""

import numpy as np


def network_of_2015(X, W, Yhat, beta=1.0):
    W, M, Y = W.copy(), np.zeros((len(W), len(W))), []
    for x in X:
        y = np.linalg.solve(np.eye(len(W)) + M, W @ x)
        Yhat = beta * Yhat + y**2
        W += (y / Yhat)[:, None] * (x - W * y[:, None])
        M += (y / Yhat)[:, None] * (y - M * y[:, None])
        np.fill_diagonal(M, 0)
        Y.append(y)
    return W, M, Yhat, np.array(Y)


def min_max(X, W, M, eta, tau=0.5):
    Y = []
    for t, x in enumerate(X):
        y = np.linalg.solve(M, W @ x)
        W = W + 2 * eta(t) * (np.outer(y, x) - W)
        M = M + eta(t) / tau * (np.outer(y, y) - M)
        Y.append(y)
    return W, M, np.array(Y)


def fast_min_max(X, W, M, eta, tau=0.5):
    P, Y = np.linalg.inv(M), []
    for t, x in enumerate(X):
        y, s = P @ W @ x, eta(t) / tau
        W = W + 2 * eta(t) * (np.outer(y, x) - W)
        P = P / (1 - s)
        z = P @ y
        P = P - s / (1 + s * z @ y) * np.outer(z, z)
        Y.append(y)
    return W, P, np.array(Y)


def gaussian(rng, T, variances=(4.5, 3.5, 1.0, *[0.01] * 7)):
    directions = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    return rng.normal(size=(T, 10)) * np.sqrt(np.array(variances) / sum(variances)) @ directions.T, directions


def subspace_error(F, V):
    Q = np.linalg.qr(F.T)[0]
    return np.sum((Q @ Q.T - V @ V.T) ** 2)


def main():
    rng = np.random.default_rng(0)
    X, directions = gaussian(rng, 20_000)
    V, start = directions[:, :3], rng.normal(size=(3, 10))
    W, M, _, _ = network_of_2015(X, start / np.linalg.norm(start, axis=1, keepdims=True), np.full(3, 10.0))
    F = np.linalg.solve(np.eye(3) + M, W)
    print(f"network of 2015, subspace error after 20000 samples: {subspace_error(F, V):.1e}")
    print(f"network of 2015, largest deviation of F F' from the identity: {np.abs(F @ F.T - np.eye(3)).max():.1e}")
    for T in (1000, 20_000):
        W, M, Y = min_max(X[:T], start / np.sqrt(10), np.eye(3), lambda t: 1 / (t + 5))
        print(f"min-max network, subspace error after {T} samples: {subspace_error(np.linalg.solve(M, W), V):.1e}")
    fast = fast_min_max(X, start / np.sqrt(10), np.eye(3), lambda t: 1 / (t + 5))[2]
    print(f"fast form, largest difference of the outputs: {np.abs(fast - Y).max():.1e}")
