"""C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner, "Dendritic voltage recordings explain paradoxical synaptic
plasticity: a modeling study", Frontiers in Synaptic Neuroscience 12:585539, 2020.

With v the voltage at the synapse relative to rest (mV), x = exp(-(t - t_pre) / tau_x) the glutamate trace (ms):
    tau_- du_-/dt = v - u_-,   tau_+ du_+/dt = v - u_+
    P = A_LTP x [u_+ - theta_+]+
    D = A_LTD x [u_- - theta_0 - b P_bar]+,   tau_theta dP_bar/dt = P - P_bar    (the veto of potentiation)
    dw/dt = P - D
in the Euler steps of 0.1 ms of the authors' code, all from rest: w first, then the filters. The weight after R pairings
is 100 (1 + R dw / w_0) percent, w_0 = 0.5. Two rules to compare with:
    instantaneous   P = A_LTP x [v - theta_+]+ [u_+ - theta_0]+,   D = A_LTD x [u_- - theta_0]+
    clopath         the same P,   D = A_LTD X [u_- - theta_0]+ with X the presynaptic spikes

Experiment: the paradox. 150 pairings with digests (some twenty knots, in ms:mV) of voltages that J. J. Letzkus,
B. M. Kampa, G. J. Stuart, J. Neurosci. 26:10420, 2006, recorded: bursts far out on the dendrite and near the soma, pre
10 ms before post and after it. Measured: 92, 129, 137, 85 percent; the authors' parameters (set L-c of their code), and
the same without the veto.
"""

import numpy as np

TRACES = {
    "L0": (
        "0:0.4 0.7:0.8 1.7:9.5 2.6:11 6.4:4.5 10.8:1.9 11.3:8.6 11.5:18.6 11.9:44.7 12.1:49.2 13.3:35.3 15.6:24.9 "
        "16:28 17:48.1 18.5:59.2 19.5:58.8 20.9:51.6 22.2:59.1 23.2:61.3 24.8:56 27.7:28.2 29.3:18.9 32.8:9 36.3:5.1 "
        "61.9:-1.5 99.9:0"
    ),
    "L1": (
        "0:0 0.9:0.6 1.3:5.4 1.5:13.6 1.9:39.7 2.2:48.2 3.6:36.2 5.4:28.6 5.8:31.9 6.7:49.2 7.6:58 9:63.2 10.6:60.3 "
        "11.9:65.1 14.2:57.8 16.4:33 18.3:19.8 20.7:11.6 24.4:6.6 49.3:-1 99.9:0"
    ),
    "L6": (
        "0:0 0.9:0 1.8:7.6 2.9:9 9.8:5.6 10:11.3 10.1:17.5 10.3:36.9 10.7:83.2 10.9:92.5 11.1:86.3 11.6:42.3 "
        "11.9:28.6 12.7:22.3 14.7:16.3 14.9:18.4 15.1:26.8 15.3:43.3 15.7:82.9 15.9:91.3 16.1:87.2 16.6:56.6 "
        "16.9:47.6 17.7:36 19.7:26 19.9:27.8 20.1:34.9 20.7:82.9 20.9:90.5 21.1:88 21.6:68.5 22.6:48 23.6:37.4 "
        "25.6:24.8 27.4:17.5 33.4:3.4 45.9:-4.5 62:0 99.9:0"
    ),
    "L7": (
        "0:0 0.3:1.8 0.4:7.2 0.6:25.7 1:76.5 1.2:90.4 1.3:91.5 1.5:83 2:43.2 2.3:32.7 3.2:20.7 5:16 5.2:17 5.4:23.4 "
        "5.6:37.8 6:77.8 6.2:89 6.3:89.9 6.5:83 6.9:57.2 7.2:46.4 8:34.6 8.9:28.8 10:26 10.3:29.1 10.6:44.4 11.1:83.9 "
        "11.3:88.8 11.5:84.6 11.9:69.1 13:47 14.9:31 17.9:17.4 20.9:9.1 28:-0.8 37.2:-4.6 52.3:0 99.9:0"
    ),
}
L_C = {
    "A_LTD": 1.7497e-4, "A_LTP": 3.92e-5, "theta_0": 5.19687991, "theta_p": 25.7159892, "b": 9991.2109,
    "tau_theta": 26.7646283, "tau_m": 70.4876245, "tau_p": 2.00056053, "tau_x": 21.8613168,
}  # fmt: skip


def learn(spikes, V, A_LTD, A_LTP, theta_0, theta_p, b, tau_theta, tau_m, tau_p, tau_x, rule="veto", w=0.5, h=0.1):
    """Return weights (places, pres) and glutamate traces (pres,) after spikes (steps, pres) and V (steps, places)."""
    x, u_m, u_p = np.zeros(spikes.shape[1]), np.zeros(V.shape[1]), np.zeros(V.shape[1])
    w, P_bar = np.full((V.shape[1], spikes.shape[1]), w), np.zeros((V.shape[1], spikes.shape[1]))
    for X, v in zip(spikes, V, strict=True):
        x = x * np.exp(-h / tau_x) + X
        if rule == "veto":
            up, threshold = np.maximum(u_p - theta_p, 0), theta_0 + b * P_bar
        else:
            up, threshold = np.maximum(v - theta_p, 0) * np.maximum(u_p - theta_0, 0), theta_0
        P = A_LTP * x * up[:, None]
        D = A_LTD * (X / h if rule == "clopath" else x) * np.maximum(u_m[:, None] - threshold, 0)
        w = w + h * (P - D)
        P_bar = P_bar + h / tau_theta * (P - P_bar)
        u_m, u_p = u_m + h / tau_m * (v - u_m), u_p + h / tau_p * (v - u_p)
    return w, x


def percent(trace, t_pre, pairings=150, **parameters):
    knots = np.array([knot.split(":") for knot in TRACES[trace].split()], float)
    spikes, t = np.zeros((3000, 1)), 0.1 * np.arange(3000)
    spikes[round(10 * t_pre)] = 1
    w, _ = learn(spikes, np.interp(t, *knots.T, right=0.0)[:, None], **parameters)
    return 100 * (1 + pairings * (w[0, 0] - 0.5) / 0.5)


def main():
    protocols = (("L0", 0), ("L1", 10), ("L6", 0), ("L7", 10))
    order = "distal +10 ms, distal -10 ms, proximal +10 ms, proximal -10 ms"
    for words, parameters in (("", L_C), (" without the veto", L_C | {"b": 0.0})):
        found = [percent(trace, t_pre, **parameters) for trace, t_pre in protocols]
        print(f"weight in percent{words}, {order}:", *(f"{each:.2f}" for each in found))


if __name__ == "__main__":
    main()
