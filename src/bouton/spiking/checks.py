"""What cannot be connected, and what cannot be learned, is refused before a network is built."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bouton.errors import InputError
from bouton.plasticity import EventRule

__all__ = ["check_learning", "check_pairs", "check_rule", "check_values_of", "is_array"]


def check_rule(rule: Any, time_step: float, synapse: Any = 0.0, *, has_signal: bool = False) -> None:
    """Raise `InputError` for a rule that the synapses of a network cannot run at this time step, in ms."""
    if not isinstance(rule, EventRule):
        raise InputError(
            f"rule must be an EventRule, which says what a synapse does at spikes, got {type(rule).__name__}"
        )
    rule.check_time_step(time_step)
    scalar = jax.ShapeDtypeStruct((), jnp.result_type(float))
    own = jax.tree.map(lambda _: scalar, synapse)
    one = "one weight" if jax.tree.structure(own) == jax.tree.structure(scalar) else "the variables of one synapse"
    signal = scalar if has_signal else None
    pre, post = ((scalar,) * len(readouts) for readouts in (rule.pre_readouts, rule.post_readouts))
    calls = {"on_pre": (own, pre, post, signal), "on_post": (own, pre, post, signal), "between": (own, scalar, signal)}
    if rule.acts_while_depolarised:
        calls["while_depolarised"] = (own, scalar, pre, post, signal)
    for name, given in calls.items():
        handed = f"a network hands {type(rule).__name__}.{name} {one}, " + (
            "the time that went by" if name == "between" else "the readouts of the two neurons"
        )
        handed += f" and {'a' if has_signal else 'no'} signal"
        try:
            change = jax.eval_shape(getattr(rule, name), *given)
        except Exception as error:
            raise InputError(
                f"{handed}, and it cannot run with that ({type(error).__name__}: {str(error).splitlines()[0]}): give "
                "weight= all variables that a synapse keeps, as the rule names them, and signal= a name where it needs "
                "one"
            ) from error
        if jax.tree.structure(change) != jax.tree.structure(own) or any(e.shape for e in jax.tree.leaves(change)):
            raise InputError(f"{handed}; it must return the change of that, number by number, got {change}")
    if any(readout.follows_potential for readout in rule.pre_readouts):
        raise InputError(
            f"{type(rule).__name__} reads the potential of the presynaptic neuron: in a network only spikes travel "
            "along axons, so pre_readouts must be of spikes"
        )


def check_learning(rule: Any, weight: Any, time_step: float, signal: str | None, delay_in: str) -> None:
    """Raise `InputError` for what synapses cannot learn, by a rule, a signal, and a delay on one of two sides."""
    if delay_in not in ("axon", "dendrite"):
        raise InputError(f"delay_in must be 'axon' or 'dendrite', got {delay_in!r}")
    if rule is None:
        for name, given in (("signal", signal), ("delay_in", delay_in if delay_in != "axon" else None)):
            if given is not None:
                raise InputError(f"{name}={given!r} says what synapses learn, and they learn nothing: give rule=")
        return
    check_rule(rule, time_step, jax.tree.map(lambda _: 0.0, weight, is_leaf=is_array), has_signal=bool(signal))
    on_clock = rule.acts_between or rule.acts_while_depolarised
    if delay_in == "dendrite" and (on_clock or any(each.follows_potential for each in rule.post_readouts)):
        raise InputError(
            f"{type(rule).__name__} changes synapses between spikes or reads a potential, which needs delay_in='axon'"
        )


def is_array(weight: Any) -> bool:
    """Return whether weights are one array: also a list or a plain tuple."""
    return type(weight) in (list, tuple)


def check_pairs(pre: np.ndarray, post: np.ndarray, n_pre: int, n_post: int, *, multapses: bool) -> None:
    """Raise `InputError` for pairs that are out of range, of unequal number, or there twice."""
    if pre.shape != post.shape or pre.ndim != 1:
        raise InputError(f"pre and post must be lists of one length, got shapes {pre.shape} and {post.shape}")
    for name, index, size in (("pre", pre, n_pre), ("post", post, n_post)):
        bad = np.flatnonzero((index < 0) | (index >= size))
        if len(bad):
            raise InputError(f"{name}[{bad[0]}] is {index[bad[0]]}: the population has neurons 0 to {size - 1}")
    if not multapses and len(np.unique(pre.astype(np.int64) * n_post + post)) < len(pre):
        raise InputError("some pairs are connected more than once: allow it by multapses=True")


def check_values_of(variables: Any, delays: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise `InputError` unless each variable and the delays are one number or one for each synapse, and finite."""
    for name, values in (*(("weight", each) for each in jax.tree.leaves(variables)), ("delay", delays)):
        if values.ndim and values.shape != shape:
            raise InputError(f"{name} must be one number or one for each of {shape[0]} synapses, got {values.shape}")
    if not all(np.all(np.isfinite(each)) for each in jax.tree.leaves(variables)):
        raise InputError("weights must be finite")
