"""R. Pogodin, D. Corneil, A. Seeholzer, J. Heng, W. Gerstner, "Working memory facilitates reward-modulated Hebbian
learning in recurrent neural networks", arXiv:1910.10559, 2019. Order of operations and parameters are those of the
authors' program. FORCE: D. Sussillo, L. F. Abbott, Neuron 63:544, 2009. Delayed reward: T. Miconi, eLife 6:e20899,
2017.

A reservoir x of rates r with readout zhat = w r, explored z = zhat + noise, running mean zbar:
    x += dt/tau (-x + lambda W r + Wfb z + u + noise);  r = tanh x + noise;  zbar = 0.8 zbar + 0.2 z
Hebb:  P = -|z - f|^2,  Pbar = 0.8 Pbar + 0.2 P,  w += eta (P > Pbar) (z - zbar) r,  eta = eta0 / (1 + t dt/T)
EH:    w += eta (P - Pbar) (z - zbar) r
FORCE: k = Pi r,  c = 1 / (1 + r.k),  Pi -= c k k',  w += (f - zhat) c k
A working memory of rates q with adaptation A on a torus:
    q += dt/tau_q (-q + relu(W q + I - A)),  A += dt/tau_A (-A + 1.5 q)
"""

import numpy as np

BETA, RATE, DECAY = 0.2, 5e-4, 1 / 20_000


class Reservoir:
    def __init__(self, W, Wfb, x, rule, lam=1.5, step=0.02, alpha=1.0):
        self.W, self.Wfb, self.x, self.r = W, Wfb, x.copy(), np.tanh(x)
        M, N = Wfb.shape[::-1]
        self.w, self.z, self.zbar = np.zeros((M, N)), np.zeros(M), np.zeros(M)
        self.rule, self.lam, self.step, self.Pbar, self.t = rule, lam, step, 0.0, 0
        self.Pi = np.eye(N) / alpha

    def __call__(self, f, u, learn, in_noise=0.0, r_noise=0.0, z_noise=0.0):
        drive = self.lam * self.W @ self.r + self.Wfb @ self.z + u + in_noise
        self.x = self.x + self.step * (drive - self.x)
        self.r = np.tanh(self.x) + r_noise
        zhat = self.w @ self.r
        self.z = zhat + z_noise
        self.zbar = (1 - BETA) * self.zbar + BETA * self.z
        if learn and self.rule == "FORCE":
            k = self.Pi @ self.r
            c = 1 / (1 + self.r @ k)
            self.Pi = self.Pi - c * np.outer(k, k)
            self.w = self.w + np.outer(f - zhat, c * k)
        elif learn:
            self.t += 1
            P = -np.sum((self.z - f) ** 2)
            self.Pbar = (1 - BETA) * self.Pbar + BETA * P
            factor = float(self.Pbar < P) if self.rule == "Hebb" else P - self.Pbar
            eta = RATE / (1 + self.t * DECAY)
            self.w = self.w + eta * factor * np.outer(self.z - self.zbar, self.r)
        return zhat


def short(theta):
    return 1.3 * (np.sin(theta) / 1.5 + np.sin(2 * theta) / 3 + np.sin(3 * theta) / 9 + np.sin(4 * theta) / 3)


def sheet_weights(side):
    i = np.arange(side) * np.pi / side
    d = np.abs(i[:, None] - i[None])
    d = np.minimum(d, np.pi - d) ** 2
    W = np.empty((side * side, side * side))
    for a in range(side):
        for b in range(side):
            W[side * a + b] = (-0.375 + np.exp(-(d[a][:, None] + d[b][None]) / 2) / np.sqrt(2 * np.pi)).ravel()
    return W


def sheet(W, inputs, tau_q=30.0, tau_A=400.0):
    """Return the rates of a sheet after each step; inputs hold the mean, the noise and the cue."""
    q, A, found = np.zeros(len(W)), np.zeros(len(W)), []
    for I in inputs:
        q = q + (-q + np.maximum(W @ q + I - A, 0)) / tau_q
        A = A + (-A + 1.5 * q) / tau_A
        found.append(q)
    return np.array(found)


def score(a, b):
    """Return the largest normalised correlation over circular shifts."""
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    return max(np.mean(np.roll(a, s) * b) for s in range(len(a)))


