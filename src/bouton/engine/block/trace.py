"""One step of a circuit as a list of equations, with the uses of its synapses found in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.extend.core
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, Literal
from jaxtyping import PyTree

from bouton.plasticity import Synapses
from bouton.plasticity.applications import Application, recorded_applications

__all__ = ["Step", "Use", "computed", "is_variable", "shape_of", "traced_step"]


@dataclass(frozen=True)
class Use:
    """One use of synapses in a traced step.

    Parameters
    ----------
    kind : str
        What is done.
    synapses : Synapses
        The pathway, with shapes in place of its arrays.
    equation : int
        Position among the equations of the step, -1 where it is hidden in a loop or a branch.
    own : sequence of variables
        The arrays of the `Synapses`.
    operands : dict of str to sequence of variables
        The arrays of each operand.
    structures : dict of str to PyTreeDef
        How each operand is put together from its arrays.
    """

    kind: str
    synapses: Synapses
    equation: int
    own: Sequence[Any]
    operands: dict[str, Sequence[Any]]
    structures: dict[str, Any]

    def of_one_synapse(self, name: str) -> PyTree[jax.ShapeDtypeStruct]:
        """Return shape and type of what one synapse is handed of an operand."""
        leaves = [
            jax.ShapeDtypeStruct((), atom.aval.dtype, weak_type=atom.aval.weak_type) for atom in self.operands[name]
        ]
        return jax.tree.unflatten(self.structures[name], leaves)


@dataclass(frozen=True)
class Step:
    """A traced step.

    Parameters
    ----------
    closed : ClosedJaxpr
        The equations, over the leaves of circuit, key, state and event.
    circuit, key, state, event : sequences of variables
        Inputs.
    new_state, info : sequences of variables
        Outputs.
    info_structure : PyTreeDef
        How info is put together from its leaves.
    uses : tuple of Use
        Uses of synapses, in order.
    """

    closed: ClosedJaxpr
    circuit: Sequence[Any]
    key: Any
    state: Sequence[Any]
    event: Sequence[Any]
    new_state: Sequence[Any]
    info: Sequence[Any]
    info_structure: Any
    uses: tuple[Use, ...]

    @property
    def equations(self) -> Sequence[Any]:
        """The equations in order."""
        return self.closed.jaxpr.eqns


def traced_step(circuit: PyTree, state: PyTree, event: PyTree) -> Step:
    """Trace one step of a circuit without running it; arrays may be given by shape and type alone."""
    key = jax.eval_shape(lambda: jax.random.key(0))

    def step(circuit: Any, key: Any, state: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        return circuit.step(key, state, x)

    with recorded_applications() as applications:
        closed, shapes = jax.make_jaxpr(step, return_shape=True)(circuit, key, state, event)
    inputs = list(closed.jaxpr.invars)
    n_circuit, n_state = len(jax.tree.leaves(circuit)), len(jax.tree.leaves(state))
    outputs = list(closed.jaxpr.outvars)
    return Step(
        closed=closed,
        circuit=inputs[:n_circuit],
        key=inputs[n_circuit],
        state=inputs[n_circuit + 1 : n_circuit + 1 + n_state],
        event=inputs[n_circuit + 1 + n_state :],
        new_state=outputs[:n_state],
        info=outputs[n_state:],
        info_structure=jax.tree.structure(shapes[1]),
        # Sparse projections change one synapse at a time, at spikes: nothing of theirs waits for the end of a block.
        uses=tuple(_use(closed, found) for found in applications if found.use != "event update"),
    )


def _use(closed: ClosedJaxpr, application: Application) -> Use:
    equations = closed.jaxpr.eqns
    index = next((i for i, found in enumerate(equations) if found.params.get("name") == application.marker), -1)
    variables = list(equations[index].invars) if index >= 0 else []
    operands: dict[str, Sequence[Any]] = {}
    for name, tree in reversed(application.operands.items()):
        count = len(jax.tree.leaves(tree)) if index >= 0 else 0
        operands[name] = variables[len(variables) - count :]
        variables = variables[: len(variables) - count]
    shapes = jax.tree.map(shape_of, application.synapses)
    structures = {name: jax.tree.structure(tree) for name, tree in application.operands.items()}
    return Use(application.use, shapes, index, variables, operands, structures)


def shape_of(leaf: Any) -> jax.ShapeDtypeStruct:
    """Return shape and type of an array, a number or a shape; whether the type gives way to others included."""
    dtype = leaf.dtype if hasattr(leaf, "dtype") else jnp.result_type(type(leaf))
    weak = isinstance(leaf, bool | int | float | complex) or bool(getattr(leaf, "weak_type", False))
    return jax.ShapeDtypeStruct(jnp.shape(leaf), dtype, weak_type=weak)


def computed(closed: ClosedJaxpr, equation: Any, value: Callable[[Any], Any]) -> list[Any]:
    """Return the results of one equation of a traced computation, given the value of each variable."""
    inputs = list(dict.fromkeys(atom for atom in equation.invars if is_variable(atom)))
    alone = closed.jaxpr.replace(
        constvars=[],
        invars=inputs,
        outvars=list(equation.outvars),
        eqns=[equation],
        debug_info=closed.jaxpr.debug_info.with_unknown_names(),
    )
    return jax.extend.core.jaxpr_as_fun(ClosedJaxpr(alone, []))(*[value(atom) for atom in inputs])


def is_variable(atom: Any) -> bool:
    """Whether an input of an equation is a variable and no literal."""
    return not isinstance(atom, Literal)
