"""B. Porr, F. Woergoetter, "Isotropic sequence order learning", Neural Computation 15(4):831-864, 2003 (ISO);
"Strongly improved stability and faster convergence of temporal sequence learning by using input correlations only",
Neural Computation 18(6):1380-1412, 2006 (ICO); "Learning with 'relevance'", Neural Computation 19(10):2694-2719, 2007
(ISO3). Recursions, order of operations and parameters of the open loop are those of B. Porr's programs.

A resonator turns x into y_n = x_(n-2) - d1 y_(n-1) - d2 y_(n-2). With u0 the filtered reflex, u_k the filtered
predictor, v = u0 + sum of rho_k u_k the output by the weights before, and differences from the step before:
    ICO: c_k = u_k (u0 - u0'),    ISO: c_k = u_k (v - v'),    rho_k += mu (c_k + c_k') / 2

Experiments. Open loop: every 1000 steps a pulse of the predictor, 25 steps later one of the reflex, which is left out
from step 100,000 on. Closed loop in one dimension: a disturbance d (10 steps of height 1 every 1000) is the predictor,
and 25 steps later the reflex, less 0.02 of the output: energy of the reflex in a period over that in the first one.
"""

import numpy as np


def coefficients(f, Q):
    a = np.pi * f / Q
    b = np.sqrt((2 * np.pi * f) ** 2 - a**2)
    return -2 * np.exp(-a) * np.cos(b), np.exp(-2 * a)


class Bank:
    """Resonators of several frequencies, for several inputs."""

    def __init__(self, frequencies, Q, inputs=1, peak=False):
        self.d1, self.d2 = coefficients(np.asarray(frequencies), Q)
        self.x, self.y = np.zeros((2, inputs)), np.zeros((2, inputs, len(frequencies)))
        self.scale = 1.0
        if peak:
            other = Bank(frequencies, Q)
            self.scale = np.max([other(float(n == 0))[0] for n in range(int(3 / min(frequencies)))], axis=0)

    def __call__(self, x):
        y = self.x[1][:, None] - self.d1 * self.y[0] - self.d2 * self.y[1]
        self.x, self.y = np.array([np.atleast_1d(x), self.x[0]]), np.array([y, self.y[0]])
        return y / self.scale


class Learner:
    """Linear neurons with fixed weights W of reflexes and plastic weights rho of predictors."""

    def __init__(self, rule, mu, reflex, predictive, W=((1.0,),), window=20):
        self.rule, self.mu, self.reflex, self.predictive, self.W = rule, mu, reflex, predictive, np.array(W)
        size = self.W.shape[0], predictive.y[0].size
        self.rho, self.c, self.v, self.u0 = np.zeros(size), np.zeros(size), np.zeros(size[0]), np.zeros(size[0])
        self.window, self.open, self.present = window, 0, False

    def __call__(self, x0, x1):
        u0, u = self.W @ self.reflex(x0)[:, 0], self.predictive(x1).ravel()
        v = u0 + self.rho @ u
        self.open = self.window if np.any(x0) and not self.present else max(self.open - 1, 0)
        self.present = np.any(x0)
        d = {"ICO": u0 - self.u0, "ISO": v - self.v, "ISO3": (v - self.v) * (self.open > 0)}[self.rule]
        c = np.outer(d, u)
        self.rho = self.rho + self.mu * (c + self.c) / 2
        self.c, self.v, self.u0 = c, v, u0
        return v


def open_loop(rule, mu, reflex, predictive, frequencies=(0.01,), Q=0.6):
    """Return the weights after each step."""
    learner = Learner(rule, mu, Bank((0.01,), Q), Bank(frequencies, Q))
    weights = np.empty((len(reflex), len(frequencies)))
    for n in range(len(reflex)):
        learner(reflex[n], predictive[n])
        weights[n] = learner.rho[0]
    return weights


def pulses(steps, T=25, lone_from=None):
    n = np.arange(steps)
    reflex = (n % 1000 == 500 + T) & (n < (steps if lone_from is None else lone_from))
    return reflex.astype(float), (n % 1000 == 500).astype(float)


