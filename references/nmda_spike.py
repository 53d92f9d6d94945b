"""NMDA spikes in a branched cable, as reviewed by S. D. Antic, W.-L. Zhou, A. R. Moore, S. M. Short, K. D. Ikonomu,
"The decade of the dendritic NMDA spike", Journal of Neuroscience Research 88:2991-3001, 2010.

    C_i dV_i/dt = -g_L,i (V_i - E_L) + sum_j g_ij (V_j - V_i) - [g_A,i(t) + g_N,i(t) B(V_i)] (V_i - E_e) + I_i
    B(V) = 1 / (1 + [Mg] eta exp(-gamma V))                    (C. E. Jahr, C. F. Stevens, J. Neurosci. 10:3178, 1990)
    g(t) = g_max f (exp(-t/tau_d) - exp(-t/tau_r)),  f so that g_max is the peak
in implicit steps, all conductances at their end, the NMDA current along its tangent
    S = g_N B + g_N gamma B (1 - B) (V - E_e)
and the tree solved by elimination from the tips to the root and back (M. Hines, 1984). Units: mV, ms, nF, uS, nA, um.
Arrays have one column for each stimulus.

The neuron is schematic: a soma (25 x 25 um), 8 basal dendrites (200 x 0.8 um), an apical trunk (600 x 4 um) with 4 tuft
branches (200 x 1 um), 271 compartments. N synapses sit on 4 compartments of a basal dendrite, 110 to 150 um from the
soma, all active at 10 ms.

Experiment (steps of 0.1 ms): peaks, widths and durations against N, with AMPA receptors only and without magnesium;
clustered and distributed synapses; folds of a point neuron with leak and a steady NMDA conductance.
"""

import numpy as np

E_L, E_e = -70.0, 0.0
R_a, C_m, R_m = 100.0, 1.0, 10_000.0
POLSKY = {"tau_A": (2.0, 0.2), "tau_N": (90.0, 5.0), "eta": 0.25, "gamma": 0.08, "g_A": 0.25, "g_N": 1.0, "Mg": 1.0}
CLUSTER = (11, 12, 13, 14)


def reference_cell():
    """Return parents p, capacitance C (nF), leak g_L (uS) and coupling g to the parent (uS) of each compartment."""
    p, C, g_L, half, g = [], [], [], [], []

    def section(L, d, n, parent):
        for _ in range(n):
            area = np.pi * d * L / n
            C.append(area * C_m * 1e-5)
            g_L.append(area * 1e-2 / R_m)
            half.append(R_a * 1e-2 * (L / n / 2) / (np.pi * d**2 / 4))
            g.append(0.0 if parent < 0 else 1 / (half[-1] + half[parent]))
            p.append(parent)
            parent = len(p) - 1
        return parent

    soma = section(25, 25, 1, -1)
    for _ in range(8):
        section(200, 0.8, 20, soma)
    trunk = section(600, 4, 30, soma)
    for _ in range(4):
        section(200, 1, 20, trunk)
    return np.array(p), np.array(C), np.array(g_L), np.array(g)


def hines(p, off, diag, rhs):
    """Solve the tree: diag, rhs (n, columns), off (n,) the coupling to the parent."""
    diag, rhs = diag.copy(), rhs.copy()
    for i in range(len(p) - 1, 0, -1):
        f = off[i] / diag[i]
        diag[p[i]] -= f * off[i]
        rhs[p[i]] -= f * rhs[i]
    x = np.empty_like(rhs)
    x[0] = rhs[0] / diag[0]
    for i in range(1, len(p)):
        x[i] = (rhs[i] - off[i] * x[p[i]]) / diag[i]
    return x


