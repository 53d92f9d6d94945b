"""Recorded voltages as events of a pairing: on the right grid, relative to rest, and looked at before use."""

import warnings
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import ArrayLike

from bouton._arguments import check_positive
from bouton.data.recordings import numbers_in, potentials_in_millivolts
from bouton.dendrites.parameters import VoltageParameters
from bouton.dendrites.voltage_synapses import DendriticEvent, DendriticSynapses, check_relative
from bouton.errors import InputError
from bouton.plasticity import Dense

__all__ = ["Method", "Rule", "one_synapse", "pairing_events", "resample"]

Rule = Literal["veto", "instantaneous", "clopath"]
Method = Literal["exact", "euler"]
_ENOUGH = 5.0
_FINE = 5.0


def resample(voltage: ArrayLike, interval: float, time_step: float = 0.1) -> Float[np.ndarray, "*traces steps"]:
    """Return traces on another grid of times, by straight lines between samples.

    Parameters
    ----------
    voltage : array (..., samples)
        Recorded traces.
    interval : float
        Time between their samples, in ms.
    time_step : float
        Of the new grid, in ms. Default 0.1.

    Returns
    -------
    array (..., steps)
        From the first sample to the last one.

    Raises
    ------
    InputError
        If a time is not positive, or a trace has fewer than two samples.

    Examples
    --------
    >>> resample([0.0, 1.0, 3.0], interval=0.2).round(6).tolist()
    [0.0, 0.5, 1.0, 2.0, 3.0]
    """
    check_positive(interval=interval, time_step=time_step)
    recorded = potentials_in_millivolts(voltage, "voltage")
    if recorded.ndim == 0 or recorded.shape[-1] < 2:
        raise InputError(f"a trace needs at least two samples, got an array of shape {recorded.shape}")
    old = np.arange(recorded.shape[-1]) * interval
    new = np.arange(int(np.floor(old[-1] / time_step + 1e-6)) + 1) * time_step
    return np.apply_along_axis(lambda trace: np.interp(new, old, trace), -1, recorded)


def pairing_events(
    sets: VoltageParameters, voltages: Any, spike_times: Any, method: str, time_step: float, rest: float
) -> DendriticEvent:
    """Return the events of all traces, (traces, steps, 1), after a look at them."""
    check_positive(time_step=time_step)
    voltage = np.atleast_2d(potentials_in_millivolts(voltages)) - rest
    if voltage.ndim != 2 or not voltage.shape[1]:
        raise InputError(f"voltages must be of shape (traces, steps), got {np.shape(voltages)}")
    bad = np.argwhere(~np.isfinite(voltage))
    if len(bad):
        trace, step = bad[0]
        raise InputError(
            f"the voltage of trace {trace} is {voltage[trace, step]} at sample {step}: cut or fill the gap"
        )
    for trace in voltage:
        check_relative(trace)
    times = np.broadcast_to(numbers_in(spike_times, "ms", "spike_times")[0], voltage.shape[:1])
    steps = np.round(times / time_step)
    if not np.all((steps >= 0) & (steps < voltage.shape[1])):
        raise InputError(f"spike_times must lie within the traces of {voltage.shape[1] * time_step:g} ms, got {times}")
    _warn(sets, voltage.shape[1] * time_step - float(times.max()), method, time_step)
    spikes = (np.arange(voltage.shape[1]) == steps[:, None]).astype(float)
    return DendriticEvent(jnp.asarray(spikes[..., None]), jnp.asarray(voltage[..., None]))


def _warn(sets: VoltageParameters, left: float, method: str, time_step: float) -> None:
    """Warn of traces that are too short and steps that are too long."""
    glutamate, fast = float(jnp.max(sets.glutamate_time_constant)), float(jnp.min(sets.fast_time_constant))
    if left < _ENOUGH * glutamate:
        warnings.warn(
            f"a trace ends {left:g} ms after its presynaptic spike, while glutamate decays with {glutamate:g} ms: what "
            "comes later is missed; append the rest of the recording, or zeros",
            stacklevel=4,
        )
    if method == "euler" and fast < _FINE * time_step:
        warnings.warn(
            f"Euler steps of {time_step:g} ms are long for the fast filter of {fast:g} ms: use method='exact'",
            stacklevel=4,
        )


def one_synapse(parameters: VoltageParameters, time_step: Array, rule: Rule, method: Method) -> DendriticSynapses:
    """Return one synapse without bounds that starts at zero, so that small changes keep their digits."""
    bounds = -jnp.inf, jnp.inf
    return DendriticSynapses(Dense(1, 1), parameters, rule, method, time_step, 0.0, *bounds)
