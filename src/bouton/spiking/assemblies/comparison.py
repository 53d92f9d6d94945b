r"""A readout that tells whether two recalled contents are the same: its synapses run out of transmitter.

Each readout neuron is a leaky integrate-and-fire neuron behind depressing synapses (Tsodyks & Markram). A content that
is recalled a second time meets synapses that its own neurons have just used; another content meets fresh ones.
"""

from typing import Any

import numpy as np

from bouton.spiking.trains import SpikeTrains

__all__ = ["ComparisonReadout"]


class ComparisonReadout:
    r"""Readout neurons behind depressing synapses from the content space.

    Membrane 20 ms and 500 pF, rest and reset -60, threshold -20 mV, dead for 5 ms; a spike brings 50 mV times what is
    released; U 0.25, recovery 706 ms, facilitation 21 ms.

    Parameters
    ----------
    n_inputs : int
        Excitatory neurons of the content space.
    n_neurons : int
        Default 50.
    probability : float
        Of a connection. Default 0.1.
    seed : int
        Of the connections. Default 0.
    """

    weight, use, recovery, facilitation = 50.0, 0.25, 706.0, 21.0
    membrane, threshold, dead_time, filter_time = 20.0, 40.0, 5.0, 20.0

    def __init__(self, n_inputs: int, n_neurons: int = 50, probability: float = 0.1, seed: int = 0):
        drawn = np.random.default_rng(seed).random((n_inputs, n_neurons))
        self.connected = drawn < probability

    def released(self, trains: SpikeTrains) -> np.ndarray:
        r"""Return the share of transmitter that each spike releases, :math:`u\, x`, relative to the first.

        Parameters
        ----------
        trains : SpikeTrains
            Of the excitatory neurons of the content space.

        Returns
        -------
        array (spikes,)
        """
        shares = np.zeros(len(trains.times))
        used, left = np.zeros(trains.n_neurons), np.ones(trains.n_neurons)
        last = np.full(trains.n_neurons, -np.inf)
        for index, (time, neuron) in enumerate(zip(trains.times, trains.neurons, strict=True)):
            gap = time - last[neuron]
            used[neuron] *= np.exp(-gap / self.facilitation)
            left[neuron] = 1 - (1 - left[neuron]) * np.exp(-gap / self.recovery)
            used[neuron] += self.use * (1 - used[neuron])
            shares[index] = used[neuron] * left[neuron]
            left[neuron] -= shares[index]
            last[neuron] = time
        return shares

    def response(self, trains: SpikeTrains, time_step: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
        """Return times in ms, and the sum of all readout spikes, filtered over 20 ms.

        Parameters
        ----------
        trains : SpikeTrains
            Of the excitatory neurons of the content space.
        time_step : float
            In ms. Default 0.5.

        Returns
        -------
        tuple of two arrays (steps,)
        """
        shares = self.released(trains)
        n_steps = int(np.ceil(trains.duration / time_step - 1e-6))
        steps = np.clip(np.ceil((trains.times - trains.start) / time_step - 1e-6).astype(int) - 1, 0, n_steps - 1)
        ends = np.searchsorted(steps, np.arange(n_steps + 1))
        n_neurons = self.connected.shape[1]
        potential, dead, trace = np.zeros(n_neurons), np.zeros(n_neurons), 0.0
        times, found = trains.start + time_step * np.arange(1, n_steps + 1), np.zeros(n_steps)
        kept, filtered = np.exp(-time_step / self.membrane), np.exp(-time_step / self.filter_time)
        for step in range(n_steps):
            own = slice(ends[step], ends[step + 1])
            arriving: Any = self.weight * shares[own] @ self.connected[trains.neurons[own]]
            potential = np.where(dead > 0, 0.0, kept * potential + arriving)
            dead -= 1
            fired = potential >= self.threshold
            potential[fired], dead[fired] = 0.0, round(self.dead_time / time_step)
            trace = filtered * trace + fired.sum()
            found[step] = trace
        return times, found

    def peaks(self, trains: SpikeTrains, *windows: tuple[float, float]) -> list[float]:
        """Return the highest response in each window, in ms."""
        times, response = self.response(trains)
        return [float(response[(times > start) & (times <= stop)].max()) for start, stop in windows]
