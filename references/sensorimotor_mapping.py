"""Flexible sensorimotor mappings by reward-modulated Hebbian plasticity: a reconstruction of ours that does what the
abstract of E. Vasilaki, S. Fusi, X.-J. Wang, W. Senn, Biological Cybernetics 100(2):147-158, 2009, says. The paper's
own equations and numbers were not at hand; nothing here is a published value.

A trial with image m, pattern s0 = x[m]; in each hidden layer, theta half-way between the k-th and (k+1)-th largest h:
    h = W s,  phi = 1 / (1 + exp(-(h - theta) / T)),  s = 1 with probability phi
    D = (Wo[0] - Wo[1]) s,  p0 = 1 / (1 + exp(-D / T)),  action 0 with probability p0
Reward R = 1, or -c_err after an error; rbar[m] its running mean, M = R - gamma rbar[m]; every synapse of every layer:
    d = eta M g s_pre,  g = s - alpha phi - (1 - alpha) f,  w += d (1 - w / wmax) if d > 0 else d (1 + w / wmax)
Four images, image m asks for action m mod 2; a block ends when each image has 9 of its last 10 presentations correct,
then images 0 and 1 ask for the other action; a block of 500 trials has failed.

Two baselines, threshold neurons with noise in the drives or in the weights: class Perturbed.

The two strengths of an image, in [0, 1]: J_chosen += qr (1 - J_chosen), J_other -= qr J_other after a reward,
J_chosen -= qn J_chosen after an error; p0 = 1 / (1 + exp(-(J_0 - J_1) / T)).

Experiments. The proportion correct by presentation since the reversal, of 24 networks over blocks 2 to 6, and the
median length of a block; the same of a small network; two strengths, one image that is reversed every 60 presentations.
"""

import numpy as np

FAMILY = {  # factors of 1, s, phi and f in g, and how much of the presynaptic activity is seen
    "hebb": (0, 1, 0, 1, 1),
    "reinforce": (0, 1, 1, 0, 1),
    "mixed": (0, 1, 0.5, 0.5, 1),
    "pure_hebb": (0, 1, 0, 0, 1),
    "pre_only": (1, 0, 0, 0, 1),
    "post_only": (0, 1, 0, 1, 0),
}


def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def theta(h, f):
    k = round(f * len(h))
    largest = np.sort(h)[::-1]
    return (largest[k - 1] + largest[k]) / 2


class Network:
    """Weights W[l] of each hidden layer, and W[-1] of the two decision units."""

    def __init__(self, W, n_img, rule="hebb", eta=0.005, T=0.05, f0=0.2, fh=0.2, gamma=0.0, beta_r=0.2, stop_at=np.inf,
                 wmax=1.0, bounds="soft"):  # fmt: skip
        self.W, self.g, self.eta, self.T, self.fh = [w.copy() for w in W], FAMILY[rule], eta, T, fh
        self.f = [f0] + [fh] * (len(W) - 1) + [0.5]
        self.gamma, self.beta_r, self.stop_at, self.wmax, self.bounds = gamma, beta_r, stop_at, wmax, bounds
        self.rbar = np.zeros(n_img)

    def act(self, x, u):
        """u: one random number for each hidden neuron, layer by layer, and one for the action."""
        self.s, self.phi = [x], []
        for l, W in enumerate(self.W[:-1]):
            h = W @ self.s[-1]
            phi = sigmoid((h - theta(h, self.fh)) / self.T)
            own = u[l * len(h) : (l + 1) * len(h)]
            self.s.append((own < phi).astype(float))
            self.phi.append(phi)
        Wo = self.W[-1]
        p0 = sigmoid((Wo[0] - Wo[1]) @ self.s[-1] / self.T)
        a = 0 if u[-1] < p0 else 1
        self.s.append(np.eye(2)[a])
        self.phi.append(np.array([p0, 1 - p0]))
        return a

    def learn(self, m, R):
        M = R - self.gamma * self.rbar[m]
        self.rbar[m] += self.beta_r * (R - self.rbar[m])
        if R > 0 and self.rbar[m] > self.stop_at:
            M = 0.0
        one, s, phi, f, pre = self.g
        for l in range(len(self.W)):
            g = one + s * self.s[l + 1] - phi * self.phi[l] - f * self.f[l + 1]
            d = self.eta * M * np.outer(g, pre * self.s[l] + (1 - pre) * self.f[l])
            w = self.W[l]
            if self.bounds == "soft":
                w = w + np.where(d > 0, d * (1 - w / self.wmax), d * (1 + w / self.wmax))
            elif self.bounds == "hard":
                w = np.clip(w + d, -self.wmax, self.wmax)
            else:
                w = w + d
            self.W[l] = w


