"""D. Obeid, H. Ramambason, C. Pehlevan, "Structured and deep similarity matching via structured and deep Hebbian
networks", NeurIPS 2019, arXiv:1910.04958.

Layers p = 1 .. P with r_p = tanh(u_p), r_0 = x, structure constants c^W_p (units x inputs), c^L_p (units x units), 0
where there is no synapse, and feedback gamma, k_p = 1 + gamma below the top and 1 at the top:

    du_p/ds = -u_p + W_p r_(p-1) - (L_p - I) r_p + gamma W_(p+1)' r_(p+1)        Euler steps h_k, all layers together
    W_p <- W_p + eta (r_p r_(p-1)' - W_p / c^W_p),   L_p <- L_p + eta/2 (r_p r_p' - L_p / (k_p c^L_p))
    J = sum_p gamma^(p-P) {-sum c^W_p <r_p r_(p-1)'>^2 + k_p/2 sum c^L_p <r_p r_p'>^2 + 2 <sum_i F(r_p,i)>}

The paper's rules carry a factor gamma^(p-P); its simulations, followed here, do not; nor are the steps
h_k = max(0.2 / (1 + 0.005 k), 0.05) and the stopping rule |du_p/ds| <= 1e-4 |u_p| the paper's, but its simulations'.

Experiment: the objective falls. Noisy images (16 x 16) of ten prototypes, each the sum of four Gaussian bumps; two
layers, of 4 units at each of 8 x 8 sites (radius 4) and at each of 4 x 4 sites (radius 2), gamma = 0.5. J on 200 images
that are not learned from, after 0, 50, 100, 200, 400 and 800 samples.
"""

import numpy as np


def settle(x, W, L, gamma, tolerance=1e-4, steps=3000):
    u = [np.zeros(len(w)) for w in W]
    for k in range(steps):
        h = max(0.2 / (1 + 0.005 * k), 0.05)
        r = [x, *map(np.tanh, u), None]
        du = [W[p] @ r[p] - u[p] - (L[p] @ r[p + 1] - r[p + 1]) for p in range(len(W))]
        for p in range(len(W) - 1):
            du[p] += gamma * W[p + 1].T @ r[p + 2]
        u = [u[p] + h * du[p] for p in range(len(W))]
        if all(np.linalg.norm(du[p]) <= tolerance * np.linalg.norm(u[p]) for p in range(len(W))):
            break
    return u


def learn(X, W, L, cW, cL, gamma, eta, **options):
    """W and L are lists of matrices, 0 where there is no synapse; eta is a function of the number of samples."""
    W, L = [w.copy() for w in W], [m.copy() for m in L]
    scale = [1.0 if p == len(W) - 1 else 1 + gamma for p in range(len(W))]
    for t, x in enumerate(X):
        r = [x, *map(np.tanh, settle(x, W, L, gamma, **options))]
        for p in range(len(W)):
            w, m = cW[p] > 0, cL[p] > 0
            W[p][w] += eta(t) * (np.outer(r[p + 1], r[p])[w] - W[p][w] / cW[p][w])
            L[p][m] += eta(t) / 2 * (np.outer(r[p + 1], r[p + 1])[m] - L[p][m] / (scale[p] * cL[p][m]))
    return W, L


def objective(X, W, L, cW, cL, gamma, **options):
    U = [np.array(layer) for layer in zip(*(settle(x, W, L, gamma, **options) for x in X), strict=True)]
    J, below = 0.0, X
    for p, u in enumerate(U):
        r, scale = np.tanh(u), 1.0 if p == len(W) - 1 else 1 + gamma
        log_cosh = np.abs(u) + np.log1p(np.exp(-2 * np.abs(u))) - np.log(2)
        F = u * r - log_cosh - r**2 / 2
        products = np.sum(cW[p] * (r.T @ below / len(X)) ** 2) - scale / 2 * np.sum(cL[p] * (r.T @ r / len(X)) ** 2)
        J += gamma ** (p + 1 - len(U)) * (2 * F.sum(axis=1).mean() - products)
        below = r
    return J


def sheet(side, channels, stride, radius, units):
    """Return c^W and c^L of units at the sites of a grid over a side x side grid of inputs; units of a site compete."""
    sites = [((i + 0.5) * stride, (j + 0.5) * stride) for i in range(side // stride) for j in range(side // stride)]
    points = [(i + 0.5, j + 0.5) for i in range(side) for j in range(side)]
    distance = np.linalg.norm(np.array(sites)[:, None] - np.array(points)[None], axis=2)
    return (
        np.kron(distance <= radius, np.ones((units, channels))),
        np.kron(np.eye(len(sites)), np.ones((units, units))),
    )


def bumps(rng, count, size=16):
    rows, columns = np.mgrid[:size, :size] + 0.5
    centres = rng.uniform(0, size, (count, 4, 2, 1, 1))
    return np.exp(-((rows - centres[:, :, 0]) ** 2 + (columns - centres[:, :, 1]) ** 2) / 8).sum(axis=1)


def main():
    rng = np.random.default_rng(0)
    prototypes = bumps(rng, 10).reshape(10, -1)
    X = prototypes[rng.integers(10, size=1000)] + 0.05 * rng.normal(size=(1000, 256))
    X = 0.5 * (X - X.mean(axis=1, keepdims=True))
    cW, cL = zip(sheet(16, 1, 2, 4.0, 4), sheet(8, 4, 2, 2.0, 4), strict=True)
    W = [c * rng.normal(size=c.shape) / np.sqrt(c.sum() / len(c)) for c in cW]
    L, gamma, steps = [np.eye(len(c)) for c in cL], 0.5, {"steps": 150}
    done, values = 0, []
    for until in (0, 50, 100, 200, 400, 800):
        W, L = learn(X[done:until], W, L, cW, cL, gamma, lambda t: 0.05, **steps)
        values.append(objective(X[800:], W, L, cW, cL, gamma, **steps))
        done = until
    print("objective J after 0, 50, 100, 200, 400, 800 samples:", *np.round(values, 1))
    share = (values[0] - values[3]) / (values[0] - values[-1])
    print(f"fall within the first 200 samples over the whole fall: {share:.2f}")


if __name__ == "__main__":
    main()
