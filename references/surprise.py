"""V. Liakoni, A. Modirshanechi, W. Gerstner, J. Brea, "Learning in volatile environments with the Bayes Factor
Surprise", Neural Computation 33(2):269-340, 2021, arXiv:1907.02936, for the Gaussian task.

A mean theta ~ N(0, 1) that is drawn anew with probability p at each step, and y ~ N(theta, sigma^2). A belief (chi, nu)
is N(chi / nu, sigma^2 / nu); the prior has chi = 0, nu = sigma^2; an observation adds (y, 1). With the density of y
under a belief P(y; belief), and m = p / (1 - p):
    S = P(y; prior) / P(y; belief) (Bayes Factor Surprise),   gamma = m S / (1 + m S)

Each function returns the estimates of theta_t after y_t:
    messages   exact inference over the step of the last change (Adams & MacKay 2007; Fearnhead & Liu 2007), or the
               N most probable hypotheses (MPN)
    particles  pfN, a particle filter; the random numbers are handed over, resampling is multinomial as published
    var_smile  chi <- (1 - gamma) chi + y,   nu <- (1 - gamma) nu + gamma nu_0 + 1
    smile      M. Faraji, K. Preuschoff, W. Gerstner, Neural Computation 30:34, 2018
    nassar     M. R. Nassar et al., J. Neurosci. 2010 and Nat. Neurosci. 2012, adapted to a Gaussian prior
    leaky      n <- w (n + 1), s <- w (s + y), estimate s / n

Experiment: sigma = p = 0.1, 20,000 steps, parameters as the authors tuned them. Mean squared error of exact inference
(their result: 0.00335), and what the others err in excess (theirs: MP10 4.48e-7, pf20 9.08e-5, VarSMiLe 2.05e-4,
Nas10* 3.28e-4, Nas12* 1.39e-4, SMiLe 1.33e-3, leaky 6.26e-3).
"""

import numpy as np


def log_density(chi, nu, y, sigma):
    variance = sigma**2 * (1 + 1 / nu)
    return -0.5 * ((y - chi / nu) ** 2 / variance + np.log(2 * np.pi * variance))


def rate(surprise_log, p):
    """gamma, as the logistic function of log m + log S."""
    return 1 / (1 + np.exp(np.clip(np.log((1 - p) / p) - surprise_log, -700, 700)))


def messages(Y, sigma, p, N=None, cutoff=0.0):
    w, chi, nu, estimates = np.ones(1), np.zeros(1), np.full(1, sigma**2), []
    for y in Y:
        logs = log_density(chi, nu, y, sigma)
        w = w * np.exp(logs - logs.max())
        w = w / w.sum()
        chi, nu, keep = chi + y, nu + 1, w >= cutoff
        if N is not None and len(w) > N:
            keep[np.argmin(w)] = False
        w, chi, nu = w[keep] / w[keep].sum(), chi[keep], nu[keep]
        estimates.append(np.sum(w * chi / nu))
        w, chi, nu = np.append((1 - p) * w, p), np.append(chi, 0.0), np.append(nu, sigma**2)
    return np.array(estimates)


def particles(Y, sigma, p, uniforms):
    """`uniforms` (steps, 2, N) are the random numbers for changes and for resampling."""
    N, estimates = uniforms.shape[2], []
    w, chi, nu = np.full(N, 1 / N), np.zeros(N), np.full(N, sigma**2)
    for y, (u, v) in zip(Y, uniforms, strict=True):
        own, prior = log_density(chi, nu, y, sigma), log_density(0.0, sigma**2, y, sigma)
        weighed = np.logaddexp(np.log1p(-p) + own, np.log(p) + prior)
        w = w * np.exp(weighed - weighed.max())
        w = w / w.sum()
        changed = u < rate(prior - own, p)
        chi, nu = np.where(changed, 0.0, chi), np.where(changed, sigma**2, nu)
        if 1 / np.sum(w**2) <= N / 2:
            drawn = np.minimum(np.sum(np.cumsum(w) <= v[:, None], axis=1), N - 1)
            w, chi, nu = np.full(N, 1 / N), chi[drawn], nu[drawn]
        chi, nu = chi + y, nu + 1
        estimates.append(np.sum(w * chi / nu))
    return np.array(estimates)


