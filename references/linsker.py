"""R. Linsker, "From basic network principles to neural architecture", PNAS 83:7508 and 83:8390, 1986; R. Linsker,
"Self-organization in a perceptual network", IEEE Computer 21(3):105, 1988; D. J. C. MacKay, K. D. Miller, Neural
Computation 2:173, 1990.

A linear cell with N synapses at random places under a Gaussian arbor, on noise that the layers below hand on. The Hebb
rule with two constants, averaged over the noise of covariance Q:
    dw_i/dt = k1 + (1/N) sum_j (Q_ij + k2) w_j,   n_E - 1 <= w_i <= n_E
and pattern by pattern, for inputs x = a + m with a of zero mean and unit variance:
    y_i = (1/N) W_i x,   W_ij <- W_ij + eta (k1 + (x_j - x_0) y_i),   x_0 = m - k2 / m
Constants of layers B and C are recalled, not read.

Experiment: layer C. Q_ij = exp(-d_ij^2 / 2) from an all-excitatory layer B, arbor of variance 1.5 (C / A = 2/3), 300
synapses, k2 = -3, n_E = 1/2, 1500 Euler steps of 0.2, eight cells. Centre-surround index (mean weight of the inner half
of the synapses less that of the outer half) and dipole |<w exp(i phi)>| for k1 = 0.45 and for k1 = 0; share of positive
weights for k1 from 0 to 1.5.
"""

import numpy as np


def grow(w, Q, k1, k2, n_E=0.5, dt=0.2, steps=1500):
    for _ in range(steps):
        w = np.clip(w + dt * (k1 + Q @ w / len(w) + k2 * w.mean()), n_E - 1, n_E)
    return w


def learn(A, W, inputs, k1, k2, eta, m, n_E=0.5):
    """A holds the noise patterns, row i of `inputs` the cells of the layer below that cell i listens to."""
    for a in A:
        x = a[inputs] + m
        y = np.sum(W * x, axis=1) / W.shape[1]
        W = np.clip(W + eta * (k1 + (x - (m - k2 / m)) * y[:, None]), n_E - 1, n_E)
    return W


def centre_surround(w, P):
    r = np.linalg.norm(P, axis=1)
    return w[r < np.median(r)].mean() - w[r >= np.median(r)].mean()


def dipole(w, P):
    return abs(np.mean(w * np.exp(1j * np.arctan2(P[:, 1], P[:, 0]))))


def main():
    rng = np.random.default_rng(0)
    shares, k1s = [], (0.0, 0.15, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5)
    cells = [(np.sqrt(1.5) * rng.normal(size=(300, 2)), rng.uniform(-0.5, 0.5, 300)) for _ in range(8)]
    for k1 in k1s:
        grown = []
        for P, w in cells:
            Q = np.exp(-np.sum((P[:, None] - P[None]) ** 2, axis=2) / 2)
            grown.append((grow(w, Q, k1, -3.0), P))
        shares.append(np.mean([np.mean(w > 0) for w, _ in grown]))
        if k1 in (0.0, 0.45):
            print(f"centre-surround index (k1 = {k1}):", *(f"{centre_surround(w, P):.2f}" for w, P in grown))
            print(f"dipole (k1 = {k1}):", *(f"{dipole(w, P):.2f}" for w, P in grown))
    print("k1:", *k1s)
    print("share of positive weights:", *(f"{share:.2f}" for share in shares))


if __name__ == "__main__":
    main()
