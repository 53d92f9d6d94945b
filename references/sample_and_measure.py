"""Sample-and-measure: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, "Fitting summary statistics of neural
data with a differentiable spiking network simulator", NeurIPS 2021, arXiv:2106.10064.

K trials of T bins, n = n_V + n_H neurons, visible ones first; W[j, i, d] from i to j, d = 0 the oldest of D lags:
    I_tj = sum_id W[j, i, d] z_{t-D+d, i} + sum_k x_tk W_in[k, j] + b_j,    v = (I - v_thr) / v_thr
    z_tj = 1 with probability pi = 1 / (1 + exp(-v)), z = 0 before the first bin
    L_MLE = <log(1 + exp(v)) - z^D v>, visible ones fed with z^D, hidden ones with their own samples
    L_PSTH = -<P log Q + (1 - P) log(1 - Q)>,  P = <z^D>_trials,  Q = <pi>_trials
    L_NC = <(M^D_d - M_d)^2>,  M_d[i, j] = 1/(K T) sum_kt c_kti c_k,t-d,j,  c = z^D or pi less its mean over trials
        'rao-blackwell': c_k,t-d,j from z where d > 0, no diagonal at d = 0
    L_fr = <(mean_kt z_h - 0.17)^2> of hidden neurons
    backward: dz/dv := 0.3 max(0, 1 - |v|) or pi (1 - pi)
    each of W, W_in, b: gradient clipped to norm 1, then Adam

Experiment. The worked examples of the loss and of the noise correlations; one synapse onto a neuron: the exact slope of
its probability and the mean of the straight-through slope; the three losses of a small network before and after
learning from a larger one of which some neurons are hidden.
"""

import numpy as np

V_THR, DAMPENING = 0.4, 0.3


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def surrogate(v, kind="triangle"):
    return DAMPENING * np.maximum(0, 1 - np.abs(v)) if kind == "triangle" else sigmoid(v) * (1 - sigmoid(v))


def forward(p, x, u, z_D=None):
    """u (K, T, neurons to be sampled) uniform numbers: all neurons, or with recorded spikes z_D the hidden ones."""
    W, D = p["W"], p["W"].shape[2]
    K, T, n = len(u), len(x), len(W)
    v, z = np.zeros((K, T, n)), np.zeros((K, T, n))
    first = 0 if z_D is None else z_D.shape[2]
    for t in range(T):
        I = x[t] @ p["W_in"] + p["b"] + np.zeros((K, n))
        for d in range(D):
            if t - D + d >= 0:
                I = I + z[:, t - D + d] @ W[:, :, d].T
        v[:, t] = (I - V_THR) / V_THR
        z[:, t, first:] = u[:, t] < sigmoid(v[:, t, first:])
        if z_D is not None:
            z[:, t, :first] = z_D[:, t]
    return v, z


def backward(p, x, v, z, by_v, by_z, kind, forced=0):
    """Gradients of W, W_in, b from those by v and z; the first `forced` neurons were given, not sampled."""
    W, D = p["W"], p["W"].shape[2]
    T, g = v.shape[1], {name: np.zeros_like(each) for name, each in p.items()}
    by_z = by_z.copy()
    for t in reversed(range(T)):
        s = surrogate(v[:, t], kind) * by_z[:, t]
        s[:, :forced] = 0
        by_I = (by_v[:, t] + s) / V_THR
        g["b"] += by_I.sum(0)
        g["W_in"] += np.outer(x[t], by_I.sum(0))
        for d in range(D):
            if t - D + d >= 0:
                g["W"][:, :, d] += by_I.T @ z[:, t - D + d]
                by_z[:, t - D + d] += by_I @ W[:, :, d]
    return g


def mle(v, z_D):
    w = v[..., : z_D.shape[2]]
    by_v = np.zeros_like(v)
    by_v[..., : z_D.shape[2]] = (sigmoid(w) - z_D) / z_D.size
    return np.mean(np.log1p(np.exp(w)) - z_D * w), by_v


