"""M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein, "A model for structured information representation in
neural networks of the brain", eNeuro 7(3), 2020: neurons, synapses, and the content space C.

Neurons, per step h, with tau_m = 10 ms:
    u <- e^(-h/tau_m) u + (1 - e^(-h/tau_m)) (b + I) + 0.03 sum of w that arrive
    s <- e^(-h/5000) s
    rho = 1000 Hz (e^(u + min(s, 0.5)) - 1) for excitatory neurons, 10 Hz u for inhibitory ones, 0 below 0
    a neuron that is not dead spikes when the integral of rho since it was last free reaches a number drawn from Exp(1);
    then u = 0, s += q, dead for round(Gamma(4, 3.5 ms) / h) steps, and the next number is drawn
So in a step a neuron that is not dead spikes with probability 1 - e^(-rho h).

Synapses ("sem"), traces K+ of presynaptic and K- of postsynaptic spikes, which reach the synapse after its delay d:
    post:  w <- min(w_max, w + eta (K+ - A-))        not where a presynaptic spike is there as well
    pre:   w <- max(0, w - eta (alpha K- + A-)), then the spike is sent with this weight and arrives after d

Experiments: rate of an isolated neuron with bias 0.1, 1.0, and with s held at 0.5 (renewal theory: 56.39, 176.9, 203.8
Hz); weights of one synapse after each presynaptic spike; excitability after spikes.
"""

import numpy as np

TAU_M, TAU_S, DEAD, SHAPE = 10.0, 5000.0, 3.5, 4
# eta, A-, alpha, tau+, tau-, w_max
XE = (0.01, 0.4, 0.0, 25.0, 25.0, 0.8)
EE = (0.0025, 0.5, -1.0, 25.0, 25.0, 0.6)
C_TO_N = (0.00312222, 0.28319782, 0.0, 19.61620613, 45.42334068, 1.24902448)
PRE, POST = (10, 14, 30, 31.5, 60, 100), (12, 13, 33, 58, 90)


def neurons(u, s, dead, waiting, arriving, drive, h, inhibitory=False, q=0.0):
    """Return u, s, further dead steps, what is left of the integral, and who fires."""
    u = np.exp(-h / TAU_M) * u + (1 - np.exp(-h / TAU_M)) * drive + 0.03 * arriving
    s = np.exp(-h / TAU_S) * s
    x = u + np.minimum(s, 0.5)
    rho = np.maximum(10 * u if inhibitory else 1000 * (np.exp(x) - 1), 0)
    waiting = waiting - np.where(dead > 0, 0, rho * h / 1000)
    fired = waiting < 0
    return np.where(fired, 0, u), s + q * fired, np.maximum(dead - 1, 0), waiting, fired


def drawn(draw, h):
    """Return numbers from Exp(1) and dead times in steps, of uniform numbers (..., 5)."""
    return -np.log(draw[..., 0]), np.round(-np.log(draw[..., 1:]).sum(-1) * DEAD / SHAPE / h).astype(int)


class Synapses:
    """All pairs (pre, post), of which `mask` says which are there, with delays in steps."""

    def __init__(self, w, mask, delay, eta, A, alpha, tau_p, tau_m, w_max, h):
        self.w, self.mask, self.delay, self.h = np.where(mask, w, 0.0), mask, delay, h
        self.eta, self.A, self.alpha, self.w_max = eta, A, alpha, w_max
        self.decay_p, self.decay_m = np.exp(-h / tau_p), np.exp(-h / tau_m)
        self.Kp, self.Km = np.zeros(len(w)), np.zeros(w.shape)
        self.sent, self.post = np.zeros((delay.max() + 1, w.shape[1])), np.zeros((delay.max() + 1, w.shape[1]), bool)
        self.t = 0

    def arriving(self):
        """Return what arrives in this step, the first to be asked in a step."""
        self.t += 1
        row = self.t % len(self.sent)
        now, self.sent[row] = self.sent[row].copy(), 0
        return now

    def step(self, pre, post):
        n, columns = len(self.sent), np.arange(self.w.shape[1])
        self.post[self.t % n] = post
        self.Kp, self.Km = self.decay_p * self.Kp, self.decay_m * self.Km
        back = self.post[(self.t - self.delay) % n, columns] & self.mask & (self.t > self.delay)
        here = pre[:, None] & self.mask
        w = np.where(here, np.maximum(0, self.w - self.eta * (self.alpha * self.Km + self.A)), self.w)
        up = np.minimum(self.w_max, self.w + self.eta * (self.Kp[:, None] - self.A))
        self.w = np.where(back & ~here, up, w)
        i, j = np.nonzero(here)
        np.add.at(self.sent, ((self.t + self.delay[i, j]) % n, j), self.w[i, j])
        self.Kp, self.Km = self.Kp + pre, self.Km + back


