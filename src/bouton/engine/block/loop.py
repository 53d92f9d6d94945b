"""Going through a block: weights are read once before it and written once after it, in between small arrays change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int, PRNGKeyArray, PyTree

from bouton.engine.block.forms import Deferred, Left, begin
from bouton.engine.block.pathway import Pathway
from bouton.engine.block.plan import Plan, Stage
from bouton.engine.block.trace import computed, is_variable

__all__ = ["Block"]

Seen = Any
Look = Callable[[Int[Array, ""], PyTree, Seen], Seen]


@dataclass
class _Waiting:
    """A pathway of which everything is known but the activity of its neurons."""

    form: Any
    probes: tuple[Array, ...]
    grams: tuple[Array, ...]
    factors: Array


class Block:
    """One block of events, while it is traced.

    Parameters
    ----------
    plan : Plan
        How the circuit goes through a block.
    circuit, state : PyTree
        What learns, and its state before.
    events : PyTree of arrays (block, ...)
        The events.
    part : pair of int
        Which of them count: from the first on, up to but without the last.
    key_of : callable
        Returns the random key of an event of the block.
    """

    def __init__(
        self,
        plan: Plan,
        circuit: PyTree,
        state: PyTree,
        events: PyTree[Array],
        part: tuple[Int[Array, ""], Int[Array, ""]],
        key_of: Callable[[Int[Array, ""]], PRNGKeyArray],
    ):
        self.plan, self.step, self.key_of = plan, plan.step, key_of
        self.first, self.last = part
        self.state, self.structure = jax.tree.leaves(state), jax.tree.structure(state)
        self.events = dict(zip(self.step.event, jax.tree.leaves(events), strict=True))
        self.block = jax.tree.leaves(events)[0].shape[0]
        self.fixed = dict(zip(self.step.circuit, jax.tree.leaves(circuit), strict=True))
        self.fixed |= dict(zip(self.step.closed.jaxpr.constvars, self.step.closed.consts, strict=True))
        self.rows: dict[Any, Array] = {}
        self.waiting: dict[int, _Waiting] = {}
        self.done: dict[int, Deferred] = {}
        self.after: dict[int, Array] = {}

    def run(self, look: Look, seen: Seen) -> tuple[PyTree, Seen]:
        """Go through all stages; return the state after the block and what was seen.

        `look` is called with the position of an event, its info and what was seen so far; it returns what is seen now.
        """
        *earlier, last = self.plan.stages
        for level, stage in enumerate(earlier):
            self._gather(stage)
            for p, pathway in enumerate(self.plan.pathways):
                if self.plan.levels[p] == level:
                    self.waiting[p] = self._begin(pathway)
        seen = self._finish(last, look, seen)
        for p, pathway in enumerate(self.plan.pathways):
            weights, waiting = self.state[pathway.leaf], self.waiting[p]
            self.after[pathway.leaf] = self.done[p].close(weights, waiting.factors)  # pyright: ignore[reportAttributeAccessIssue]
        leaves = [self.after[i] for i in range(len(self.state))]
        return jax.tree.unflatten(self.structure, leaves), seen

    def _gather(self, stage: Stage) -> None:
        """Compute what later stages look up, one row per event."""
        if not stage.equations and not stage.kept:
            return
        buffers = tuple(jnp.zeros((self.block, *atom.aval.shape), atom.aval.dtype) for atom in stage.kept)

        def keep(event: Array, values: dict[Any, Any], buffers: tuple) -> tuple:
            return tuple(
                lax.dynamic_update_index_in_dim(buffer, values[atom].astype(buffer.dtype), event, 0)
                for buffer, atom in zip(buffers, stage.kept, strict=True)
            )

        buffers = self._loop(stage, keep, buffers)
        self.rows |= dict(zip(stage.kept, buffers, strict=True))

    def _finish(self, stage: Stage, look: Look, seen: Seen) -> Seen:
        """Compute all the rest, and show each event's info to `look`."""

        def show(event: Array, values: dict[Any, Any], seen: Seen) -> Seen:
            info = [self._value(atom, values) for atom in self.step.info]
            return look(event, jax.tree.unflatten(self.step.info_structure, info), seen)

        return self._loop(stage, show, seen)

    def _loop(self, stage: Stage, collect: Callable, collected: Any) -> Any:
        """Run one stage over the events that count; state and weights that go along are noted as done."""
        leaves = tuple(self.state[i] for i in stage.leaves)
        forms = tuple(self.waiting[p].form for p in stage.pathways)

        def one(event: Array, carry: tuple) -> tuple:
            leaves, forms, collected = carry
            values = self._values(stage, event, leaves)
            by_pathway = dict(zip(stage.pathways, forms, strict=True))
            for i in stage.equations:
                self._compute(i, event, values, by_pathway)
            forms = tuple(self._learned(p, by_pathway[p], event, values) for p in stage.pathways)
            new = (self._value(self.step.new_state[i], values) for i in stage.leaves)
            leaves = tuple(_like(value, old) for value, old in zip(new, leaves, strict=True))
            return leaves, forms, collect(event, values, collected)

        leaves, forms, collected = lax.fori_loop(self.first, self.last, one, (leaves, forms, collected))
        self.after |= dict(zip(stage.leaves, leaves, strict=True))
        self.done |= dict(zip(stage.pathways, forms, strict=True))
        return collected

    def _values(self, stage: Stage, event: Array, leaves: Sequence[Array]) -> dict[Any, Any]:
        """Return what is known of an event before anything is computed."""
        values = dict(self.fixed)
        values[self.step.key] = self.key_of(event)
        values |= {self.step.state[i]: leaf for i, leaf in zip(stage.leaves, leaves, strict=True)}
        looked_up = self.events | {atom: self.rows[atom] for atom in stage.given}
        return values | {
            atom: lax.dynamic_index_in_dim(rows, event, keepdims=False) for atom, rows in looked_up.items()
        }

    def _compute(self, i: int, event: Array, values: dict[Any, Any], forms: dict[int, Any]) -> None:
        equation = self.step.equations[i]
        for p, form in forms.items():
            pathway = self.plan.pathways[p]
            if i in pathway.reads:
                values[equation.outvars[0]] = form.drive(pathway.reads[i], event)
                return
            if i in pathway.lengths:
                values[equation.outvars[0]] = form.squared_length()
                return
        results = computed(self.step.closed, equation, values.__getitem__)
        # What earlier stages have found stays as it is, whoever else computes it.
        for atom, result in zip(equation.outvars, results, strict=True):
            values.setdefault(atom, result)

    def _value(self, atom: Any, values: dict[Any, Any]) -> Any:
        return values[atom] if is_variable(atom) else jnp.asarray(atom.val, atom.aval.dtype)

    def _begin(self, pathway: Pathway) -> _Waiting:
        """Multiply the weights with all that they will be asked about, and the presynaptic factors with it."""
        probes = tuple(self._whole(atom) for atom in pathway.probes)
        factors = self._whole(pathway.factor)
        weights = self.state[pathway.leaf]
        forgets = not pathway.left and not _never_forgets(pathway)
        form = begin(weights, probes, self.block, left=pathway.left, forgets=forgets, asks_length=bool(pathway.lengths))
        grams = tuple(factors @ probe.T for probe in probes)
        return _Waiting(form, probes, grams, factors)

    def _whole(self, atom: Any) -> Array:
        """Return a variable's values for all events of the block, as rows."""
        if atom in self.events:
            return self.events[atom]
        if atom in self.rows:
            return self.rows[atom]
        return jnp.broadcast_to(self.fixed[atom], (self.block, *atom.aval.shape))

    def _learned(self, p: int, form: Any, event: Array, values: dict[Any, Any]) -> Any:
        """Return the weights of a pathway after the rule was applied."""
        pathway, waiting = self.plan.pathways[p], self.waiting[p]
        update, dtype = pathway.update, form.gains.dtype

        def operand(name: str) -> Any:
            leaves = [self._value(atom, values) for atom in update.operands[name]]
            return jax.tree.unflatten(update.structures[name], leaves)

        own = [self._value(atom, values) for atom in update.own]
        rule = jax.tree.unflatten(jax.tree.structure(update.synapses), own).rule
        post, signal = operand("post"), operand("signal")

        def each(factor: Callable) -> Array:
            per_neuron = (
                jax.vmap(factor, in_axes=(0, None))(post, signal) if jax.tree.leaves(post) else factor(post, signal)
            )
            return jnp.broadcast_to(jnp.asarray(per_neuron, dtype), (pathway.shape[0],))

        if isinstance(form, Left):
            return form.learn(event, waiting.grams, each(rule.gain), self._value(pathway.left_factor, values))
        decay = None if form.kept is None else each(rule.decay)
        factor_probe = pathway.probes.index(pathway.factor) if pathway.lengths else -1
        return form.learn(event, waiting.grams, factor_probe, each(rule.gain), decay)


def _like(value: Any, old: Array) -> Array:
    return jnp.asarray(value, old.dtype)


def _never_forgets(pathway: Pathway) -> bool:
    """Whether the rule's decay is zero whatever its operands are: one pass over the panels less per event."""
    update = pathway.update
    given = (update.of_one_synapse(name) for name in ("post", "signal"))
    traced = jax.make_jaxpr(lambda rule, post, signal: rule.decay(post, signal))(update.synapses.rule, *given)
    (decay,) = traced.jaxpr.outvars
    return not is_variable(decay) and float(decay.val) == 0
