"""C. Pehlevan, D. B. Chklovskii, "A Hebbian/anti-Hebbian network derived from online non-negative matrix factorization
can cluster and discover sparse features", Asilomar 2014, arXiv:1503.00680.

    min over Y >= 0 of ||X'X - Y'Y||_F^2 + lambda rank Y, one sample at a time:
    y_i <- max(0, W_i x - M_i y), one neuron after the other until nothing changes       (neurons in use)
    y_i = sqrt(r) where Yhat_i = 0, r = |x|^2 - |y|^2 > 0 and r^2 > lambda               (a silent neuron is recruited)
    Yhat_i <- Yhat_i + y_i^2
    W_ij <- W_ij + y_i (x_j - W_ij y_i) / Yhat_i,   M_ij <- M_ij + y_i (y_j - M_ij y_i) / Yhat_i, j != i

x sample (n,), y activity (m,), W feed-forward weights (m, n), M lateral weights (m, m), Yhat cumulative activity (m,).

Experiment: clusters. Five Gaussian clusters of 50 dimensions (centres 2.5 N(0, I), unit noise), 2000 samples in random
order, twelve neurons, none in use at the start; four data sets for each of the rank penalties.
"""

import numpy as np


def settle(x, W, M, Yhat, tolerance=1e-9, sweeps=5000):
    y = np.zeros(len(W))
    drive = W @ x
    for _ in range(sweeps):
        before = y.copy()
        for i in np.flatnonzero(Yhat):
            y[i] = max(0.0, drive[i] - M[i] @ y)
        if np.abs(y - before).max() <= tolerance * y.max():
            break
    return y


def recruit(x, y, Yhat, penalty):
    r = x @ x - y @ y
    if (Yhat == 0).any() and r > 0 and r**2 > penalty:
        y[np.flatnonzero(Yhat == 0)[0]] = np.sqrt(r)
    return y


def learn(X, m, penalty, **options):
    W, M, Yhat, Y = np.zeros((m, X.shape[1])), np.zeros((m, m)), np.zeros(m), []
    for x in X:
        y = recruit(x, settle(x, W, M, Yhat, **options), Yhat, penalty)
        Yhat = Yhat + y**2
        for i in np.flatnonzero(y):
            W[i] += y[i] / Yhat[i] * (x - W[i] * y[i])
            M[i] += y[i] / Yhat[i] * (y - M[i] * y[i])
            M[i, i] = 0
        Y.append(y)
    return W, M, Yhat, np.array(Y)


def clusters(rng, n=50, k=5, T=2000):
    centres = 2.5 * rng.normal(size=(k, n))
    labels = rng.permutation(np.arange(T) % k)
    return centres[labels] + rng.normal(size=(T, n)), labels, centres


def main():
    for penalty in (20_000, 50_000):
        units, active, cosines = [], [], []
        for seed in range(4):
            X, _, centres = clusters(np.random.default_rng(seed))
            W, _, Yhat, Y = learn(X, 12, penalty)
            used = W[Yhat > 0] / np.linalg.norm(W[Yhat > 0], axis=1, keepdims=True)
            cosine = used @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T
            units.append(len(used))
            active.append((Y > 0).sum(axis=1).mean())
            cosines.append(cosine.max(axis=1).min())
        print(f"units recruited (penalty {penalty}):", *units)
        print(f"active units per sample (penalty {penalty}):", *np.round(active, 2))
        print(f"smallest cosine of weights and centre (penalty {penalty}):", *np.round(cosines, 3))


if __name__ == "__main__":
    main()
