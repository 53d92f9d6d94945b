"""C. Clopath, L. Busing, E. Vasilaki, W. Gerstner, "Connectivity reflects coding: a model of voltage-based STDP with
homeostasis", Nature Neuroscience 13:344-352, 2010.

    dw/dt = -A_LTD X [um - th_m]+ + A_LTP x [u - th_p]+ [up - th_m]+
    tau_m dum/dt = u - um,   tau_p dup/dt = u - up,   tau_x dx/dt = X - x (X the presynaptic spikes)
    C du/dt = -g_L (u - E_L) + g_L D_T exp((u - V_T) / D_T) - w_ad + z + I
    tau_w dw_ad/dt = a (u - E_L) - w_ad,   tau_z dz/dt = -z,   tau_T dV_T/dt = V_rest - V_T

in steps of 1 ms in the order of the authors' code, which adds two things: the synapse reads um and up as they were
3 ms before, and a spike stands for 2 ms before u is reset. Visual cortex; mV, pA, pF, nS, ms. The homeostasis of A_LTD
is left out, as in the paper's pairing protocols. b = 0.0805 is added to a current in pA, as in the code.

Experiment: figure on the frequency of pairs, in the protocol of the authors' script. Five presynaptic spikes at 0.1,
10, 20, 40 or 50 Hz, postsynaptic ones 10 ms after or before each (and a sixth where post comes first), the whole
repeated 15 times every 10 s (0.1 Hz: 10 times, one after the other), spikes of the neuron forced by 1e6 pA for 1 ms,
initial weight 0.5. Weight afterwards in percent.
"""

import numpy as np

E_L, g_L, C, D_T, V_rest, V_max = -70.6, 30.0, 281.0, 2.0, -50.4, -30.4
A_LTD, A_LTP, th_m, th_p, tau_m, tau_p, tau_x = 14e-5, 8e-5, -70.6, -45.3, 10.0, 7.0, 15.0


def voltage(current):
    """Return the potential (steps,) of the neuron under a current in pA."""
    u, w_ad, z, V_T, spike, U = E_L, 0.0, 0.0, V_rest, 0, []
    for I in current:
        if spike == 2:
            u, w_ad, z, V_T, spike = E_L + 15 + 6.0984, w_ad + 0.0805, 400.0, V_max, 0
        du = (-g_L * (u - E_L) + g_L * D_T * np.exp((u - V_T) / D_T) - w_ad + z + I) / C
        dw = (4.0 * (u - E_L) - w_ad) / 144
        u, w_ad, z, V_T = u + du, w_ad + dw, z - z / 40, V_rest / 50 + (1 - 1 / 50) * V_T
        if spike == 1:
            spike, u, w_ad = 2, 32.862, w_ad - dw
        if u > 20 and spike == 0:
            spike, u = 1, 29.4
        U.append(u)
    return np.array(U)


def weight(X, U, w=0.5):
    """Return the weight after presynaptic spikes X (steps,) of 0 and 1 and potentials U (steps,), without bounds."""
    um, up, x = [E_L] * 4, [E_L] * 4, 0.0
    for spike, u in zip(X, U, strict=True):
        w -= A_LTD * spike * max(um[-4] - th_m, 0)
        w += A_LTP * x * max(u - th_p, 0) * max(up[-4] - th_m, 0)
        um.append(um[-1] + (u - um[-1]) / tau_m)
        up.append(up[-1] + (u - up[-1]) / tau_p)
        x += (spike - x) / tau_x
    return w


def paired(pre, post, steps):
    """Return the weight after spikes at whole ms, of which those of the postsynaptic neuron are forced."""
    X, I = np.zeros(steps), np.zeros(steps)
    X[pre], I[post] = 1, 1e6
    return weight(X, voltage(I))


def trains(dt, rate):
    """Return the spikes of the authors' script, whose loop begins with the fourth ms, and the number of steps."""
    period, length = 1000 / rate, round(5 * 1000 / rate) + abs(dt) + 1
    pre, post = abs(dt) + period * np.arange(5), abs(dt) + dt + period * np.arange(6)
    starts = length * np.arange(10) if rate < 1 else 10_000 * np.arange(15)
    pre, post = ((starts[:, None] + each[each <= length - 2]).ravel() - 3 for each in (pre, post))
    return pre.astype(int), post[post >= 0].astype(int), starts[-1] + length + 500


def main():
    for dt, words in ((10, "pre before post"), (-10, "post before pre")):
        percent = [200 * paired(*trains(dt, rate)) for rate in (0.1, 10, 20, 40, 50)]
        print(f"weight in percent at 0.1, 10, 20, 40, 50 Hz, {words}:", *(f"{each:.3f}" for each in percent))


if __name__ == "__main__":
    main()