def simulate(cell, n_synapses, T=200.0, h=0.1, t_on=10.0, keep=(0, 14), **changes):
    """Return V (steps, len(keep), columns) for synapses (n, columns) that are active from t_on on."""
    o = POLSKY | changes
    p, C, g_L, g = cell
    V = np.full(n_synapses.shape, E_L)
    total = g_L + g
    np.add.at(total, p[1:], g[1:])
    C, g_L, total = C[:, None], g_L[:, None], total[:, None]
    syn = np.flatnonzero(n_synapses.any(axis=1))
    n = n_synapses[syn]

    def conductance(t, g_max, tau_d, tau_r):
        t_p = tau_r * tau_d / (tau_d - tau_r) * np.log(tau_d / tau_r)
        f = 1 / (np.exp(-t_p / tau_d) - np.exp(-t_p / tau_r))
        return 1e-3 * g_max * f * (np.exp(-t / tau_d) - np.exp(-t / tau_r)) if t > 0 else 0.0

    found = []
    for step in range(1, round(T / h) + 1):
        t = step * h - t_on
        g_A, g_N = n * conductance(t, o["g_A"], *o["tau_A"]), n * conductance(t, o["g_N"], *o["tau_N"])
        v = V[syn]
        B = 1 / (1 + o["Mg"] * o["eta"] * np.exp(-o["gamma"] * v))
        S = g_N * B + g_N * o["gamma"] * B * (1 - B) * (v - E_e)
        diag = np.repeat(C / h + total, V.shape[1], axis=1)
        diag[syn] += g_A + S
        assert diag.min() > 0
        rhs = C / h * V + g_L * E_L
        rhs[syn] += g_A * E_e + S * v - g_N * B * (v - E_e)
        V = hines(p, -g, diag, rhs)
        found.append(V[list(keep)])
    return np.array(found)


def synapses(n, N, first=1):
    """N synapses in turn on the cluster of the basal branch that begins at a compartment."""
    placed = np.zeros(n)
    for k in range(N):
        placed[first + CLUSTER[k % 4]] += 1
    return placed


def clustered(cell, counts):
    return np.stack([synapses(len(cell[0]), N) for N in counts], axis=1)


def distributed(cell, N):
    return sum(synapses(len(cell[0]), N // 8 + (k < N % 8), 1 + 20 * k) for k in range(8))


def folds(eta, gamma, E=E_L):
    """Turning points of r = g_N/g_L = (E_L - V) / (B V)."""
    V = np.linspace(E, 0, 2_000_001)[1:-1]
    r = (E - V) * (1 + eta * np.exp(-gamma * V)) / V
    turn = np.flatnonzero(np.diff(np.sign(np.diff(r)))) + 1
    return sorted((r[k], V[k]) for k in turn)


def main():
    cell, counts, h = reference_cell(), (1, 8, 16, 20, 21, 24, 32, 40, 60), 0.1
    V = simulate(cell, clustered(cell, counts)) - E_L
    print("synapses:", *counts)
    print("dendrite, mV:", *(f"{x:.2f}" for x in V[:, 1].max(axis=0)))
    print("soma, mV:", *(f"{x:.3f}" for x in V[:, 0].max(axis=0)))
    print("half-width, ms:", *(f"{x:.1f}" for x in h * (V[:, 1] > V[:, 1].max(axis=0) / 2).sum(axis=0)))
    print("above -40 mV, ms:", *(f"{x:.1f}" for x in h * (V[:, 1] > 30).sum(axis=0)))
    for words, changes in (("AMPA only", {"g_N": 0.0}), ("without magnesium", {"Mg": 0.0})):
        V = simulate(cell, clustered(cell, counts), T=60.0, **changes)[:, 0] - E_L
        print(f"soma, mV, {words}:", *(f"{x:.2f}" for x in V.max(axis=0)))
    both = np.stack([each for N in (8, 16, 24, 32, 48, 64) for each in (synapses(271, N), distributed(cell, N))], 1)
    peaks = (simulate(cell, both, T=60.0)[:, 0] - E_L).max(axis=0)
    print("soma, mV, clustered and distributed, 8 16 24 32 48 64:", *(f"{x:.2f}" for x in peaks))
    for words, eta, gamma, E in (("polsky", 0.25, 0.08, -70), ("human", 0.28011, 0.0765685, -70),
                                 ("jahr-stevens at -80", 1 / 3.57, 0.062, -80)):  # fmt: skip
        print(f"folds (g_N/g_L, mV), {words}:", *(f"{r:.5f} {V:.3f}" for r, V in folds(eta, gamma, E)))


if __name__ == "__main__":
    main()