class DelayedReward:
    """Miconi's network: dense, three clamped units, an eligibility for each synapse, a change at the end of a trial."""

    def __init__(self, J, B, cubic, eta, limit=3e-4):
        self.J, self.B, self.cubic, self.eta, self.limit, self.Ebar = J.copy(), B, cubic, eta, limit, np.zeros(4)

    def __call__(self, kind, inputs, target, x, perturbations, learn, scored=200):
        J, N = self.J, len(x)
        x = clamp(x)
        r, xbar, e, output = np.tanh(x), x.copy(), np.zeros((N, N)), np.zeros(len(inputs))
        for n in range(len(inputs)):
            before = r
            x = clamp(x + (-x + J @ r + self.B @ inputs[n] + perturbations[n]) / 30)
            r = np.tanh(x)
            if self.cubic:
                dx = x - xbar
                e = e + (np.outer(dx, before)) ** 3
                xbar = 0.05 * xbar + 0.95 * x
            else:
                e = e + np.outer(perturbations[n], before)
            output[n] = r[0]
        E = np.mean(np.abs(output[-scored:] - target))
        if learn:
            change = -self.eta * self.Ebar[kind] * e * (E - self.Ebar[kind])
            self.J = J + np.clip(change, -self.limit, self.limit)
        self.Ebar[kind] = 0.75 * self.Ebar[kind] + 0.25 * E
        return output, E


def clamp(x):
    x = x.copy()
    x[[1, 10]], x[11] = 1.0, -1.0
    return x


def ridge(R, F, alpha):
    return np.linalg.solve(alpha * np.eye(R.shape[1]) + R.T @ R, R.T @ F).T


def network(N, M, rng):
    W = rng.normal(size=(N, N)) / np.sqrt(0.1 * N) * (rng.random((N, N)) < 0.1)
    return W, rng.uniform(-1, 1, (N, M)), 0.5 * rng.normal(size=N)


def learn_short(rule, seed, periods, backbone, N=200):
    """Return the score of an undisturbed period after practice, with noises on."""
    rng = np.random.default_rng(seed)
    theta = 2 * np.pi * np.arange(1000) / 1000
    waves = np.concatenate([(np.sin(k * theta), np.cos(k * theta)) for k in range(1, 11)]).T
    u = waves @ rng.normal(size=(20, N))
    u = 0.34 * u / u.std() if backbone else 0 * u
    reservoir, f = Reservoir(*network(N, 1, rng), rule), short(theta)
    noise = lambda: (0.05 * backbone * rng.normal(size=N), rng.uniform(-0.05, 0.05, N), rng.uniform(-0.5, 0.5, 1))  # noqa: E731
    for _ in range(periods):
        for n in range(1000):
            reservoir(f[n], u[n], True, *noise())
    return score(np.array([reservoir(f[n], u[n], False, *noise())[0] for n in range(1000)]), f)


def main():
    theta = 2 * np.pi * np.arange(1000) / 1000
    f, g = short(theta), 0.5 * np.sin(theta) + 0.5 * short(theta)
    print(f"short signal, largest value and variance: {f.max():.6f} {f.var():.6f}")
    print(f"long signal, largest value and variance: {g.max():.6f} {g.var():.6f}")
    W = sheet_weights(50)
    print(f"sheet, row sum, largest and smallest weight: {W[0].sum():.6f} {W.max():.7f} {W.min():.7f}")
    spectrum = np.fft.fft2(W[0].reshape(50, 50)).real
    print("sheet, eigenvalues (0,1), (1,1), (0,2):", *(f"{spectrum[k]:.4f}" for k in ((0, 1), (1, 1), (0, 2))))
    print(f"sheet, uniform rate with adaptation and without: {1 / (2.5 - W[0].sum()):.8f} {1 / (1 - W[0].sum()):.8f}")
    radius = max(abs(np.linalg.eigvals(1.5 * network(400, 1, np.random.default_rng(0))[0])))
    print(f"spectral radius of 400 units: {radius:.4f}")
    for backbone in (True, False):
        scores = [learn_short("Hebb", seed, 20, backbone) for seed in range(3)]
        print(f"Hebb, 200 units, {'with' if backbone else 'without'} a backbone, after 20 periods:",
              *(f"{s:.4f}" for s in scores))  # fmt: skip
    print(f"FORCE, 200 units, after 20 periods: {learn_short('FORCE', 0, 20, False):.4f}")
    xi = np.random.default_rng(0).uniform(-0.5, 0.5, 1_000_000)
    P, mean = -((1 + xi) ** 2), -1 - 1 / 12
    print(f"graded rule, mean factor for an error of 1: {np.mean((P - mean) * xi):.5f}")
    print(f"gated rule, mean factor for an error of 1: {np.mean((mean < P) * xi):.5f}")


if __name__ == "__main__":
    main()
