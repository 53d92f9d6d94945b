"""What goes into a network, frame after frame, put together from what is given by name."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.spiking.frames import NetworkInput
from bouton.spiking.network import SpikingNetwork

__all__ = ["network_inputs"]


def network_inputs(
    network: SpikingNetwork,
    n_frames: int,
    *,
    currents: ArrayLike | None = None,
    signals: Mapping[str, ArrayLike] | None = None,
    rates: Mapping[str, ArrayLike] | None = None,
) -> Any:
    """Return the events of some frames.

    Parameters
    ----------
    network : SpikingNetwork
        Whose events they are.
    n_frames : int
        How many.
    currents : array, shape (groups,) or (frames, groups), optional
        External current into each group, in pA. Default: none.
    signals : dict of str to array, shape () or (frames,), optional
        Value of each signal that plastic synapses see. Default: 0.
    rates : dict of str to array, shape (), (units,) or (frames, units), optional
        Rates in Hz of each source that is driven by them. Default: 0.

    Returns
    -------
    array (frames, groups), or NetworkInput of arrays with an axis of frames in front

    Raises
    ------
    InputError
        If there is no signal or source of a name, or a shape is another one.

    Examples
    --------
    >>> from bouton.dynamics import CurrentIntegrateAndFire
    >>> from bouton.spiking import NetworkBuilder
    >>> builder = NetworkBuilder()
    >>> inputs, cells = builder.rates("inputs", 3), builder.neurons("cells", 2, CurrentIntegrateAndFire())
    >>> network_inputs(builder.build(), 5, rates={"inputs": 10.0}).rates[0].shape
    (5, 3)
    """
    width = len(network.groups)
    given = np.zeros(width) if currents is None else np.asarray(currents)
    if given.shape not in ((width,), (n_frames, width)):
        raise InputError(f"currents must have shape ({width},) or ({n_frames}, {width}), got {given.shape}")
    current = np.broadcast_to(given, (n_frames, width))
    values = _by_name("signals", signals, dict.fromkeys(network.signals, ()), n_frames)
    driven = {group.name: (group.size,) for group in network.driven}
    firing = _by_name("rates", rates, driven, n_frames)
    if not (values or firing):
        return np.ascontiguousarray(current)
    if any(np.any(rate < 0) for rate in firing):
        raise InputError("rates must be at least 0 Hz")
    stacked = np.stack(values, axis=1) if values else np.zeros((n_frames, 0))
    return NetworkInput(np.ascontiguousarray(current), stacked, tuple(firing))  # pyright: ignore[reportArgumentType]


def _by_name(
    kind: str, given: Mapping[str, ArrayLike] | None, shapes: Mapping[str, tuple[int, ...]], n_frames: int
) -> list[np.ndarray]:
    given = given or {}
    for name in given:
        if name not in shapes:
            raise InputError(f"{kind} has no {name!r}: there are {', '.join(shapes) or 'none'}")
    found = []
    for name, shape in shapes.items():
        values = np.asarray(given.get(name, 0.0), float)
        if values.shape not in ((), shape, (n_frames, *shape)) and not (shape == () and values.shape == (n_frames,)):
            raise InputError(f"{kind}[{name!r}] must have shape {shape} or {(n_frames, *shape)}, got {values.shape}")
        if not np.all(np.isfinite(values)):
            raise InputError(f"{kind}[{name!r}] must be finite")
        found.append(np.ascontiguousarray(np.broadcast_to(values, (n_frames, *shape))))
    return found
