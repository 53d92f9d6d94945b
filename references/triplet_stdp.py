"""J.-P. Pfister, W. Gerstner, "Triplets of spikes in a model of spike timing-dependent plasticity", Journal of
Neuroscience 26(38):9673-9682, 2006.

Traces r1 (tau_+) and r2 (tau_x) of presynaptic spikes, o1 (tau_-) and o2 (tau_y) of postsynaptic ones, which decay
exponentially:
    pre fires:    w <- w - o1 (A2- + A3- r2),   then r1 += 1, r2 += 1       (nearest spikes: r1 = r2 = 1)
    post fires:   w <- w + r1 (A2+ + A3+ o2),   then o1 += 1, o2 += 1       (nearest spikes: o1 = o2 = 1)
All traces are read before the present spikes count. Parameters are those fitted to visual cortex; some of the minimal
sets are recalled.

Experiment: figure on the frequency of pairs. 60 pairs at 0.1, 10, 20, 40 and 50 Hz, pre 10 ms before post and after it;
change of the weight in units of the initial one, and mean squared distance from the data of P. J. Sjostrom,
G. G. Turrigiano, S. B. Nelson, Neuron 32:1149, 2001, in standard errors. And the drift under independent Poisson spikes
of 20 Hz at both sides for 1000 s, over that of the equation of rates.
"""

import numpy as np

SETS = {
    # tau_x, tau_y, A2+, A3+, A2-, A3-, nearest
    "full set, all spikes": (101, 125, 5e-10, 6.2e-3, 7e-3, 2.3e-4, False),
    "minimal set, all spikes": (101, 114, 0, 6.5e-3, 7.1e-3, 0, False),
    "full set, nearest spikes": (714, 40, 8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, True),
    "minimal set, nearest spikes": (714, 40, 0, 5.0e-2, 8.0e-3, 0, True),
}
RATES = (0.1, 10.0, 20.0, 40.0, 50.0)
CHANGE = {10: (-0.04, 0.14, 0.29, 0.53, 0.56), -10: (-0.29, -0.41, -0.34, 0.56, 0.75)}
ERROR = {10: (0.05, 0.10, 0.14, 0.11, 0.26), -10: (0.08, 0.11, 0.10, 0.32, 0.19)}


def weight(pre, post, tau_x, tau_y, A2p, A3p, A2m, A3m, nearest=False, tau_p=16.8, tau_m=33.7, w=1.0):
    """Return the weight after the spikes of two neurons, at times in ms."""
    r1 = r2 = o1 = o2 = last = 0.0
    pre, post = set(pre), set(post)
    for t in sorted(pre | post):
        r1, r2 = r1 * np.exp((last - t) / tau_p), r2 * np.exp((last - t) / tau_x)
        o1, o2 = o1 * np.exp((last - t) / tau_m), o2 * np.exp((last - t) / tau_y)
        if t in pre:
            w -= o1 * (A2m + A3m * r2)
        if t in post:
            w += r1 * (A2p + A3p * o2)
        if t in pre:
            r1, r2 = (1.0, 1.0) if nearest else (r1 + 1, r2 + 1)
        if t in post:
            o1, o2 = (1.0, 1.0) if nearest else (o1 + 1, o2 + 1)
        last = t
    return w


def pairs(dt, rate, count=60):
    pre = 1000 / rate * np.arange(count) + max(-dt, 0)
    return pre, pre + dt


def drift(rho_x, rho_y, tau_x, tau_y, A2p, A3p, A2m, A3m, nearest=False, tau_p=16.8, tau_m=33.7):
    """Return the mean change in a second under independent Poisson spikes, rates in Hz, if all spikes count."""
    rho_x, rho_y = rho_x / 1000, rho_y / 1000
    pair = (A2p * tau_p - A2m * tau_m) * rho_x * rho_y
    return 1000 * (pair + A3p * tau_p * tau_y * rho_x * rho_y**2 - A3m * tau_m * tau_x * rho_x**2 * rho_y)


def main():
    for name, values in SETS.items():
        changes = {dt: [weight(*pairs(dt, rate), *values) - 1 for rate in RATES] for dt in (10, -10)}
        errors = [(np.array(changes[dt]) - CHANGE[dt]) / ERROR[dt] for dt in changes]
        print(f"{name}, pre before post:", *(f"{change:.4f}" for change in changes[10]))
        print(f"{name}, post before pre:", *(f"{change:.4f}" for change in changes[-10]))
        print(f"{name}, mean squared distance from the data: {np.mean(np.square(errors)):.3f}")
    rng, full = np.random.default_rng(0), SETS["full set, all spikes"]
    trains = [np.cumsum(rng.exponential(50, 20_000)) for _ in range(2)]
    change = weight(*(train[train < 1e6] for train in trains), *full) - 1
    print(f"Poisson spikes, change over that of the equation of rates: {change / 1000 / drift(20, 20, *full):.2f}")


if __name__ == "__main__":
    main()