class Perturbed:
    """Threshold neurons: noise zeta in drives is learned by d = eta M zeta s_pre, xi in weights by d = eta M xi."""

    def __init__(self, W, n_img, of, eta, fh=0.2, gamma=1.0, beta_r=0.2, wmax=1.0):
        self.W, self.of, self.eta, self.fh, self.wmax = [w.copy() for w in W], of, eta, fh, wmax
        self.gamma, self.beta_r, self.rbar = gamma, beta_r, np.zeros(n_img)

    def act(self, x, noise):
        """noise: of each layer, of its drives or of its weights."""
        self.s, self.noise = [x], noise
        for l, W in enumerate(self.W):
            h = W @ self.s[-1] + noise[l] if self.of == "nodes" else (W + noise[l]) @ self.s[-1]
            self.s.append((h > theta(h, self.fh)).astype(float) if l < len(self.W) - 1 else h)
        return int(self.s[-1][1] > self.s[-1][0])

    def learn(self, m, R):
        M = R - self.gamma * self.rbar[m]
        self.rbar[m] += self.beta_r * (R - self.rbar[m])
        for l, W in enumerate(self.W):
            eligible = np.outer(self.noise[l], self.s[l]) if self.of == "nodes" else self.noise[l]
            self.W[l] = np.clip(W + self.eta * M * eligible, -self.wmax, self.wmax)


class Task:
    def __init__(self, n_img=4, reversing=2, c_err=4.0, crit_n=10, crit_k=9, min_trials=0, max_trials=500):
        self.n_img, self.reversing, self.c_err = n_img, reversing, c_err
        self.crit_n, self.crit_k, self.min_trials, self.max_trials = crit_n, crit_k, min_trials, max_trials
        self.block, self.trials, self.answers = 0, 0, [[] for _ in range(n_img)]

    def reward(self, m, a):
        """Return the reward, and block, image, target, correct, presentation and outcome of the trial."""
        target = (m + (self.block % 2 if m < self.reversing else 0)) % 2
        correct = int(a == target)
        self.answers[m].append(correct)
        self.trials += 1
        learned = all(len(each) >= self.crit_n and sum(each[-self.crit_n :]) >= self.crit_k for each in self.answers)
        learned = learned and self.trials >= self.min_trials
        outcome = 1 if learned else 2 if self.trials >= self.max_trials else 0
        row = (self.block, m, target, correct, len(self.answers[m]), outcome)
        if outcome:
            self.block, self.trials, self.answers = self.block + 1, 0, [[] for _ in range(self.n_img)]
        return (1.0 if correct else -self.c_err), row


def start(rng, n_img=4, n0=100, nh=100, L=2, f0=0.2, fh=0.2):
    x = np.zeros((n_img, n0))
    for m in range(n_img):
        x[m, rng.choice(n0, round(f0 * n0), replace=False)] = 1
    sizes, f = [n0] + [nh] * L + [2], [f0] + [fh] * L
    return x, [rng.normal(size=(b, a)) * 0.5 / np.sqrt(a * p) for a, b, p in zip(sizes, sizes[1:], f, strict=False)]


