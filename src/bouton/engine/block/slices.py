"""What must be computed for some variables of every event: back through the step, and round through the state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from bouton.engine.block.pathway import Pathway
from bouton.engine.block.trace import Step, is_variable

__all__ = ["Slice", "Slicer", "is_small"]


def is_small(atom: Any) -> bool:
    """Whether a variable is worth keeping for every event of a block: no matrix, and no random key."""
    return len(atom.aval.shape) <= 1 and not jnp.issubdtype(atom.aval.dtype, jax.dtypes.extended)


@dataclass
class Slice:
    """What must be computed for some variables."""

    equations: set[int]
    leaves: set[int]
    pathways: set[int]
    given: set[Any]


class Slicer:
    """Follows variables back to what they derive from, and state to what it will be."""

    def __init__(self, step: Step, pathways: Sequence[Pathway]):
        self.step, self.pathways = step, pathways
        self.maker = {out: i for i, equation in enumerate(step.equations) for out in equation.outvars}
        self.leaf = {variable: i for i, variable in enumerate(step.state)}
        self.reader = {i: p for p, pathway in enumerate(pathways) for i in (*pathway.reads, *pathway.lengths)}

    def behind(
        self, variables: Iterable[Any], given: frozenset[Any] = frozenset(), equations: Iterable[int] = ()
    ) -> Slice:
        """Return what `variables` and `equations` of every event of a block need, given some variables."""
        found = Slice(set(), set(), set(), set())
        waiting, met = list(variables), set()
        for equation in equations:
            waiting += self._through(equation, found)
        while waiting:
            atom = waiting.pop()
            if not is_variable(atom) or atom in met:
                continue
            met.add(atom)
            if atom in given:
                found.given.add(atom)
            elif atom in self.leaf:
                found.leaves.add(self.leaf[atom])
                waiting.append(self.step.new_state[self.leaf[atom]])
            elif atom in self.maker:
                waiting += self._through(self.maker[atom], found)
        return found

    def _through(self, equation: int, found: Slice) -> list[Any]:
        found.equations.add(equation)
        pathway = self.reader.get(equation)
        if pathway is None:
            return list(self.step.equations[equation].invars)
        if pathway in found.pathways:
            return []
        found.pathways.add(pathway)
        # Whoever drives must also have learned from the events before.
        return self.pathways[pathway].needed_to_learn

    def circular(self) -> list[Pathway]:
        """Return pathways whose presynaptic factors derive from themselves."""
        follows = {p: self.behind(pathway.needed_ahead).pathways for p, pathway in enumerate(self.pathways)}
        while True:
            further = {p: found.union(*(follows[q] for q in found)) for p, found in follows.items()}
            if further == follows:
                return [self.pathways[p] for p, found in follows.items() if p in found]
            follows = further

    def ordered(self) -> tuple[tuple[Pathway, ...], tuple[int, ...]]:
        """Return the pathways and their levels, lower ones first."""
        follows = [self.behind(pathway.needed_ahead).pathways for pathway in self.pathways]
        level: dict[int, int] = {}
        while len(level) < len(self.pathways):
            for p, found in enumerate(follows):
                if p not in level and found <= set(level):
                    level[p] = 1 + max((level[q] for q in found), default=-1)
        order = sorted(level, key=lambda p: (level[p], p))
        return tuple(self.pathways[p] for p in order), tuple(level[p] for p in order)
