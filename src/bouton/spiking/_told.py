"""What a network consists of, put into words and numbers for its description."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import numpy as np

from bouton.dynamics.point_neurons import PointNeurons
from bouton.spiking.description import DescriptionTable, NetworkDescription
from bouton.spiking.group import Group
from bouton.spiking.projection import Projection
from bouton.spiking.sources import GivenRates, GivenSpikes

__all__ = ["told"]

_GROUPS = ("group", "size", "counted", "what", "start", "parameters")
_PROJECTIONS = ("no.", "from", "to", "receptor", "synapses", "out", "in", "weight", "delay, ms", "signal", "learns")
_SPIKE_BYTES = 8


def told(
    groups: Sequence[Group],
    projections: Sequence[Projection],
    time_step: float,
    frame_steps: int,
    capacity: int,
    signals: Sequence[str],
    fixed: Any,
    state: Any,
) -> NetworkDescription:
    """Return the description of a network of these parts; `fixed` and `state` are trees of arrays or their shapes."""
    offsets = np.cumsum([0, *(group.size for group in groups)])
    n_synapses = sum(projection.targets.shape[0] for projection in projections)
    heading = (
        f"{_counted(int(offsets[-1]), 'neuron')} in {_counted(len(groups), 'group')}, "
        f"{_counted(n_synapses, 'synapse')} in {_counted(len(projections), 'projection')}; "
        f"time step {time_step:g} ms, frame {time_step * frame_steps:g} ms ({_counted(frame_steps, 'step')})"
    )
    rows = [_group_row(group, int(offset)) for group, offset in zip(groups, offsets, strict=False)]
    ways = [_projection_row(number, each, groups, time_step, signals) for number, each in enumerate(projections)]
    memory = [
        ("wiring and parameters, which stay the same", _bytes(_size(fixed))),
        ("state, which a checkpoint holds", _bytes(_size(state))),
        (f"a recorded frame of at most {capacity} spikes", _bytes(capacity * _SPIKE_BYTES)),
    ]
    return NetworkDescription(
        heading,
        DescriptionTable("Groups", _GROUPS, tuple(rows)),
        DescriptionTable("Projections", _PROJECTIONS, tuple(ways)),
        DescriptionTable("Memory", ("of", "size"), tuple(memory)),
        _order(groups, projections),
        _notes(groups, projections, signals),
    )


def _group_row(group: Group, offset: int) -> tuple[str, ...]:
    units = group.units
    return (
        group.name,
        str(group.size),
        f"{offset} to {offset + group.size - 1}",
        type(units).__name__,
        _start(group) if isinstance(units, PointNeurons) else "",
        _fields(units, leave_out=("time_step",)),
    )


def _start(group: Group) -> str:
    parts = [] if group.potential is None else [f"potential {_drawn(group.potential, 'from {:g} to {:g}')}"]
    parts += [f"receptor {k} {_drawn(each, 'mean {:g}, deviation {:g}')}" for k, each in enumerate(group.synaptic)]
    return ", ".join(parts) or "at rest"


def _drawn(start: Any, pattern: str) -> str:
    if isinstance(start, tuple):
        return pattern.format(*(float(each) for each in start))
    return f"given, {_range(start)}"


def _projection_row(
    number: int, projection: Projection, groups: Sequence[Group], time_step: float, signals: Sequence[str]
) -> tuple[str, ...]:
    pres, posts = projection.pairs
    source, target = groups[projection.source], groups[projection.target]
    rows: Any = target.units
    delays = np.asarray(projection.delays)
    where = "axon" if projection.dendrite is None else "dendrite"
    return (
        str(number),
        _part(source, pres),
        _part(target, posts),
        str(rows.arrival_rows.index(projection.row)),
        str(len(pres)),
        f"{len(pres) / len(np.unique(pres)):.3g}",
        f"{len(posts) / len(np.unique(posts)):.3g}",
        _range(projection.transmitting(projection.weights)),
        f"{_range(delays * time_step)} ({where})",
        "" if projection.signal is None else signals[projection.signal],
        "nothing" if projection.rule is None else _module(projection.rule),
    )


def _part(group: Group, neurons: np.ndarray) -> str:
    """Return the part of a group that has synapses."""
    first, last = int(neurons.min()), int(neurons.max()) + 1
    return group.name if (first, last) == (0, group.size) else f"{group.name}[{first}:{last}]"


def _order(groups: Sequence[Group], projections: Sequence[Projection]) -> tuple[str, ...]:
    neurons = [group.name for group in groups if isinstance(group.units, PointNeurons)]
    sources = [group.name for group in groups if not isinstance(group.units, PointNeurons)]
    axon = _numbers(k for k, each in enumerate(projections) if each.rule is not None and each.dendrite is None)
    dendrite = _numbers(k for k, each in enumerate(projections) if each.dendrite is not None)
    plastic = bool(axon or dendrite)
    steps = [
        f"neurons go on over the step: {', '.join(neurons)}" + ("; then what synapses read of them" if plastic else ""),
        "spikes arrive, projection by projection"
        + (f"; plastic synapses with the delay in the axon run on_pre ({axon})" if axon else ""),
        "who reaches the threshold fires" + (f", and the sources: {', '.join(sources)}" if sources else ""),
    ]
    if axon:
        held = _numbers(
            k for k, each in enumerate(projections) if each.rule is not None and each.rule.acts_while_depolarised
        )
        more = f", those of neurons that are depolarised while_depolarised ({held})" if held else ""
        steps.append(f"plastic synapses of neurons that fired run on_post ({axon}){more}")
    if dendrite:
        steps.append(
            f"synapses with the delay in the dendrite run on_pre at spikes that set out, on_post at those that have "
            f"come back, and send with the new weight ({dendrite})"
        )
    if plastic:
        steps.append("what synapses read of neurons is changed by the spikes of the step")
    else:
        steps.append("no synapse learns")
    return tuple(steps)


def _notes(groups: Sequence[Group], projections: Sequence[Projection], signals: Sequence[str]) -> tuple[str, ...]:
    brings = ["the current into each group"]
    if signals:
        brings.append(f"the signals {', '.join(signals)}")
    rates = [group.name for group in groups if isinstance(group.units, GivenRates)]
    if rates:
        brings.append(f"the rates of {', '.join(rates)}")
    found = [f"A frame brings {' and '.join(brings)}."]
    between = _numbers(k for k, each in enumerate(projections) if each.rule is not None and each.rule.acts_between)
    if between:
        found.append(f"What changes synapses between spikes is made up for at the end of each frame ({between}).")
    return tuple(found)


def _numbers(values: Any) -> str:
    found = [str(value) for value in values]
    return f"no. {', '.join(found)}" if found else ""


def _module(value: Any) -> str:
    return f"{type(value).__name__}({_fields(value)})"


def _fields(module: Any, leave_out: tuple[str, ...] = ()) -> str:
    """Return the fields of a module and their values, of arrays the range."""
    if isinstance(module, GivenSpikes):
        return f"{_counted(len(module.steps), 'spike')}"
    names = [field.name for field in dataclasses.fields(module) if field.name not in leave_out]
    return ", ".join(f"{name}={_value(getattr(module, name))}" for name in names)


def _value(value: Any) -> str:
    if isinstance(value, eqx.Module):
        return _module(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))})"
    if isinstance(value, bool | str) or value is None:
        return str(value)
    return _range(value)


def _range(values: Any) -> str:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" or not array.size:
        return str(values)
    low, high = float(array.min()), float(array.max())
    return f"{low:.6g}" if low == high else f"{low:.4g} to {high:.4g}, mean {float(array.mean()):.4g}"


def _size(tree: Any) -> int:
    leaves = (leaf for leaf in jax.tree.leaves(tree) if hasattr(leaf, "dtype"))
    return sum(int(np.prod(leaf.shape)) * leaf.dtype.itemsize for leaf in leaves)


def _bytes(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e6:.3g} MB" if count >= 1e6 else f"{count / 1e3:.3g} kB"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
