"""Credit without weight transport by alignment: D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom,
D. L. K. Yamins, "Two routes to scalable credit assignment without weight symmetry", ICML 2020, arXiv:2003.01513, with
the rules that it is compared with: feedback alignment (Lillicrap et al. 2016), direct (Nokland 2016), sign symmetry
(Liao et al. 2016), Kolen-Pollack and weight mirror (Akrout et al. 2019).

Dense layers with W (n_in, n_out), activation tanh, softmax with cross-entropy at the top; F has the shape of W:
    a = x W + b,  x' = tanh(a)
    delta_below = (delta F^T) * (1 - x_below^2)          F = W: backpropagation
    dW = x^T delta / N,  db = mean delta,  W -= eta (dW + wd W),  b -= eta db
    P = x W,  Q = x F,  R = P F^T                        of the same x, or of noise in its place
    dF = 2 decay F - amp x^T P / N + 2 null R^T P / N + 2 sparse x^T Q / N - self W,  F -= eta_F dF
Squares without the factor 1/2 of the paper's table, as in the published code. Kolen-Pollack: F -= eta (dW + wd F).
Sign symmetry: F = |M| sign(W). Direct: delta = (e D) * (1 - x^2), with e the error of the output.

Experiment. scikit-learn's digits, 1500 to learn from and 297 to be tested on, 64-32-32-10 with biases, batches of 32,
eta 0.1, wd 0.001, 20 epochs, three seeds: the share of correct test samples, and the angle between W and F.
"""

import itertools

import numpy as np

RULES = {  # decay, amp, null, sparse, self, eta_F, noise
    "fa": (0, 0, 0, 0, 0, 0, 0),
    "wm": (0.5, 1, 0, 0, 0, 0.05, 1),
    "ia": (1, 2, 1, 0, 0, 0.02, 1),
    "sa": (1, 0, 0, 0, 2, 0.25, 0),
    "aa": (0, 2, 0, 1, 0, 0.01, 0),
}


def softmax(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Net:
    """W[l], b[l]; F[l] belongs to W[l + 1], or is D of layer l. `rule` is a name, `coef` a row of RULES."""

    def __init__(self, W, b, F, rule, eta=0.1, wd=0.0, coef=None):
        self.W, self.b, self.F = (
            [w.copy() for w in W],
            [v.copy() for v in b],
            [None if f is None else f.copy() for f in F],
        )
        self.rule, self.eta, self.wd = rule, eta, wd
        self.coef = RULES.get(rule, RULES["fa"]) if coef is None else coef

    def forward(self, x):
        xs = [x]
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            xs.append(np.tanh(xs[-1] @ W + b))
        return xs, xs[-1] @ self.W[-1] + self.b[-1]

    def matrix(self, l, M):
        """What errors come down by from W[l + 1]; M: magnitudes of the batch."""
        if self.rule == "bp":
            return self.W[l + 1]
        if self.rule in ("usf", "frsf"):
            return self.F[l] * np.sign(self.W[l + 1])
        if self.rule == "brsf":
            return M[l] * np.sign(self.W[l + 1])
        return self.F[l]

    def step(self, x, t, noise=None, M=None):
        xs, a = self.forward(x)
        e = softmax(a) - t
        delta = [e]
        for l in range(len(self.W) - 2, -1, -1):
            down = e @ self.F[l] if self.rule == "dfa" else delta[0] @ self.matrix(l, M).T
            delta.insert(0, down * (1 - xs[l + 1] ** 2))
        dW = [x.T @ d / len(x) for x, d in zip(xs, delta, strict=True)]
        for l in range(len(self.W) - 1):
            if self.rule == "kp":
                self.F[l] -= self.eta * (dW[l + 1] + self.wd * self.F[l])
            elif self.rule in RULES:
                self.F[l] -= self.coef[5] * self.dF(l, xs[l + 1] if noise is None else noise[l])
        for l in range(len(self.W)):
            self.W[l] -= self.eta * (dW[l] + self.wd * self.W[l])
            self.b[l] -= self.eta * delta[l].mean(axis=0)

    def dF(self, l, x):
        decay, amp, null, sparse, self_ = self.coef[:5]
        W, F, N = self.W[l + 1], self.F[l], len(x)
        P, Q = x @ W, x @ F
        R = P @ F.T
        return 2 * decay * F - amp * x.T @ P / N + 2 * null * R.T @ P / N + 2 * sparse * x.T @ Q / N - self_ * W

    def angle(self, l):
        W, F = self.W[l + 1].ravel(), self.matrix(l, None).ravel()
        return np.degrees(np.arccos(np.clip(W @ F / np.sqrt((W @ W) * (F @ F)), -1, 1)))


def first(sizes, rng):
    def glorot(n, m):
        return rng.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))

    pairs = list(itertools.pairwise(sizes))
    return [glorot(*p) for p in pairs], [np.zeros(m) for m in sizes[1:]], [glorot(*p) for p in pairs[1:]]


def experiment(rule, seed, epochs=20):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x, t, rng = x / 16, np.eye(10)[y], np.random.default_rng(seed)
    W, b, F = first((64, 32, 32, 10), rng)
    if rule == "dfa":
        F = [rng.uniform(-1, 1, (10, 32)) * np.sqrt(6 / 42) for _ in range(2)]
    if rule == "usf":
        F = [np.full_like(f, np.sqrt(2 / sum(f.shape))) for f in F]
    net = Net(W, b, F, rule, wd=1e-3)
    for _ in range(epochs):
        for rows in rng.permutation(1500)[: 46 * 32].reshape(46, 32):
            noise = [rng.normal(size=(32, 32)) for _ in range(2)] if net.coef[6] else None
            net.step(x[rows], t[rows], noise)
    right = np.mean(net.forward(x[1500:])[1].argmax(axis=1) == y[1500:])
    return right, [np.nan] * 2 if rule == "dfa" else [net.angle(l) for l in range(2)]


def main():
    for rule in ("bp", "sa", "wm", "kp", "usf", "ia", "dfa", "aa", "fa"):
        found = [experiment(rule, seed) for seed in range(3)]
        right = [each for each, _ in found]
        print(f"{rule}, correct, mean and three seeds:", *(f"{each:.3f}" for each in (np.mean(right), *right)))
        if rule != "dfa":
            print(
                f"{rule}, angle of layers 2 and 3:", *(f"{each:.1f}" for each in np.mean([f[1] for f in found], axis=0))
            )


if __name__ == "__main__":
    main()