def one_dimension(mu, periods, kappa=0.02):
    """Return the energy of the reflex in each period, of ICO learning with ten filters."""
    learner = Learner("ICO", mu, Bank((0.01,), 0.6, peak=True), Bank(0.1 / np.arange(1, 11), 0.6, peak=True))
    d = (np.arange(periods * 1000) % 1000 >= 100) & (np.arange(periods * 1000) % 1000 < 110)
    energy, v = np.zeros(periods), 0.0
    for n in range(periods * 1000):
        x0 = (float(d[n - 25]) if n >= 25 else 0.0) - kappa * v
        (v,) = learner(x0, float(d[n]))
        energy[n // 1000] += x0**2
    return energy


def heard(pose, disks, reach=150.0, radius=20.0):
    """Return what the antennae touch, left less right, and what is heard of food ahead."""
    x, y, phi = pose
    ahead, left = np.array([np.cos(phi), np.sin(phi)]), np.array([-np.sin(phi), np.cos(phi)])
    ends = [np.array([x, y]) + 10 * ahead + 5 * side * left for side in (1, -1)]
    touched, sound = [0.0, 0.0], 0.0
    for disk in disks:
        dl, dr = (np.linalg.norm(end - disk) for end in ends)
        touched = [max(touched[0], dl < radius), max(touched[1], dr < radius)]
        to = disk - [x, y]
        if to @ ahead > 0 and np.linalg.norm(to) < reach and dl > 1 and dr > 1:
            sound += (dr - dl) / (dl * dr) ** 0.25
    return float(touched[0]) - float(touched[1]), sound


def food(rule, mu, pose, disks, steps, gain=0.002):
    """Return the way and the weights of a robot without noise among disks that stay, far from walls."""
    bank = 0.1 / np.arange(1, 6)
    learner = Learner(rule, mu, Bank((0.01,), 0.51, peak=True), Bank(bank, 0.51, peak=True))
    (x, y, phi), way = pose, []
    for _ in range(steps):
        (v,) = learner(*heard((x, y, phi), np.asarray(disks, float)))
        phi += np.clip(gain * v, -0.7, 0.7)
        x, y = x + 0.75 * np.cos(phi), y + 0.75 * np.sin(phi)
        way.append((x, y, phi))
    return np.array(way), learner.rho[0]


def sees(pose, size, obstacles):
    """Return whether the left and the right range finder have a point in an obstacle or within 5 of a wall."""
    x, y, phi = pose
    found = []
    for side in (1, -1):
        on = False
        for f in np.arange(9, 59, 2):
            for t in 0.05 * np.arange(1, 10):
                px = x + f * np.cos(phi) - side * f * t * np.sin(phi)
                py = y + f * np.sin(phi) + side * f * t * np.cos(phi)
                on |= not (5 <= px <= size[0] - 5 and 5 <= py <= size[1] - 5)
                on |= any((px - cx) ** 2 + (py - cy) ** 2 < r**2 for cx, cy, r in obstacles)
        found.append(on)
    return found


def avoid(rule, mu, pose, obstacles, steps, size=(600.0, 400.0)):
    """Return the way, the weights and the collisions of a robot without noise."""
    W = ((-0.15, 0.15, 0, 0), (0, 0, -0.005, 0.005))
    learner = Learner(rule, mu, Bank((0.01,), 0.6, 4, True), Bank(0.1 / np.arange(1, 11), 1.0, 2, True), W)
    (x, y, phi), way = pose, []
    ranges, bumpers, stuck, collisions = [0, 0], [0, 0, 0], 0, 0
    for _ in range(steps):
        on = [float(counter > 0) for counter in bumpers]
        v = learner([max(on[:2]), on[2], on[0], on[1]], [float(counter > 0) for counter in ranges])
        ranges = [3 if s else max(c - 1, 0) for s, c in zip(sees((x, y, phi), size, obstacles), ranges, strict=True)]
        speed, turn = np.clip(0.75 + v[0], -1, 1), np.clip(v[1], -0.7, 0.7)
        nx, ny = x + speed * np.cos(phi + turn), y + speed * np.sin(phi + turn)
        gaps = [(nx, (-1, 0)), (size[0] - nx, (1, 0)), (ny, (0, -1)), (size[1] - ny, (0, 1))]
        for cx, cy, r in obstacles:
            far = np.hypot(cx - nx, cy - ny)
            gaps.append((far - r, ((cx - nx) / far, (cy - ny) / far)))
        gap, n = min(gaps, key=lambda pair: pair[0])
        blocked = gap < 10
        front = n[0] * np.cos(phi) + n[1] * np.sin(phi) >= 0
        left = np.cos(phi) * n[1] - np.sin(phi) * n[0] > 0
        hit = [blocked and front and left, blocked and front and not left, blocked and not front]
        collisions += any(h and c == 0 for h, c in zip(hit, bumpers, strict=True))
        bumpers = [3 if h else max(c - 1, 0) for h, c in zip(hit, bumpers, strict=True)]
        stuck = stuck + 1 if blocked else 0
        if not blocked:
            x, y, phi = nx, ny, phi + turn
        if stuck > 100:
            phi += np.pi / 2 if stuck % 100 < 50 else -np.pi / 2
        way.append((x, y, phi))
    return np.array(way), learner.rho, collisions


def main():
    ten = 0.1 / np.arange(1, 11)
    print("resonator, d1 and d2:", *(f"{value:.10f}" for value in coefficients(0.01, 0.6)))
    reflex, predictive = pulses(150_000, lone_from=100_000)
    for name, rule, mu in (
        ("ICO, 1e-6", "ICO", 1e-6),
        ("ISO, 1e-5", "ISO", 1e-5),
        ("ISO, 1e-4", "ISO", 1e-4),
        ("ISO, 5e-3", "ISO", 5e-3),
    ):
        w = open_loop(rule, mu, reflex, predictive)[:, 0]
        print(f"{name}, after 1, 10, 100 pairs and 50 lone pulses:", *(f"{w[n]:.9e}" for n in (999, 9999, 99_999, -1)))
    w = open_loop("ICO", 1e-4, reflex[:100_000], predictive[:100_000], ten)[-1]
    print("ICO, ten filters, after 100 pairs:", *(f"{value:.6f}" for value in w))
    for T in (-17, 0, 16):
        w = open_loop("ICO", 1e-6, *pulses(4000, T))[-1, 0] / 4
        print(f"ICO, delay {T}, after 100 pairs: {100 * w:.6e}")
    energy = one_dimension(1e-3, 100)
    print(f"one dimension, energy in the first period: {energy[0]:.4f}")
    print("one dimension, energy after 2, 5, 10, 30, 100 periods:", *(f"{energy[p - 1] / energy[0]:.4f}" for p in
                                                                    (2, 5, 10, 30, 100)))  # fmt: skip


if __name__ == "__main__":
    main()