def psth(v, z_D):
    n_V = z_D.shape[2]
    pi = sigmoid(v[..., :n_V])
    P, Q = z_D.mean(0), pi.mean(0)
    by_v = np.zeros_like(v)
    by_v[..., :n_V] = (-(P / Q - (1 - P) / (1 - Q)) / P.size / len(v)) * pi * (1 - pi)
    return -np.mean(P * np.log(Q) + (1 - P) * np.log(1 - Q)), by_v


def covariance(c, e, d, circular=True):
    """M[i, j] of c now and e some bins ago."""
    if circular:
        return np.einsum("kti,ktj->ij", c, np.roll(e, d, 1)) / (c.shape[0] * c.shape[1])
    T = c.shape[1] - d
    return np.einsum("kti,ktj->ij", c[:, d:], e[:, :T]) / (c.shape[0] * T)


def nc(v, z, z_D, D, estimator="official", circular=True):
    n_V = z_D.shape[2]
    pi = sigmoid(v[..., :n_V])
    c_D, c = z_D - z_D.mean(0), pi - pi.mean(0)
    e = z[..., :n_V] - z[..., :n_V].mean(0) if estimator == "rao-blackwell" else c
    total, by_c, by_e = 0.0, np.zeros_like(c), np.zeros_like(c)
    for d in range(D):
        past = c if d == 0 else e
        gap = covariance(c, past, d, circular) - covariance(c_D, c_D, d, circular)
        if estimator == "rao-blackwell" and d == 0:
            gap = gap * (1 - np.eye(n_V))
        total += np.mean(gap**2) / D
        by_M = 2 * gap / gap.size / D
        by_past = np.zeros_like(c)
        if circular:
            size = c.shape[0] * c.shape[1]
            by_c += np.roll(past, d, 1) @ by_M.T / size
            by_past += np.roll(c @ by_M, -d, 1) / size
        else:
            T = c.shape[1] - d
            by_c[:, d:] += past[:, :T] @ by_M.T / (c.shape[0] * T)
            by_past[:, :T] += c[:, d:] @ by_M / (c.shape[0] * T)
        if d == 0 or estimator == "official":
            by_c += by_past
        else:
            by_e += by_past
    by_v, by_z = np.zeros_like(v), np.zeros_like(v)
    by_v[..., :n_V] = (by_c - by_c.mean(0)) * pi * (1 - pi)
    by_z[..., :n_V] = by_e - by_e.mean(0)
    return total, by_v, by_z


def fr(z, n_V, target=0.17):
    gap = z[..., n_V:].mean((0, 1)) - target
    by_z = np.zeros_like(z)
    by_z[..., n_V:] = 2 * gap / len(gap) / (z.shape[0] * z.shape[1])
    return np.mean(gap**2), by_z


def loss(p, x, z_D, u_forced, u_free, w, D, kind="triangle", estimator="official", circular=True):
    """Loss, its parts MLE, PSTH, NC and fr, and gradients; w the four weights."""
    n_V = z_D.shape[2]
    v, z = forward(p, x, u_forced, z_D)
    l_mle, by_v = mle(v, z_D)
    g = backward(p, x, v, z, w[0] * by_v, np.zeros_like(v), kind, forced=n_V)
    v, z = forward(p, x, u_free)
    l_psth, by_v = psth(v, z_D)
    l_nc, more_v, by_z = nc(v, z, z_D, D, estimator, circular)
    l_fr, more_z = fr(z, n_V) if z.shape[2] > n_V else (0.0, np.zeros_like(z))
    more = backward(p, x, v, z, w[1] * by_v + w[2] * more_v, w[2] * by_z + w[3] * more_z, kind)
    parts = np.array([l_mle, l_psth, l_nc, l_fr])
    return parts @ np.array(w), parts, {name: g[name] + more[name] for name in g}