def var_smile(Y, sigma, m):
    chi, nu, estimates, p = 0.0, sigma**2, [], m / (1 + m)
    for y in Y:
        gamma = rate(log_density(0.0, sigma**2, y, sigma) - log_density(chi, nu, y, sigma), p)
        chi, nu = (1 - gamma) * chi + y, (1 - gamma) * nu + gamma * sigma**2 + 1
        estimates.append(chi / nu)
    return np.array(estimates)


def smile(Y, sigma, m):
    def divergence(mean, nu, other_mean, other_nu):
        return 0.5 * ((mean - other_mean) ** 2 * other_nu / sigma**2 + other_nu / nu - 1 - np.log(other_nu / nu))

    chi, nu, estimates = 0.0, sigma**2, []
    for y in Y:
        corrected = m * divergence(chi / nu, nu, y, 1.0)
        bound, low, high = divergence(y, 1.0, chi / nu, nu) * corrected / (1 + corrected), 0.0, 1.0
        for _ in range(60):
            gamma = (low + high) / 2
            new_chi, new_nu = (1 - gamma) * chi + gamma * y, (1 - gamma) * nu + gamma
            far = divergence(new_chi / new_nu, new_nu, chi / nu, nu) > bound
            low, high = (low, gamma) if far else (gamma, high)
        chi, nu = new_chi, new_nu
        estimates.append(chi / nu)
    return np.array(estimates)


def nassar(Y, sigma, p, year):
    mu, r, nu, rho, estimates = 0.0, 1.0, sigma**2, sigma**2, []
    for y in Y:
        g = rate(log_density(0.0, sigma**2, y, sigma) - log_density(nu * mu, nu, y, sigma), p)
        stayed, changed = mu + (y - mu) / (rho + r + 1), y / (rho + 1)
        if year == 2010:
            r = (1 - g) * (r + 1) + g
            nu = rho + r
        else:
            v = sigma**2 / (rho + 1) * (rho + g * r + 1) / (rho + r + 1) + (1 - g) * g * (stayed - changed) ** 2
            nu, r = sigma**2 / v, sigma**2 / v - rho
        mu = (1 - g) * stayed + g * changed
        estimates.append(mu)
    return np.array(estimates)


def leaky(Y, w):
    s, n, estimates = 0.0, 0.0, []
    for y in Y:
        s, n = w * (s + y), w * (n + 1)
        estimates.append(s / n)
    return np.array(estimates)


def world(rng, T, sigma, p):
    drawn, changes = rng.normal(size=T), rng.random(T) < p
    theta = drawn[np.maximum.accumulate(np.where(changes, np.arange(T), 0))]
    return theta, theta + sigma * rng.normal(size=T)


def main():
    rng, sigma, p, T = np.random.default_rng(0), 0.1, 0.1, 20_000
    theta, Y = world(rng, T, sigma, p)
    exact = np.mean((messages(Y, sigma, p, cutoff=1e-16) - theta) ** 2)
    print(f"exact inference, mean squared error: {exact:.5f}")
    found = {
        "MP10": messages(Y, sigma, p, N=10),
        "pf20": particles(Y, sigma, p, rng.random((T, 2, 20))),
        "VarSMiLe": var_smile(Y, sigma, 0.79),
        "Nas10*": nassar(Y, sigma, 0.1536, 2010),
        "Nas12*": nassar(Y, sigma, 0.08377, 2012),
        "SMiLe": smile(Y, sigma, 0.13),
        "leaky integration": leaky(Y, 0.06),
    }
    for name, estimates in found.items():
        print(f"{name}, mean squared error in excess: {np.mean((estimates - theta) ** 2) - exact:.2e}")


if __name__ == "__main__":
    main()
