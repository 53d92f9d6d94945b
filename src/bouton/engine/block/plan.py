r"""Which weights of a circuit can be left untouched for a block of events, and in which order things are then computed.

Weights can wait where nothing but their own drive and their own rule looks at them, the rule is affine or a residual
rule over `Dense` connectivity, and the presynaptic factors of the whole block can be known before the block begins. All
three are read off the traced step. Factors are known beforehand where they derive from the events alone, from state
that does (a running mean, a trace), or from other weights that wait: an upper layer without feedback. That gives the
stages of a block: each stage runs through the block for what the next one needs, the last stage for all the rest.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
from jaxtyping import PyTree

from bouton.engine.block.pathway import Pathway, pathway_of
from bouton.engine.block.slices import Slice, Slicer, is_small
from bouton.engine.block.trace import Step, shape_of, traced_step

__all__ = ["Plan", "Stage", "plan_for"]


@dataclass(frozen=True, eq=False)
class Stage:
    """One pass through the events of a block.

    Parameters
    ----------
    equations : tuple of int
        What is computed for each event, in order.
    leaves : tuple of int
        Leaves of the state that go along.
    pathways : tuple of int
        Pathways that drive or learn.
    given : tuple of variables
        What is looked up among the results of earlier stages.
    kept : tuple of variables
        What is kept for later stages, one row per event.
    """

    equations: tuple[int, ...]
    leaves: tuple[int, ...]
    pathways: tuple[int, ...]
    given: tuple[Any, ...]
    kept: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """How a circuit goes through a block.

    Parameters
    ----------
    step : Step
        The traced step.
    pathways : tuple of Pathway
        Weights that wait, those of lower levels first.
    levels : tuple of int
        For each pathway the stage before which its presynaptic factors are known.
    stages : tuple of Stage
        Passes through the block; the last one yields state and info.
    reasons : dict of str to str
        For other synaptic weights, why they cannot wait.
    """

    step: Step
    pathways: tuple[Pathway, ...]
    levels: tuple[int, ...]
    stages: tuple[Stage, ...]
    reasons: dict[str, str]


def plan_for(circuit: PyTree, state: PyTree, event: PyTree) -> Plan:
    """Return how a circuit goes through a block of events; arrays may be given by shape and type alone.

    Circuits of equal structure and shapes share their plan, which is made once.
    """
    leaves, structure = jax.tree.flatten((circuit, state, event))
    return _plan_of(structure, tuple(shape_of(leaf) for leaf in leaves), bool(jax.config.read("jax_enable_x64")))


@lru_cache(maxsize=256)
def _plan_of(structure: Any, shapes: tuple[jax.ShapeDtypeStruct, ...], double_precision: bool) -> Plan:
    circuit, state, event = jax.tree.unflatten(structure, shapes)
    step = traced_step(circuit, state, event)
    names = [
        jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in jax.tree_util.tree_leaves_with_path(state)
    ]
    reasons: dict[str, str] = {}
    candidates: list[Pathway] = []
    for use in step.uses:
        if use.kind in ("update", "mean update"):
            found = pathway_of(step, use, names)
            if isinstance(found, Pathway):
                candidates.append(found)
            else:
                reasons |= found
    while True:
        slicer = Slicer(step, candidates)
        circular = slicer.circular()
        if not circular:
            break
        for pathway in circular:
            reasons[pathway.name] = "its presynaptic activity depends on what it has just learned"
        candidates = [pathway for pathway in candidates if pathway not in circular]
    pathways, levels = slicer.ordered()
    return Plan(step, pathways, levels, _stages(step, pathways, levels), reasons)


def _stages(step: Step, pathways: tuple[Pathway, ...], levels: tuple[int, ...]) -> tuple[Stage, ...]:
    """Return the passes through a block: what is needed ahead level by level, then all the rest."""
    slicer = Slicer(step, pathways)
    slices: list[Slice] = []
    available: list[frozenset[Any]] = []
    given: frozenset[Any] = frozenset(step.event)
    finished: set[int] = set()
    for level in range(max(levels, default=-1) + 1):
        wanted = [atom for p, pathway in enumerate(pathways) if levels[p] == level for atom in pathway.needed_ahead]
        slices.append(slicer.behind(wanted, given))
        finished |= slices[-1].leaves | {pathways[p].leaf for p in slices[-1].pathways}
        # All that an event brings forth on the way is small beside what made it: later stages look it up.
        made = [out for i in slices[-1].equations for out in step.equations[i].outvars]
        made += [step.state[i] for i in slices[-1].leaves]
        available.append(frozenset(atom for atom in made if is_small(atom)))
        given |= available[-1]
    waiting = {pathway.leaf for pathway in pathways}
    rest = [step.new_state[i] for i in range(len(step.state)) if i not in finished | waiting]
    rest += [atom for pathway in pathways if pathway.leaf not in finished for atom in pathway.needed_to_learn]
    # Prints and other calls back to Python have no result that anybody needs.
    effects = [i for i, equation in enumerate(step.equations) if equation.effects]
    slices.append(slicer.behind([*rest, *step.info], given, effects))
    available.append(frozenset())
    ahead = {atom for pathway in pathways for atom in pathway.needed_ahead}
    stages = []
    for s, found in enumerate(slices):
        later = ahead.union(*(after.given for after in slices[s + 1 :]))
        kept = tuple(atom for atom in available[s] if atom in later)
        leaves = found.leaves
        learning = set(found.pathways)
        if s == len(slices) - 1:
            # What no slice has asked for goes along in the last one: weights that only learn, state that only changes.
            leaves = leaves | {i for i in range(len(step.state)) if i not in finished | waiting}
            learning |= {p for p, pathway in enumerate(pathways) if pathway.leaf not in finished}
        given_here = tuple(atom for atom in found.given if atom not in step.event)
        stages.append(
            Stage(tuple(sorted(found.equations)), tuple(sorted(leaves)), tuple(sorted(learning)), given_here, kept)
        )
    return tuple(stages)