def live(rng, blocks, L=2, nh=100, **task):
    task = Task(**task)
    x, W = start(rng, task.n_img, nh, nh, L)
    network, rows = Network(W, task.n_img), []
    while task.block < blocks:
        m = rng.integers(task.n_img)
        a = network.act(x[m], rng.random(L * nh + 1))
        R, row = task.reward(m, a)
        network.learn(m, R)
        rows.append(row)
    return np.array(rows)


def curve(rows, first=2, images=(0, 1), longest=20):
    keep = (rows[:, 0] >= first) & np.isin(rows[:, 1], images)
    return [rows[keep & (rows[:, 4] == n), 3].mean() for n in range(1, longest + 1)]


def lengths(rows, first=2):
    ends = np.flatnonzero(rows[:, 5] > 0)
    long = np.diff(ends, prepend=-1)
    return long[rows[ends, 0] >= first], rows[ends, 5][rows[ends, 0] >= first] == 2


class Strengths:
    def __init__(self, n_img, rates=((0.05, 0.7),), c=(1.0,), T=0.2):
        self.J, self.rates, self.c, self.T = np.full((len(rates), 2, n_img), 0.5), rates, c, T

    def act(self, m, u):
        D = sum(c * (J[0, m] - J[1, m]) for c, J in zip(self.c, self.J, strict=True))
        return 0 if u < sigmoid(D / self.T) else 1

    def learn(self, m, a, R):
        for (qr, qn), J in zip(self.rates, self.J, strict=True):
            if R > 0:
                J[a, m] += qr * (1 - J[a, m])
                J[1 - a, m] -= qr * J[1 - a, m]
            else:
                J[a, m] -= qn * J[a, m]


def strengths_curve(rng, qr=0.05, qn=0.7, T=0.2, presentations=60, blocks=5, repeats=4000, first=2):
    """All repeats at once, one image that is reversed every so many presentations."""
    J, correct, one = np.full((repeats, 2), 0.5), np.zeros((blocks, presentations)), np.arange(repeats)
    for block in range(blocks):
        for n in range(presentations):
            a = (rng.random(repeats) >= sigmoid((J[:, 0] - J[:, 1]) / T)).astype(int)
            right = a == block % 2
            grown = J * (1 - qr)
            grown[one, a] += qr
            weakened = J.copy()
            weakened[one, a] *= 1 - qn
            J = np.where(right[:, None], grown, weakened)
            correct[block, n] = right.mean()
    return correct[first:].mean(axis=0)


def main():
    rng = np.random.default_rng(0)
    networks = [live(rng, 7) for _ in range(24)]
    rows = np.concatenate(networks)
    shown = (1, 2, 3, 4, 5, 7, 10, 15, 20)
    print("network, correct at presentations 1 2 3 4 5 7 10 15 20:", *(f"{curve(rows)[n - 1]:.3f}" for n in shown))
    found = [lengths(each) for each in networks]
    long, failed = (np.concatenate(part) for part in zip(*found, strict=True))
    print(
        "network, trials in a block, median and quartiles:", *(f"{np.quantile(long, q):.1f}" for q in (0.5, 0.25, 0.75))
    )
    print(f"network, share of failed blocks: {failed.mean():.3f}")
    small = [lengths(live(rng, 4, L=1, nh=40, n_img=2)) for _ in range(20)]
    long, failed = (np.concatenate(part) for part in zip(*small, strict=True))
    print("small network, trials in a block, median and quartiles:",
          *(f"{np.quantile(long, q):.1f}" for q in (0.5, 0.25, 0.75)))  # fmt: skip
    print(f"small network, share of failed blocks: {failed.mean():.3f}")
    shown = (1, 2, 3, 4, 5, 8, 10, 15, 20, 30)
    found = strengths_curve(rng)
    print("two strengths, correct at presentations 1 2 3 4 5 8 10 15 20 30:", *(f"{found[n - 1]:.3f}" for n in shown))
    J = Strengths(1)
    for _ in range(10):
        J.learn(0, 0, 1.0)
    print("two strengths, after ten rewards:", *(f"{value:.6f}" for value in J.J[0, :, 0]))


if __name__ == "__main__":
    main()
