"""Reference networks that simulators are compared by: CUBA, COBA, and CUBA with learning.

Sources: T. P. Vogels, L. F. Abbott (2005), Journal of Neuroscience 25, 10786-10795; R. Brette et al. (2007), Journal of
Computational Neuroscience 23, 349-398.
"""

import numpy as np

from bouton.dynamics.conductance_neurons import ConductanceIntegrateAndFire
from bouton.dynamics.point_neurons import CurrentIntegrateAndFire
from bouton.dynamics.synaptic_currents import ExponentialSynapse
from bouton.plasticity import BoundedEvents, PairSTDP
from bouton.spiking.builder import NetworkBuilder
from bouton.spiking.network import SpikingNetwork

__all__ = ["coba_network", "cuba_network", "stdp_network"]

_EXCITATION, _INHIBITION = 1.62, -9.0


def current_based(time_step: float) -> CurrentIntegrateAndFire:
    """Return the neurons of CUBA: 20 pF and 20 ms make 1 pA worth 1 mV."""
    return CurrentIntegrateAndFire(
        membrane_time_constant=20.0,
        capacitance=20.0,
        rest=-49.0,
        reset=-60.0,
        threshold=-50.0,
        refractory_time=5.0,
        synapses=(ExponentialSynapse(5.0), ExponentialSynapse(10.0)),
        time_step=time_step,
    )


def _sizes(n_neurons: int) -> int:
    return round(0.8 * n_neurons)


def cuba_network(
    n_neurons: int = 4000, probability: float = 0.02, *, time_step: float = 0.1, seed: int = 0, frame: float = 10.0
) -> SpikingNetwork:
    """Return the current-based network: four fifths excitatory, driven by a rest above the threshold.

    Membrane 20 ms, synapses 5 and 10 ms with jumps of 1.62 and -9 (of the current, in pA, each worth 1 mV), rest -49,
    threshold -50, reset -60 mV, refractory for 5 ms; potentials start uniform between -60 and -50 mV.

    Parameters
    ----------
    n_neurons : int
        Default 4000.
    probability : float
        Of each connection. Default 0.02; weights are not scaled.
    time_step : float
        In ms. Default 0.1; also the delay.
    seed : int
        Seed of the connections. Default 0.
    frame : float
        Length of an event of the stream, in ms. Default 10.

    Returns
    -------
    SpikingNetwork
        With one group, "cells".

    Examples
    --------
    >>> cuba_network(400, 0.2).n_neurons
    400
    """
    builder = NetworkBuilder(time_step, seed)
    cells = builder.neurons("cells", n_neurons, current_based(time_step), (-60.0, -50.0))
    n = _sizes(n_neurons)
    builder.connect(cells[:n], cells, weight=_EXCITATION, receptor=0, probability=probability)
    builder.connect(cells[n:], cells, weight=_INHIBITION, receptor=1, probability=probability)
    return builder.build(frame)


def coba_network(
    n_neurons: int = 4000, probability: float = 0.02, *, time_step: float = 0.1, seed: int = 0, frame: float = 10.0
) -> SpikingNetwork:
    """Return the conductance-based network: four fifths excitatory, self-sustained.

    Membrane 20 ms, conductances of 5 and 10 ms with jumps of 0.6 and 6.7 leaks of 10 nS, reversal 0 and -80 mV, rest
    and reset -60, threshold -50 mV, refractory for 5 ms; potentials start uniform between -60 and -50 mV,
    conductances normal with means 4 and 20 and deviations 1.5 and 12, cut at 0: without them it stays silent.

    Parameters
    ----------
    n_neurons, probability, time_step, seed, frame
        As in `cuba_network`.

    Returns
    -------
    SpikingNetwork
        With one group, "cells".

    Examples
    --------
    >>> coba_network(400, 0.2).n_neurons
    400
    """
    builder = NetworkBuilder(time_step, seed)
    model = ConductanceIntegrateAndFire(time_step=time_step)
    cells = builder.neurons("cells", n_neurons, model, (-60.0, -50.0), ((4.0, 1.5), (20.0, 12.0)))
    n = _sizes(n_neurons)
    builder.connect(cells[:n], cells, weight=0.6, receptor=0, probability=probability)
    builder.connect(cells[n:], cells, weight=6.7, receptor=1, probability=probability)
    return builder.build(frame)


def stdp_network(
    n_neurons: int = 1000, probability: float = 0.1, *, time_step: float = 0.1, seed: int = 0, frame: float = 10.0
) -> SpikingNetwork:
    """Return a current-based network whose synapses between excitatory neurons learn by pair STDP.

    Neurons and fixed weights are those of `cuba_network`; plastic weights start uniform between 0 and twice the fixed
    excitatory one w0, which are their bounds; A+ = 0.01 w0, A- = 1.05 A+, traces of 20 ms.

    Parameters
    ----------
    n_neurons : int
        Default 1000.
    probability : float
        Of each connection. Default 0.1.
    time_step, seed, frame
        As in `cuba_network`.

    Returns
    -------
    SpikingNetwork
        With one group, "cells"; the plastic projection is the first one.

    Examples
    --------
    >>> stdp_network(100).projections[0].rule is not None
    True
    """
    builder = NetworkBuilder(time_step, seed)
    cells = builder.neurons("cells", n_neurons, current_based(time_step), (-60.0, -50.0))
    n, w0 = _sizes(n_neurons), _EXCITATION
    excitatory, inhibitory = cells[:n], cells[n:]
    rule = BoundedEvents(PairSTDP(potentiation=0.01 * w0, depression=0.0105 * w0), 0.0, 2 * w0)
    rng = np.random.default_rng((seed, 1))
    hits = rng.random((n, n)) < probability
    np.fill_diagonal(hits, False)
    pre, post = np.nonzero(hits)
    weights = rng.uniform(0, 2 * w0, len(pre))
    builder.connect(excitatory, excitatory, weight=weights, pairs=(pre, post), rule=rule, bounds=(0.0, 2 * w0))
    builder.connect(excitatory, inhibitory, weight=w0, probability=probability)
    builder.connect(inhibitory, cells, weight=_INHIBITION, receptor=1, probability=probability)
    return builder.build(frame)
