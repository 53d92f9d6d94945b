"""neuLVM: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, "Mesoscopic modeling of hidden spiking neurons", NeurIPS 2022,
arXiv:2205.13493; the dynamics are those of T. Schwalger, M. Deger, W. Gerstner, PLoS Comput Biol 13:e1005507, 2017.

Populations m of N_m neurons, in bins of dt (s). Cohort k fired k + 1 bins ago; V_k its potential, S_k its survival:
    s    <- e^(-b dt) s + (1 - e^(-b dt)) Z_{t-1} / dt,    x = s J + I
    V_k  <- V_k + dt (a (E - V_k) + x)                      'euler', the authors' program
    V_k  <- h + (V_k - h) e^(-a dt),  h = E + x / a         'exp'
    V_k = 0 and lambda_k = 1e-8 where k dt < t_ref,  lambda_k = exp(V_k - theta),  P_k = 1 - exp(-lambda_k dt)
    m_k = S_k Z_{t-1-k},  v_k = (1 - S_k) m_k,  Lambda = sum v_k P_k / sum v_k
    zbar = clip(sum m_k P_k + Lambda (1 - sum m_k), 0, 1)
    Z_t ~ N(zbar, zbar / N);   in -log p(Z_t | .) the variance is zbar / N + 0.1 dt / N
    recorded ones: V and lambda alike, log p(spike) = log(1 - exp(-lambda dt)), log p(none) = -lambda dt
Neuron by neuron, with the same a, E, theta, J, b:
    V <- (1 - e^(-a dt)) E + e^(-a dt) V + dt (s J + I), 0 for t_ref after a spike

Experiment. One population of 500 neurons without couplings, E = 10: its rate in the mean, of the mesoscopic model and
of single neurons, at two time steps each; rates and switches of the winner-take-all network in 60 s, in both schemes.
"""

import numpy as np

WTA = {
    "N": np.array([400.0, 400.0, 200.0]),
    "a": np.full(3, 50.0),
    "E": np.full(3, 14.4),
    "theta": np.full(3, 6 - np.log(10)),
    "J": np.array([[9.984, 0, 9.984], [0, 9.984, 9.984], [-19.968, -19.968, -19.968]]),
    "b": np.array([1000 / 3, 1000 / 3, 500 / 3]),
}


def held(t_ref, dt):
    return int(np.ceil(t_ref / dt - 1e-9))


class Meso:
    def __init__(self, p, A0, dt=4e-3, t_ref=4e-3, ages=250, scheme="exp"):
        """Stationary at rates A0 (Hz) before the first bin."""
        self.p, self.dt, self.held, self.scheme = p, dt, held(t_ref, dt), scheme
        self.step_left = np.exp(-p["a"] * dt) if scheme == "exp" else 1 - p["a"] * dt
        h = p["E"] + A0 @ p["J"] / p["a"]
        self.s, self.Z = A0.copy(), np.tile(A0[:, None] * dt, (1, ages))
        self.V, self.S = np.zeros((len(A0), ages)), np.ones((len(A0), ages))
        V, S = np.zeros(len(A0)), np.ones(len(A0))
        for k in range(ages - 1):
            V, lam = self.neuron(V, h, np.full(len(A0), k), p["theta"], self.step_left)
            S = S * np.exp(-lam * dt)
            self.V[:, k + 1], self.S[:, k + 1] = V, S

    def neuron(self, V, h, k, theta, left):
        V = np.where(k < self.held, 0, h + (V - h) * left)
        return V, np.where(k < self.held, 1e-8, np.exp(np.minimum(V - theta, 20)))

    def input(self, I):
        p, keep = self.p, np.exp(-self.p["b"] * self.dt)
        self.s = keep * self.s + (1 - keep) * self.Z[:, 0] / self.dt
        return p["E"] + (self.s @ p["J"] + I) / p["a"]

    def expected(self, h):
        k = np.arange(self.V.shape[1])[None]
        self.V, lam = self.neuron(self.V, h[:, None], k, self.p["theta"][:, None], self.step_left[:, None])
        P = 1 - np.exp(-lam * self.dt)
        m = self.S * self.Z
        v = (1 - self.S) * m
        total = v.sum(axis=1)
        Lambda = np.where(total > 0, (v * P).sum(axis=1) / np.where(total > 0, total, 1), 0)
        self.S = self.S * (1 - P)
        return np.clip((m * P).sum(axis=1) + Lambda * (1 - m.sum(axis=1)), 0, 1)

    def shift(self, Z):
        for name, first in (("V", 0), ("S", 1), ("Z", Z)):
            x = np.roll(getattr(self, name), 1, axis=1)
            x[:, 0] = first
            setattr(self, name, x)

    def run(self, noise, I=None):
        """Free simulation with given standard normal numbers (T, M)."""
        found = []
        for t, xi in enumerate(noise):
            zbar = self.expected(self.input(0 if I is None else I[t]))
            Z = np.maximum(zbar + np.sqrt(zbar / self.p["N"]) * xi, 0)
            self.shift(Z)
            found.append(Z)
        return np.array(found)


