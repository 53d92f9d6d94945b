"""G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks: A unifying framework for memory modeling", NeurIPS
2022, arXiv:2208.09416.

Patterns xi^mu of +-1. Neuron i does not see its own state: k_i is the kernel of the vectors without coordinate i.
    s_i <- sgn(sum_mu alpha_i^mu xi_i^mu k_i(xi^mu, s)),   sgn(0) = 1
    alpha_i maximises sum_mu a_mu - a'Q_i a / 2 over a >= 0,   Q_i^(mu nu) = xi_i^mu xi_i^nu k_i(xi^mu, xi^nu)
(hard margin: the smallest |w_i| with a field of at least 1 towards every pattern; the dense Hopfield network has equal
alpha), here by the kernel AdaTron of J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989, with its exact step.
Patterns of real numbers: s <- X' K^+ k(X, s), K^(mu nu) = k(xi^mu, xi^nu).

Experiment: 50 neurons with the kernel of the dense Hopfield network of energy x^3, k(x, y) = 3 (x.y)^2 + 1, and 100 and
200 random patterns; share recalled from the patterns themselves with equal and with optimal alpha. And the margin
1 / |w_i| of a linear network of 100 neurons with 50 patterns, mean over neurons (Gardner 1988 for large N: 1.0343).
"""

import numpy as np


def without_itself(kernel, X, Y, i):
    """k_i(x, y) for a kernel of the inner product."""
    return kernel(np.delete(X, i, axis=1) @ np.delete(Y, i, axis=1).T)


def adatron(Q, tolerance=1e-3, sweeps=2000):
    a, g = np.zeros(len(Q)), np.ones(len(Q))
    for _ in range(sweeps):
        for mu in range(len(Q)):
            new = max(0.0, a[mu] + g[mu] / Q[mu, mu])
            g -= (new - a[mu]) * Q[:, mu]
            a[mu] = new
        if max(np.abs(g[a > 0]).max(initial=0), g[a == 0].max(initial=0)) < tolerance:
            break
    return a


def store(kernel, X, **options):
    """Return alpha (patterns, neurons) of the largest margin."""
    grams = [np.outer(X[:, i], X[:, i]) * without_itself(kernel, X, X, i) for i in range(X.shape[1])]
    return np.array([adatron(Q, **options) for Q in grams]).T


def fields(kernel, X, alpha, S):
    """Return the fields of the neurons at states S, one per row."""
    columns = [without_itself(kernel, S, X, i) @ (alpha[:, i] * X[:, i]) for i in range(X.shape[1])]
    return np.array(columns).T


def interpolate(kernel, X, S):
    """One update of the memory of patterns of real numbers; the kernel is a function of two sets of rows."""
    return kernel(S, X) @ np.linalg.pinv(kernel(X, X), hermitian=True) @ X


def main():
    def dense(product):
        return (3 * product**2 + 1) / (3 * 49**2 + 1)

    rng = np.random.default_rng(0)
    for M in (100, 200):
        X = rng.choice([-1.0, 1.0], size=(M, 50))
        for name, alpha in (("equal", np.ones_like(X)), ("optimal", store(dense, X))):
            recalled = np.all(np.where(fields(dense, X, alpha, X) >= 0, 1, -1) == X, axis=1)
            print(f"share of {M} patterns that are fixed points, {name} coefficients: {recalled.mean():.2f}")
    X = rng.choice([-1.0, 1.0], size=(50, 100))
    alpha = store(lambda product: product, X)
    print(
        f"margin of the linear network at M/N = 0.5, mean over neurons: {np.mean(1 / np.sqrt(alpha.sum(axis=0))):.3f}"
    )


if __name__ == "__main__":
    main()
