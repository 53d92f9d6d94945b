"""What is changed in a function: signs, factors, powers, terms, constants, and which variable stands where.

A mutant is a copy of a function's syntax tree with one change. Guards that only raise are left alone: they are no part
of an equation.
"""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Mutant", "mutants_of"]

_OTHER = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
_RECTIFIERS = {"maximum", "minimum", "clip"}
_SIDES = {"pre": "post", "post": "pre"}


@dataclass(frozen=True)
class Mutant:
    """A function with one change.

    Parameters
    ----------
    owner : str or None
        Class whose method it is; None of a module's own function.
    function : str
        Its name.
    line : int
        Where the change is.
    before, after : str
        The expression as it was and as it is.
    tree : ast.FunctionDef
        The changed function.
    """

    owner: str | None
    function: str
    line: int
    before: str
    after: str
    tree: ast.FunctionDef

    @property
    def name(self) -> str:
        """Where it is, and what was changed."""
        return f"{self.owner + '.' if self.owner else ''}{self.function}: `{self.after}` for `{self.before}`"


def mutants_of(function: ast.FunctionDef, owner: str | None, siblings: Mapping[str, Sequence[str]]) -> Iterator[Mutant]:
    """Yield a function's mutants, each once.

    Parameters
    ----------
    function : ast.FunctionDef
        The function.
    owner : str or None
        Its class.
    siblings : mapping of str to sequence of str
        For ``self``, ``pre``, ``post`` and ``synapse`` the variables that may be taken for each other.
    """
    seen = {ast.dump(function)}
    for path, node in _places(function):
        for changed in _changes(node, siblings):
            tree = copy.deepcopy(function)
            _put(tree, path, changed)
            ast.fix_missing_locations(tree)
            if ast.dump(tree) not in seen:
                seen.add(ast.dump(tree))
                yield Mutant(owner, function.name, node.lineno, ast.unparse(node), ast.unparse(changed), tree)


def _places(function: ast.FunctionDef) -> Iterator[tuple[tuple, ast.expr]]:
    """Yield the expressions of a body, and the way to each."""

    def below(node: ast.AST, path: tuple) -> Iterator[tuple[tuple, ast.expr]]:
        if isinstance(node, ast.If) and all(isinstance(each, ast.Raise) for each in node.body):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.expr):
            yield path, node
        for field, value in ast.iter_fields(node):
            parts = value if isinstance(value, list) else [value]
            for place, part in enumerate(parts):
                if isinstance(part, ast.AST):
                    step = (field, place if isinstance(value, list) else None)
                    yield from below(part, (*path, step))

    for place, statement in enumerate(function.body):
        yield from below(statement, (("body", place),))


def _put(tree: ast.AST, path: tuple, new: ast.AST) -> None:
    for field, place in path[:-1]:
        value = getattr(tree, field)
        tree = value if place is None else value[place]
    field, place = path[-1]
    if place is None:
        setattr(tree, field, copy.deepcopy(new))
    else:
        getattr(tree, field)[place] = copy.deepcopy(new)


def _changes(node: ast.expr, siblings: Mapping[str, Sequence[str]]) -> Iterator[ast.expr]:
    """Yield what may stand in place of an expression."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OTHER:
        yield ast.BinOp(node.left, _OTHER[type(node.op)](), node.right)
        yield node.left
        if isinstance(node.op, ast.Add | ast.Mult | ast.Sub):
            yield node.right
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RECTIFIERS:
        yield node.args[0]
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(2 * node.value if node.value else 1)
        if node.value == 1:
            yield ast.Constant(0)
    elif isinstance(node, ast.Name) and node.id in _SIDES:
        yield ast.Name(_SIDES[node.id], ast.Load())
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _of_variable(node, siblings)


def _of_variable(node: ast.Attribute, siblings: Mapping[str, Sequence[str]]) -> Iterator[ast.expr]:
    """Twice a variable, its negative, and another one in its place."""
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    known = list(siblings.get(owner, ()))
    if node.attr not in known:
        return
    yield ast.BinOp(ast.Constant(2), ast.Mult(), node)
    yield ast.UnaryOp(ast.USub(), node)
    for other in known:
        if other != node.attr:
            yield ast.Attribute(ast.Name(owner, ast.Load()), other, ast.Load())
