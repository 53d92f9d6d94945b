"""Weights that can wait until the end of a block: what must hold, read off the traced step.

Nothing but their own drive and their own rule may look at them, and the rule must be affine, or a residual rule, over
`Dense` connectivity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax

from bouton.engine.block.affine import departs_from_factors
from bouton.engine.block.trace import Step, Use, is_variable
from bouton.plasticity import AffineRule, Bounded, Dense, ResidualRule, Rule, Structured

__all__ = ["Pathway", "pathway_of"]

_LEFT = {"transpose drive": "all", "ordered transpose drive": "ordered"}


@dataclass(frozen=True, eq=False)
class Pathway:
    """Weights that wait until the end of a block.

    Parameters
    ----------
    name : str
        Where they lie in the state.
    leaf : int
        Position among the leaves of the state.
    update : Use
        Application of the rule.
    factor : variable
        Presynaptic factor z of the rule.
    probes : tuple of variables
        Vectors u whose products W u are asked for; each is known before the block begins.
    reads : dict of int to int
        For each equation that drives neurons, the probe that it drives them with.
    lengths : tuple of int
        Equations that ask for the squared lengths of the weight vectors.
    left : "", "all" or "ordered"
        Whether the rule subtracts a reconstruction, by all neurons or by those up to a neuron's own.
    left_equation : int
        The equation that makes it, -1 if none.
    left_factor : variable or None
        What it is made of, one value per neuron.
    """

    name: str
    leaf: int
    update: Use
    factor: Any
    probes: tuple[Any, ...]
    reads: dict[int, int]
    lengths: tuple[int, ...]
    left: str
    left_equation: int
    left_factor: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Number of postsynaptic and of presynaptic neurons."""
        return self.update.synapses.connectivity.shape

    @property
    def needed_ahead(self) -> list[Any]:
        """Variables that must be known for the whole block before it begins."""
        return list(dict.fromkeys([*self.probes, self.factor]))

    @property
    def needed_to_learn(self) -> list[Any]:
        """Variables that the rule is given besides its presynaptic factor."""
        found = [*self.update.own, *self.update.operands["post"], *self.update.operands["signal"]]
        return found if self.left_factor is None else [*found, self.left_factor]


def pathway_of(step: Step, update: Use, names: Sequence[str]) -> Pathway | dict[str, str]:
    """Return the pathway of an application of a rule, or its name and why its weights cannot wait."""
    synapse = update.operands["synapse"]
    leaves = [i for i, variable in enumerate(step.state) if any(variable is atom for atom in synapse)]
    name = names[leaves[0]] if leaves else type(update.synapses.rule).__name__
    reason = _refusal(step, update, leaves)
    if reason:
        return {name: reason}
    (leaf,) = leaves
    weights, new_weights = step.state[leaf], step.equations[update.equation].outvars[0]
    readers = [use for use in step.uses if use.operands.get("synapse") and use.operands["synapse"][0] is weights]
    known = {use.equation for use in readers}
    if any(weights in _inputs(equation) for i, equation in enumerate(step.equations) if i not in known):
        return {name: "its weights are used outside drives and rules"}
    outputs = [i for i, atom in enumerate(step.closed.jaxpr.outvars) if atom is weights or atom is new_weights]
    if outputs != [leaf] or step.new_state[leaf] is not new_weights:
        return {name: "its new weights are not simply what the rule made of the old ones"}
    if any(new_weights in _inputs(equation) for equation in step.equations):
        return {name: "its weights are used again after they were changed"}
    return _with_readers(step, update, readers, name, leaf)


def _refusal(step: Step, update: Use, leaves: Sequence[int]) -> str:
    """Return what about the rule or the connectivity stands against blocks, or an empty text."""
    rule, connectivity = update.synapses.rule, update.synapses.connectivity
    shapes = [jax.numpy.shape(leaf) for leaf in jax.tree.leaves(rule)]
    if isinstance(rule, Bounded):
        return "this rule changes weights element-wise (it is Bounded), exact blocking is impossible"
    if isinstance(rule, Structured):
        return "its decay differs from synapse to synapse (structure constants), exact blocking is impossible"
    if not isinstance(rule, AffineRule | ResidualRule):
        return f"{type(rule).__name__} is neither an AffineRule nor a ResidualRule"
    departs = departs_from_factors(update) if update.equation >= 0 else ""
    if departs:
        return departs
    if not isinstance(connectivity, Dense):
        return f"each neuron has inputs of its own (its connectivity is {type(connectivity).__name__}, not Dense)"
    if not connectivity.self_connections:
        return "neurons do not connect to themselves: its weights change element-wise"
    if update.kind == "mean update":
        return "it learns from mini-batches, which are products of matrices already"
    if update.equation < 0:
        return "its rule is applied inside a loop, a branch or a function that is compiled by itself"
    if len(leaves) != 1 or any(shape != () for shape in shapes):
        return "its weights are not a single array of the state, or its rule carries arrays"
    if step.state[leaves[0]].aval.shape != connectivity.shape:
        return "several pathways of this kind lie in one array"
    given = [update.operands["pre"][0], *update.operands["post"], *update.operands["signal"]]
    if any(len(atom.aval.shape) > 1 for atom in given):
        return "its rule is handed one value per synapse"
    return ""


def _with_readers(step: Step, update: Use, readers: Sequence[Use], name: str, leaf: int) -> Pathway | dict[str, str]:
    """Return the pathway with what asks for its weights."""
    pre = update.operands["pre"]
    left, left_equation, left_factor = "", -1, None
    if isinstance(update.synapses.rule, ResidualRule):
        makers = [use for use in readers if use.kind in _LEFT and step.equations[use.equation].outvars[0] is pre[1]]
        others = [i for i, equation in enumerate(step.equations) if pre[1] in _inputs(equation)]
        if len(makers) != 1 or others != [update.equation] or pre[1] in step.closed.jaxpr.outvars:
            return {name: "its rule is handed a reconstruction that is not a transpose drive of its own, for it alone"}
        left, left_equation = _LEFT[makers[0].kind], makers[0].equation
        left_factor = makers[0].operands["post"][0]
    elif len(pre) != 1:
        return {name: "its rule is handed several presynaptic factors"}
    if any(use.synapses.connectivity != update.synapses.connectivity for use in readers):
        return {name: "its weights are also used over another connectivity"}
    probes: list[Any] = []
    reads, lengths = {}, []
    for use in readers:
        if use.equation in (update.equation, left_equation):
            continue
        if type(use.synapses.rule).weight is not Rule.weight:
            return {name: "something else than its weights transmits"}
        if use.kind == "squared length" and not left:
            lengths.append(use.equation)
        elif use.kind == "drive" and len(use.operands["pre"]) == 1 and len(use.operands["pre"][0].aval.shape) == 1:
            probe = use.operands["pre"][0]
            if probe not in probes:
                probes.append(probe)
            reads[use.equation] = probes.index(probe)
        else:
            return {name: f"its weights are also used for a {use.kind}"}
    if lengths and pre[0] not in probes:
        probes.append(pre[0])
    return Pathway(name, leaf, update, pre[0], tuple(probes), reads, tuple(lengths), left, left_equation, left_factor)


def _inputs(equation: Any) -> set[Any]:
    return {atom for atom in equation.invars if is_variable(atom)}
