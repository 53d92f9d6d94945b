"""B. Şimşek et al. (2021), "Geometry of the Loss Landscape in Overparameterized Neural Networks", ICML.

Networks f(x) = sum_i a_i s(w_i.x) without biases on the grid {-5, ..., 5}^2, s the logistic function, targets from a
teacher of four neurons, L = mean (f - y)^2. theta = (W row by row, a). Counts are made by enumeration here.

What is printed: counts; how many of 20 starts Levenberg-Marquardt and gradient flow bring below 1e-10; the lowest
losses of networks of one to three neurons; barriers between the teacher and itself with two neurons exchanged.
"""

from itertools import combinations, product

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import expit as s

W_TEACHER = np.array([[0.6, 0.5], [-0.5, 0.5], [-0.2, -0.6], [0.1, -0.6]])
A_TEACHER = np.ones(4)


def grid(spacing):
    g = np.arange(-5, 5 + spacing / 2, spacing)
    return np.array([(x, y) for x in g for y in g])


def ds(u):
    return s(u) * s(-u)


def d2s(u):
    return ds(u) * (s(-u) - s(u))


def f(theta, X):
    n = theta.size // (X.shape[1] + 1)
    W, a = theta[:-n].reshape(n, -1), theta[-n:]
    return s(X @ W.T) @ a


def jacobian(theta, X):
    n = theta.size // (X.shape[1] + 1)
    W, a = theta[:-n].reshape(n, -1), theta[-n:]
    U = X @ W.T
    return np.concatenate([((ds(U) * a)[:, :, None] * X[:, None]).reshape(len(X), -1), s(U)], axis=1)


def gradient(theta, X, y):
    return 2 / len(X) * jacobian(theta, X).T @ (f(theta, X) - y)


def hessian(theta, X, y):
    n, d = theta.size // (X.shape[1] + 1), X.shape[1]
    W, a = theta[:-n].reshape(n, -1), theta[-n:]
    U, J, r = X @ W.T, jacobian(theta, X), f(theta, X) - y
    H = J.T @ J
    for i in range(n):
        w = slice(i * d, (i + 1) * d)
        H[w, w] += a[i] * X.T @ ((r * d2s(U[:, i]))[:, None] * X)
        cross = X.T @ (r * ds(U[:, i]))
        H[w, n * d + i] += cross
        H[n * d + i, w] += cross
    return 2 / len(X) * H


def levenberg_marquardt(theta, X, y, iterations=3000):
    lam, r, J, rejected = 1e-2, f(theta, X) - y, jacobian(theta, X), 0
    for _ in range(iterations):
        if r @ r < 1e-30 * len(X) or rejected == 40:
            break
        A = J.T @ J
        try:
            new = theta - np.linalg.solve(A + lam * np.diag(np.diag(A) + 1e-12), J.T @ r)
        except np.linalg.LinAlgError:
            lam, rejected = 4 * lam, rejected + 1
            continue
        r_new = f(new, X) - y
        if r_new @ r_new < r @ r:
            theta, r, J, lam, rejected = new, r_new, jacobian(new, X), max(lam / 3, 1e-16), 0
        else:
            lam, rejected = 4 * lam, rejected + 1
    return theta


def gradient_flow(theta, X, y, t_end=1e9):
    def slope(t, p):
        return -gradient(p, X, y)

    def curvature(t, p):
        return -hessian(p, X, y)

    return solve_ivp(slope, (0, t_end), theta, "BDF", jac=curvature, rtol=1e-5, atol=1e-8).y[:, -1]


def glorot(n, seed):
    rng, d = np.random.default_rng(seed), 2
    l1, l2 = np.sqrt(6 / (d + n)), np.sqrt(6 / (n + 1))
    return np.concatenate([rng.uniform(-l1, l1, n * d), rng.uniform(-l2, l2, n)])


def loss(theta, X, y):
    return np.mean((f(theta, X) - y) ** 2)


def count_G(r, m):
    return sum(set(labels) == set(range(r)) for labels in product(range(r), repeat=m))


def partitions(m):
    """Set partitions of m items, by restricted growth strings."""
    strings = [[0]] if m else [[]]
    for _ in range(1, m):
        strings = [[*string, k] for string in strings for k in range(max(string) + 2)]
    return len(strings)


def count_T(r, m):
    """Divide neurons among r clusters and the rest, and the rest into groups."""
    total = 0
    for labels in product(range(r + 1), repeat=m):
        if set(range(r)) <= set(labels):
            total += partitions(labels.count(r))
    return total


def barrier(i, j, X, y):
    order = np.arange(4)
    order[[i, j]] = j, i
    teacher = np.concatenate([W_TEACHER.ravel(), A_TEACHER])
    swapped = np.concatenate([W_TEACHER[order].ravel(), A_TEACHER])
    return max(loss((1 - t) * teacher + t * swapped, X, y) for t in np.linspace(0, 1, 41))


def task(spacing=0.25):
    X = grid(spacing)
    return X, f(np.concatenate([W_TEACHER.ravel(), A_TEACHER]), X)


def main():
    for r, m in ((2, 4), (3, 5), (4, 5)):
        print(f"critical subspaces of {r} neurons in {m}: {count_G(r, m)}")
        print(f"subspaces of global minima of {r} neurons in {m}: {count_T(r, m)}")
    X, y = task()
    for n in (1, 2, 3):
        found = min(loss(levenberg_marquardt(glorot(n, seed), X, y, 1000), X, y) for seed in range(8))
        print(f"lowest loss of {n} neurons: {found:.6e}")
    for n in (4, 5):
        ends = [loss(levenberg_marquardt(glorot(n, seed), X, y, 1000), X, y) for seed in range(20)]
        print(f"share below 1e-10 by Levenberg-Marquardt alone, {n} neurons: {np.mean(np.array(ends) < 1e-10):.2f}")
    for n in (4, 5):
        ends = [levenberg_marquardt(gradient_flow(glorot(n, seed), X, y), X, y, 1000) for seed in range(20)]
        share = np.mean(np.array([loss(end, X, y) for end in ends]) < 1e-10)
        print(f"share below 1e-10 by gradient flow, {n} neurons: {share:.2f}")
    for i, j in combinations(range(4), 2):
        print(f"barrier of the exchange of {i + 1} and {j + 1}: {barrier(i, j, X, y):.4e}")


if __name__ == "__main__":
    main()