def adam(p, g, m, s, t, lr=1e-3):
    """One step, in place."""
    for name in p:
        c = g[name] * min(1.0, 1 / max(np.linalg.norm(g[name]), 1e-300))
        m[name] = 0.9 * m[name] + 0.1 * c
        s[name] = 0.999 * s[name] + 0.001 * c**2
        p[name] = p[name] - lr * (m[name] / (1 - 0.9**t)) / (np.sqrt(s[name] / (1 - 0.999**t)) + 1e-8)


def correlations(z):
    """Noise and stimulus correlation of the first two neurons."""
    c, q = z - z.mean(0), z.mean(0) - z.mean((0, 1))
    scale = np.sqrt(z[..., 0].var() * z[..., 1].var())
    return np.mean(c[..., 0] * c[..., 1]) / scale, np.mean(q[:, 0] * q[:, 1]) / scale


GOLDEN = {
    "W": np.array([[[0, -0.5], [0.1, 0.2]], [[-0.3, 0.4], [0, 0]]]),
    "W_in": np.zeros((0, 2)),
    "b": np.array([0.05, -0.1]),
}
GOLDEN_Z = np.array([[0, 1], [1, 0], [0, 0], [1, 1], [0, 1]], float)[None]
Y = np.array(
    [[[1, 0], [0, 1], [1, 1], [0, 0]], [[0, 0], [1, 1], [1, 0], [0, 1]], [[1, 1], [0, 0], [0, 1], [0, 0]]], float
)
V = np.array([
    [[-1, 0.5], [0, 0.2], [0.3, -0.4], [-2, -1]],
    [[-0.5, -0.2], [0.1, 0.6], [0.8, -0.9], [-1.2, 0.3]],
    [[0.4, 0.9], [-0.7, -1.1], [-0.3, 0.2], [-0.8, -0.6]],
])  # fmt: skip


def random_parameters(rng, n, D, n_in):
    return {"W": rng.normal(size=(n, n, D)) * (n * D) ** -0.5, "W_in": rng.normal(size=(n_in, n)) * n_in**-0.5,
            "b": np.zeros(n)}  # fmt: skip


def learned(updates=60, K=40, T=20, n_V=4, D=2):
    rng = np.random.default_rng(0)
    truth, x = random_parameters(rng, n_V + 2, D, 3), rng.normal(size=(T, 3))
    y = forward(truth, x, rng.random((K, T, n_V + 2)))[1][..., :n_V]
    p = random_parameters(rng, n_V, D, 3)
    m, s = ({name: np.zeros_like(each) for name, each in p.items()} for _ in range(2))
    found = []
    for t in range(1, updates + 1):
        z_D = y[rng.permutation(K)[:20]]
        _, parts, g = loss(p, x, z_D, np.zeros((20, T, 0)), rng.random((20, T, n_V)), (0.4, 0.1, 50, 0), D)
        adam(p, g, m, s, t, lr=1e-2)
        found.append(parts)
    return np.array(found)


if __name__ == "__main__":
    v, z = forward(GOLDEN, np.zeros((5, 0)), np.zeros((1, 5, 0)), GOLDEN_Z)
    print("example, potentials of the first neuron:", *v[0, :, 0])
    print("example, mean cross-entropy:", mle(v, GOLDEN_Z)[0])
    print("example, PSTH loss:", psth(V, Y)[0])
    print("example, noise covariance loss:", nc(V, None, Y, 2)[0])
    print("example, noise and stimulus correlation:", *correlations(Y))
    exact, chance = sigmoid(0) - sigmoid(-1), np.array([0.7, 0.3])
    through = chance @ (sigmoid(np.array([-1, 0])) * (1 - sigmoid(np.array([-1, 0]))))
    print("one synapse, exact slope:", exact)
    print("one synapse, straight-through slope:", through)
    parts = learned()
    for number, name in enumerate(("likelihood", "PSTH", "noise covariance")):
        print(f"learning, {name}, first and last ten updates:", parts[:10, number].mean(), parts[-10:, number].mean())
