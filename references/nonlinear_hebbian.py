"""C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation",
PLoS Computational Biology 12(9):e1005070, 2016.

One neuron, y = g(w.x), dw = eta x h(y): only the effective nonlinearity f = h(g(.)) matters.
    W <- W + eta sum over the mini-batch of f(W x) x',   then each row to unit length

The network with learned lateral inhibition (linear h, g a rectifier with threshold theta), after the sparse coding
network of the paper as B. Illing, W. Gerstner, J. Brea, Neural Networks 118:90, 2019 publish it:
    v <- 0.9 v + 0.1 (W x - A a), a = max(v - theta, 0)             50 times, from v = a = 0
    W <- W + eta a x',   then each row to unit length
    A <- max(0, A + eta_A (a - <a>) a'), A_ii = 0,   <a> a running mean, 1/t at first and then 0.01

Experiment: figure 2c, on another photograph than the authors'. 60,000 patches (16 x 16) of scikit-learn's flower,
turned at random, whitened; nine neurons, mini-batches of 100, eta = 2e-4 (published), 1,200,000 samples. Median number
of pixels that take part, (sum w^2)^2 / sum w^4, and median orientation index |sum P exp(2 i angle)| / sum P of the
power spectrum P: fields are localised and oriented by all nonlinearities but the last two.
"""

import numpy as np

NONLINEARITIES = {
    "linear rectifier": lambda u: np.maximum(u - 3, 0),
    "quadratic rectifier": lambda u: np.maximum(u - 0.5, 0) * (np.maximum(u - 0.5, 0) - 0.5) / 10,
    "hard threshold": lambda u: np.where(u > 3, u, 0),
    "negative sigmoid": lambda u: -0.5 * np.tanh(u),
    "cubic": lambda u: u**3 / 100,
    "negative sine": lambda u: -np.sin(u),
    "linear": lambda u: u,
    "negative cosine": lambda u: -np.cos(u),
}


def learn(batches, W, f, eta):
    for X in batches:
        W = W + eta * f(X @ W.T).T @ X
        W = W / np.linalg.norm(W, axis=1, keepdims=True)
    return W


def network(X, W, theta, eta, eta_A):
    A, mean = np.zeros((len(W), len(W))), np.zeros(len(W))
    for t, x in enumerate(X):
        v, a = np.zeros(len(W)), np.zeros(len(W))
        for _ in range(50):
            v = 0.9 * v + 0.1 * (W @ x - A @ a)
            a = np.maximum(v - theta, 0)
        W = W + eta * np.outer(a, x)
        W = W / np.linalg.norm(W, axis=1, keepdims=True)
        mean = mean + max(0.01, 1 / (t + 1)) * (a - mean)
        A = np.maximum(A + eta_A * np.outer(a - mean, a), 0)
        np.fill_diagonal(A, 0)
    return W, A, mean


def white_patches(rng, count, side=16):
    from sklearn.datasets import load_sample_image

    image = load_sample_image("flower.jpg").mean(axis=2) ** 2.2
    X = np.empty((count, side * side))
    for k in range(count):
        i, j = rng.integers(image.shape[0] - side), rng.integers(image.shape[1] - side)
        patch = image[i : i + side, j : j + side][:: rng.choice([-1, 1]), :: rng.choice([-1, 1])]
        X[k] = (patch if rng.random() < 0.5 else patch.T).ravel()
    X = X / X.std() - (X / X.std()).mean(axis=0)
    variances, directions = np.linalg.eigh(X.T @ X / count)
    X = X @ (directions / np.sqrt(variances)) @ directions.T
    return X / X.std()


def orientation_index(w):
    image = w.reshape(int(np.sqrt(len(w))), -1)
    P = np.abs(np.fft.fft2(image - image.mean(), (64, 64))) ** 2
    frequency = np.fft.fftfreq(64)
    angle = np.arctan2(frequency[:, None], frequency[None])
    return abs(np.sum(P * np.exp(2j * angle))) / np.sum(P)


def main():
    rng = np.random.default_rng(0)
    X, W = white_patches(rng, 60_000), rng.normal(size=(9, 256)) / 16
    for name, f in NONLINEARITIES.items():
        batches = (X[rows] for _ in range(20) for rows in rng.permutation(60_000).reshape(-1, 100))
        learned = learn(batches, W, f, 2e-4)
        taking_part = np.median(np.sum(learned**2, axis=1) ** 2 / np.sum(learned**4, axis=1))
        index = np.median([orientation_index(w) for w in learned])
        print(f"{name}, pixels taking part and orientation index: {taking_part:.1f} {index:.2f}")


if __name__ == "__main__":
    main()
