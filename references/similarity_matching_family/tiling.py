"""Manifold tiling, online.

A. M. Sengupta, C. Pehlevan, M. Tepper, A. Genkin, D. B. Chklovskii, NeurIPS 2018, 7080-7090:
    dy = g_y (W x - V'z - sqrt(alpha) b), y >= 0;   dz = g_z (V y - beta z), z >= 0      Euler steps until both rest
    W <- W + eta (y x' - W),   V <- V + eta (z y' - V),   b <- b + eta (sqrt(alpha) y - b)

Gains are not published; they set how fast the network settles, not where. As in bouton, g_y is beta / 2 over the sum of
the squares of the neuron's synapses V (plus 1e-6 beta), g_z is 2 / beta, and steps are max(0.5 / (1 + 0.005 k), 0.05).

Experiment: the ring. Samples on the unit circle, 6 neurons, alpha = 0.7, beta = 1, eta = 0.05 / (1 + t / 1000), 4000
samples. Widths of the receptive fields, and largest distance of two neighbouring peaks over the mean.
"""

import numpy as np


def settle(x, W, V, b, alpha, beta, tolerance=1e-3, steps=2000):
    y, z = np.zeros(len(W)), np.zeros(len(V))
    drive, gain = W @ x - np.sqrt(alpha) * b, 0.5 * beta / (np.sum(V**2, axis=0) + 1e-6 * beta)
    for k in range(steps):
        h = max(0.5 / (1 + 0.005 * k), 0.05)
        y_new = np.maximum(y + h * gain * (drive - V.T @ z), 0)
        z_new = np.maximum(z + h * 2 * (V @ y / beta - z), 0)
        moved = [np.linalg.norm(y_new - y) / h, np.linalg.norm(z_new - z) / h]
        y, z = y_new, z_new
        if moved[0] <= tolerance * np.linalg.norm(y) and moved[1] <= tolerance * np.linalg.norm(z):
            break
    return y, z


def learn(X, W, V, b, alpha, beta, eta, **options):
    Y = []
    for t, x in enumerate(X):
        y, z = settle(x, W, V, b, alpha, beta, **options)
        W = W + eta(t) * (np.outer(y, x) - W)
        V = V + eta(t) * (np.outer(z, y) - V)
        b = b + eta(t) * (np.sqrt(alpha) * y - b)
        Y.append(y)
    return W, V, b, np.array(Y)


def circle(angles):
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def main():
    rng, m = np.random.default_rng(0), 6
    W, V = rng.normal(size=(m, 2)) / np.sqrt(2 * m), np.eye(m) / np.sqrt(m)
    X = circle(rng.uniform(0, 2 * np.pi, 4000))
    W, V, b, _ = learn(X, W, V, np.zeros(m), 0.7, 1.0, lambda t: 0.05 / (1 + t / 1000))
    Y = np.array([settle(x, W, V, b, 0.7, 1.0)[0] for x in circle(np.arange(360) * np.pi / 180)])
    peaks = np.sort(Y.argmax(axis=0))
    print("tiling, widths of the fields in degrees:", *np.sort((0.02 * Y.max(axis=0) < Y).sum(axis=0)))
    print(f"tiling, largest over mean distance of peaks: {np.diff([*peaks, peaks[0] + 360]).max() * m / 360:.2f}")