def content_space(inputs, xe, ee, ei, ie, ii, first, draws, h):
    """Simulate C for spikes of inputs; fixed weights (pre, post) have a delay of a step.

    Return spikes of E and I, weights, and u of E.
    """
    n_e, n_i = ei.shape
    u, s, dead, waiting = np.full(n_e, 0.1), np.zeros(n_e), np.zeros(n_e, int), first[0]
    v, dead_i, waiting_i = np.zeros(n_i), np.zeros(n_i, int), first[1]
    late_ei, late_ie, fired_e, fired_i = np.zeros(n_i), np.zeros(n_e), [], []
    steps_ii = round(1 / h)
    late_ii = np.zeros((steps_ii, n_i))
    for t, (x, d_e, d_i) in enumerate(zip(inputs, *draws, strict=True)):
        arriving = xe.arriving() + ee.arriving() + late_ie
        u, s, dead, waiting, e = neurons(u, s, dead, waiting, arriving, 0.1, h)
        (waiting[e], dead[e]), arriving = drawn(d_e[e], h), late_ei + late_ii[t % steps_ii]
        v, _, dead_i, waiting_i, i = neurons(v, 0.0, dead_i, waiting_i, arriving, 0.0, h, inhibitory=True)
        waiting_i[i], dead_i[i] = drawn(d_i[i], h)
        late_ei, late_ie, late_ii[t % steps_ii] = e @ ei, i @ ie, i @ ii
        xe.step(x, e)
        ee.step(e, e)
        fired_e.append(e)
        fired_i.append(i)
    return np.array(fired_e), np.array(fired_i), xe.w, ee.w, u


def one_synapse(w, parameters, d):
    """Return the weight after each presynaptic spike of PRE, times in ms, with delay d."""
    eta, A, alpha, tau_p, tau_m, w_max = parameters
    found, arrivals = [], {t + d for t in POST}
    for t in sorted(set(PRE) | arrivals):
        if t in PRE:
            Km = sum(np.exp((r - t) / tau_m) for r in arrivals if r < t)
            w = max(0, w - eta * (alpha * Km + A))
            found.append(w)
        else:
            w = min(w_max, w + eta * (sum(np.exp((r - t) / tau_p) for r in PRE if r < t) - A))
    return np.array(found)


def isolated(bias, held=0.0, h=0.1, n=1000, ms=1500, seed=0):
    """Return the mean rate of neurons without synapses, after 500 ms, their dead times drawn at the spikes."""
    rng = np.random.default_rng(seed)
    u, dead, count = np.zeros(n), np.zeros(n), 0
    for t in range(round(ms / h)):
        u = np.exp(-h / TAU_M) * u + (1 - np.exp(-h / TAU_M)) * bias
        rho = np.maximum(1000 * (np.exp(u + held) - 1), 0)
        fired = (dead <= 0) & (rng.random(n) < 1 - np.exp(-rho * h / 1000))
        dead = np.where(fired, np.round(rng.gamma(SHAPE, DEAD / SHAPE, n) / h), dead - 1)
        u[fired] = 0
        count += fired.sum() * (t * h >= 500)
    return count / n / (ms - 500) * 1000


def main():
    for name, bias, held in (("bias 0.1", 0.1, 0.0), ("bias 1.0", 1.0, 0.0), ("bias 0.1, s held at 0.5", 0.1, 0.5)):
        print(f"rate of an isolated neuron (Hz), {name}: {isolated(bias, held):.1f}")
    for name, w, parameters, d in (("XE", 0.4, XE, 1), ("EE", 0.3, EE, 1), ("C to N", 0.6, C_TO_N, 4)):
        print(f"weights after presynaptic spikes, {name}:", *(f"{x:.8f}" for x in one_synapse(w, parameters, d)))


if __name__ == "__main__":
    main()
