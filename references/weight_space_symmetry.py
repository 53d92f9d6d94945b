"""J. Brea, B. Şimşek, B. Illing, W. Gerstner (2019), "Weight-space symmetry in deep networks", arXiv:1907.02911.

A neuron (w, a) of a critical point is divided into (w, mu a) and (w, (1 - mu) a). With
B = sum (a.delta) s''(w.x) x x^T and C = sum s'(w.x) x delta^T the Hessian has the inertia of that of the reduced
network and of [[mu (1 - mu) B, C], [C^T, 0]]. Task and training are those of `references.landscape_geometry`.

What is printed: for each neuron of the best network of three neurons the eigenvalues of B, the lowest eigenvalues of
the Hessian after duplication with mu = 1/2, and the loss at which the flow ends that leaves along the lowest direction.
"""

import numpy as np

from references.landscape_geometry import (
    d2s,
    ds,
    f,
    glorot,
    gradient,
    gradient_flow,
    hessian,
    levenberg_marquardt,
    loss,
    task,
)


def split(theta):
    n = theta.size // 3
    return theta[:-n].reshape(n, 2), theta[-n:]


def duplicate(theta, i, mu):
    W, a = split(theta)
    a = np.append(a, (1 - mu) * a[i])
    a[i] *= mu
    return np.concatenate([np.append(W, W[i][None], axis=0).ravel(), a])


def B_and_C(theta, i, X, y):
    W, a = split(theta)
    delta = 2 / len(X) * (f(theta, X) - y)
    u = X @ W[i]
    B = (X * (a[i] * delta * d2s(u))[:, None]).T @ X
    C = X.T @ (ds(u) * delta)
    return B, C


def newton(theta, X, y, steps=5):
    for _ in range(steps):
        theta = theta - np.linalg.solve(hessian(theta, X, y), gradient(theta, X, y))
    return theta


def reduced_minimum(X, y, seed=0):
    """The minimum of three neurons, the neurons in the order of their first incoming weights."""
    theta = newton(levenberg_marquardt(gradient_flow(glorot(3, seed), X, y, 1e4), X, y, 300), X, y)
    W, a = split(theta)
    order = np.argsort(W[:, 0])
    return np.concatenate([W[order].ravel(), a[order]])


def descend(theta, i, sign, X, y):
    B, _ = B_and_C(theta, i, X, y)
    v = np.linalg.eigh(B)[1][:, 0]
    wide = duplicate(theta, i, 0.5)
    n = wide.size // 3
    wide[2 * i : 2 * i + 2] += sign * 1e-3 * v / 2
    wide[2 * n - 2 : 2 * n] -= sign * 1e-3 * v / 2
    return levenberg_marquardt(gradient_flow(wide, X, y), X, y, 1000)


def main():
    X, y = task()
    theta = reduced_minimum(X, y)
    print(f"loss of three neurons: {loss(theta, X, y):.6e}")
    for i in range(3):
        B = B_and_C(theta, i, X, y)[0]
        print(f"eigenvalues of B, neuron {i + 1}:", *(f"{value:.5e}" for value in np.linalg.eigvalsh(B)))
        lowest = np.linalg.eigvalsh(hessian(duplicate(theta, i, 0.5), X, y))[0]
        print(f"lowest eigenvalue after duplication, neuron {i + 1}: {lowest:.5e}")
        end = loss(descend(theta, i, 1, X, y), X, y)
        print(f"end of the descent, neuron {i + 1}: {end if end > 1e-20 else 0:.6e}")


if __name__ == "__main__":
    main()