def log_likelihood(p, Z, y, age, label, A0, I=None, **options):
    """log p(y | Z) and log p(Z); Z (T, M), y (T, n), age: bins since the last spike of each neuron, label (n,)."""
    net = Meso(p, A0, **options)
    dt, k = net.dt, age - 1
    h0 = (p["E"] + A0 @ p["J"] / p["a"])[label]
    V = h0 * (1 - net.step_left[label] ** np.maximum(k - net.held, 0))
    part_a = part_b = 0.0
    for t in range(len(Z)):
        h = net.input(0 if I is None else I[t])
        zbar = net.expected(h)
        V, lam = net.neuron(V, h[label], k, p["theta"][label], net.step_left[label])
        part_a += np.sum(np.where(y[t], np.log(-np.expm1(-lam * dt)), -lam * dt))
        var = zbar / p["N"] + 0.1 * dt / p["N"]
        part_b -= np.sum((Z[t] - zbar) ** 2 / (2 * var) + np.log(var) / 2 + np.log(2 * np.pi) / 2)
        net.shift(Z[t])
        V, k = np.where(y[t], 0, V), np.where(y[t], 0, k + 1)
    return part_a, part_b


def micro(p, V, wait, s, A, uniform, dt=2e-4, t_ref=4e-3, I=None):
    """Fractions of each population that fire in each step; V, wait: potential and steps still held of each neuron."""
    label = np.repeat(np.arange(len(p["N"])), p["N"].astype(int))
    keep, left = np.exp(-p["b"] * dt), np.exp(-p["a"] * dt)
    found = []
    for t, u in enumerate(uniform):
        s = keep * s + (1 - keep) * A / dt
        x = s @ p["J"] + (0 if I is None else I[t])
        V = np.where(wait > 0, 0, left[label] * V + ((1 - left) * p["E"] + dt * x)[label])
        lam = np.where(wait > 0, 1e-8, np.exp(np.minimum(V - p["theta"][label], 20)))
        fired = u < 1 - np.exp(-lam * dt)
        wait = np.where(fired, held(t_ref, dt), np.maximum(wait - 1, 0))
        V = np.where(fired, 0, V)
        A = np.bincount(label, fired, len(p["N"])) / p["N"]
        found.append(A)
    return np.array(found)


def switches(Z, dt, width=0.2, gap=7.0):
    """How often the difference of the first two rates, smoothed by a box, crosses from +gap to -gap Hz or back."""
    n = round(width / dt)
    d = np.convolve((Z[:, 0] - Z[:, 1]) / dt, np.ones(n) / n, "same")
    sides = np.sign(d[np.abs(d) > gap])
    return int(np.sum(np.diff(sides) != 0))


def main():
    one = {name: value[:1] for name, value in WTA.items()} | {"J": np.zeros((1, 1)), "N": np.array([500.0])}
    one["E"] = np.array([10.0])
    rng = np.random.default_rng(0)
    for dt in (4e-3, 1e-3):
        Z = Meso(one, np.array([26.0]), dt=dt, ages=round(0.5 / dt)).run(np.zeros((round(2 / dt), 1)))
        print(f"uncoupled, mesoscopic without noise, {1e3 * dt:g} ms, Hz: {Z[-1, 0] / dt:.4f}")
    for dt in (1e-3, 2e-4):
        A = micro(
            one, np.zeros(500), np.zeros(500, int), np.zeros(1), np.zeros(1), rng.random((round(4 / dt), 500)), dt
        )
        print(f"uncoupled, neurons, {1e3 * dt:g} ms, Hz: {A[len(A) // 4 :].mean() / dt:.3f}")
    for scheme in ("euler", "exp"):
        Z = Meso(WTA, np.array([5.0, 20.0, 25.0]), scheme=scheme).run(np.random.default_rng(1).normal(size=(15000, 3)))
        first = np.sort(Z[:, :2].reshape(-1, 50, 2).mean(axis=1), axis=1)[:, ::-1] / 4e-3
        print(f"winner-take-all, {scheme}, 4 ms, stronger, weaker, inhibitory, Hz:", end=" ")
        print(*(f"{x:.2f}" for x in (*first.mean(axis=0), Z[:, 2].mean() / 4e-3)))
        print(f"winner-take-all, {scheme}, 4 ms, switches in 60 s: {switches(Z, 4e-3)}")


if __name__ == "__main__":
    main()
