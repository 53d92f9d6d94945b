"""C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024: the spiking neurons of figure 4.

Integrate-and-fire neurons under ON and OFF channels, in steps of 1 ms, for all samples of a mini-batch at once; the
order within a step and all constants are those of the authors' code. s spikes of the channels, z of the neurons:
    v <- -65 + exp(-1/15) (v + 65),   I <- exp(-1) I + W (s_before - r_x),   v <- v + I unless refractory (2 ms)
    z = [v >= -50], then v = -65
    s_bar <- exp(-1/30) s_bar + s / 30,   z_bar <- exp(-1/30) z_bar + z / 30,   r_x, r_z mean rates (slow)
    LTP = sum z_bar z (s_bar - r_x),   LTD = r_z^2 / r_0 sum z_bar (s - r_x)          (control: r_z^2 / r_0 W)
    G <- 0.999 G + 0.001 (LTP - LTD)^2,   W <- W + nu (LTP - LTD) / (sqrt(G) + 1e-4) - nu leak W
    a neuron with r_z < r_0 / 5 gets W <- W + 0.01 W / |W|, with |W| before the step;   W >= 0
"""

import numpy as np


def learn(S, W, r_0, nu, leak, rule="triplet"):
    """Return weights, G, both rates and the spikes of the neurons after spikes S (steps, samples, channels)."""
    B, n, m = S.shape[1], S.shape[2], len(W)
    v, I, refractory, s = np.full((B, m), -65.0), np.zeros((B, m)), np.zeros((B, m)), np.zeros((B, n))
    s_bar, z_bar, r_x, r_z, G = np.zeros((B, n)), np.zeros((B, m)), np.full(n, 0.05), np.full(m, 0.05), np.ones_like(W)
    fade, tau, Z = np.exp(-1 / 30), 2000 * 100 / B, []
    for s_now in S:
        v = -65 + np.exp(-1 / 15) * (v + 65)
        I = np.exp(-1) * I + (s - r_x) @ W.T
        refractory = np.maximum(refractory - 1, 0)
        v = v + (refractory <= 0) * I
        z = (v >= -50).astype(float)
        v, refractory, s = np.where(z > 0, -65, v), np.where(z > 0, 2, refractory), s_now
        s_bar, z_bar = fade * s_bar + s / 30, fade * z_bar + z / 30
        r_x = np.exp(-1 / tau) * r_x + s.mean(axis=0) / tau
        r_z = np.exp(-1 / tau) * r_z + z.mean(axis=0) / tau
        LTP = (z_bar * z).T @ (s_bar - r_x)
        LTD = (r_z**2)[:, None] / r_0 * (z_bar.T @ (s - r_x) if rule == "triplet" else W)
        G = 0.999 * G + 0.001 * (LTP - LTD) ** 2
        moved = W + nu * (LTP - LTD) / (np.sqrt(G) + 1e-4) - nu * leak * W
        quiet = (r_z < r_0 / 5)[:, None]
        W = np.maximum(moved * (1 + quiet * 0.01 / np.linalg.norm(W, axis=1, keepdims=True)), 0)
        Z.append(z)
    return W, G, r_x, r_z, np.array(Z)
