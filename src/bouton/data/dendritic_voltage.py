"""Voltage time courses at synapses under pairing protocols: digests of recordings, and the plasticity measured.

The recordings carry no licence; what is here are approximations of our own by about twenty knots each, which keep what
a synapse learns within a few percent points. They are no basis for statements on the quality of a fit to recordings.

Sources: J. J. Letzkus, B. M. Kampa, G. J. Stuart, Journal of Neuroscience 26:10420, 2006; F. Brandalise, S. Carta, F.
Helmchen, J. Lisman, U. Gerber, 2016.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float

from bouton.errors import InputError

__all__ = ["BRANDALISE_MEASURED", "LETZKUS_MEASURED", "VoltageDigest", "load_dendritic_voltages"]

LETZKUS_MEASURED = {
    "L0": ("+10", "distal, broad dendritic spikes", 92.0),
    "L1": ("-10", "distal, burst first", 129.0),
    "L2": ("+10", "distal, weaker", 90.0),
    "L3": ("-10", "distal, weaker, burst first", 100.0),
    "L4": ("+10", "intermediate, broad", 118.0),
    "L5": ("-10", "intermediate, burst first", 100.0),
    "L6": ("+10", "proximal, narrow spikes", 137.0),
    "L7": ("-10", "proximal, burst first", 85.0),
    "L8": ("EPSP alone", "EPSP", 100.0),
    "L9": ("+10, one spike", "proximal, one spike", 78.0),
}
"""Protocol (pre before post at +10 ms, after it at -10), what is seen, and percent of the weight after 150 pairings.
The authors leave L9 out of their fit; where on the dendrite a trace was recorded is inferred from its shape."""

BRANDALISE_MEASURED = {
    "EPSP alone": ({"B0": 60}, 100.0),
    "+10, mixed": ({"B1": 38, "B2": 22}, 144.8),
    "-40": ({"B23": 60}, 40.0),
}
"""Conditions whose traces are all here: how many of 60 pairings had which trace, and percent of the weight after."""

_LATE = {"B21": 40.0, "B23": 40.0}


@dataclass(frozen=True)
class VoltageDigest:
    """The voltage at a synapse over a pairing, as knots of a piecewise linear curve.

    Parameters
    ----------
    name : str
        "L0" to "L9", or of the B traces.
    times : array (knots,)
        In ms since the first event.
    voltages : array (knots,)
        In mV relative to rest.
    spike_time : float
        When the presynaptic neuron fires, in ms.
    pairings : int
        How many pairings the protocol has.
    """

    name: str
    times: Float[np.ndarray, " knots"]
    voltages: Float[np.ndarray, " knots"]
    spike_time: float
    pairings: int

    def sampled(self, duration: float = 300.0, time_step: float = 0.1) -> Float[np.ndarray, " steps"]:
        """Return the voltage on a grid, 0 after the last knot.

        Parameters
        ----------
        duration : float
            In ms. Default 300.
        time_step : float
            In ms. Default 0.1.

        Returns
        -------
        array (steps,)

        Raises
        ------
        InputError
            If a time is not positive.
        """
        if not (duration > 0 and time_step > 0):
            raise InputError(f"duration and time_step must be positive, in ms, got {duration} and {time_step}")
        grid = np.arange(round(duration / time_step)) * time_step
        return np.interp(grid, self.times, self.voltages, right=0.0)


@cache
def load_dendritic_voltages() -> dict[str, VoltageDigest]:
    """Return the digests of voltage traces: ten of layer 5 pyramidal cells, nine of CA3 pyramidal cells.

    Returns
    -------
    dict of str to VoltageDigest

    Examples
    --------
    >>> digests = load_dendritic_voltages()
    >>> len(digests), digests["L1"].spike_time, float(digests["L6"].sampled().max())
    (19, 10.0, 92.5)
    """
    found = {}
    text = (files("bouton.data") / "dendritic_voltage.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, *knots = line.split()
        times, voltages = np.array([knot.split(":") for knot in knots], dtype=float).T
        late = LETZKUS_MEASURED[name][0] == "-10" if name in LETZKUS_MEASURED else False
        spike_time = 10.0 if late else _LATE.get(name, 0.0)
        found[name] = VoltageDigest(name, times, voltages, spike_time, 150 if name in LETZKUS_MEASURED else 60)
    return found
