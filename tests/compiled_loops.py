"""Reads what XLA made of the engine's loop over events: which operations its body holds, and whether it was folded.

A compiled text is a list of computations. An instruction names those that it runs as attributes: `body=%x`,
`to_apply=%x`, `calls=%x`, `branch_computations={%x, %y}`. The loop over events is the outermost `while`; it may itself
lie in a computation that the entry calls, which is what folding looks like.
"""

import re

import jax
import jax.numpy as jnp

from bouton.engine.chunk import Part, advance, chunk_rows
from bouton.engine.selection import Selection

# What XLA's pass for small loops refuses, as of the releases supported. Callbacks and LAPACK are custom calls.
_REFUSED = {
    "scatter", "sort", "custom-call", "fft", "infeed", "outfeed", "send", "recv", "partition-id", "replica-id",
    "all-reduce", "all-gather", "all-to-all", "collective-permute", "reduce-scatter",
}  # fmt: skip
_COMPUTATION = re.compile(r"^(ENTRY )?%(\S+) \(.*\{$")
_REFERENCE = re.compile(r"\b\w+=(%[\w.\-]+|\{%[^}]*\})")
_TARGET = re.compile(r'custom_call_target="([^"]*)"')
_RESULT = re.compile(r" = \w+\[([\d,]*)\]")
_FOLDED = 'xla_cpu_small_call="true"'


def compiled_text(circuit):
    """Return the compiled text of the engine's loop over events of a circuit."""
    state = jax.eval_shape(circuit.init, jax.random.key(0))
    # As many rows as a run of a few events has, so that both are one program.
    rows = chunk_rows(circuit.event)[0]
    events = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((rows, *leaf.shape), leaf.dtype), circuit.event)
    count = jax.ShapeDtypeStruct((), jnp.uint32)
    key, nothing = jax.random.key(0), Selection()
    part = Part(events, count, count, count, key)
    lowered = advance.lower(circuit, state, part, selection=nothing, slots=1)
    return lowered.compile().as_text()


def unfoldable(text):
    """Return the operations of the outermost loops that keep them from being folded; custom calls by their target."""
    computations, entry = _parse(text)
    bodies = {
        name
        for opcode, line in _instructions(computations, entry, stop_at="while")
        if opcode == "while"
        for name in _references(line)
    }
    if not bodies:
        raise AssertionError("the compiled text holds no loop: the engine or the format of the text has changed")
    found = set()
    for body in bodies:
        for opcode, line in _instructions(computations, body):
            kind = opcode.removesuffix("-start").removesuffix("-done")
            if kind == "custom-call":
                found.add(_TARGET.search(line).group(1))
            elif kind in _REFUSED:
                found.add(kind)
            elif kind == "fusion" and "kind=kCustom" in line:
                found.add("custom fusion")
    return found


def multiplies_matrices(text):
    """Return whether the outermost loops hold a product of two matrices, neither of them a vector."""
    computations, entry = _parse(text)
    bodies = {
        name
        for opcode, line in _instructions(computations, entry, stop_at="while")
        if opcode == "while"
        for name in _references(line)
    }
    shapes = [
        [int(size) for size in _RESULT.search(line).group(1).split(",") if size]
        for body in bodies
        for opcode, line in _instructions(computations, body)
        if opcode == "dot"
    ]
    return any(len(shape) > 1 and min(shape) > 1 for shape in shapes)


def is_folded(text):
    """Return whether the outermost loops were made into kernels: no loop is left that the entry runs by itself."""
    computations, entry = _parse(text)
    own = [line for line in computations[entry] if _opcode(line) == "while"]
    return not own and any(_FOLDED in line for line in computations[entry])


def _parse(text):
    """Return the lines of each computation, and the name of the entry."""
    computations, entry, lines = {}, None, None
    for line in text.splitlines():
        header = _COMPUTATION.match(line)
        if header:
            lines = computations[header.group(2)] = []
            entry = header.group(2) if header.group(1) else entry
        elif line.startswith("}"):
            lines = None
        elif lines is not None:
            lines.append(line)
    return computations, entry


def _instructions(computations, start, stop_at=None):
    """Yield operation and line of all instructions that a computation runs, those of what it calls included."""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for line in computations[name]:
            opcode = _opcode(line)
            yield opcode, line
            if opcode != stop_at:
                waiting.extend(found for found in _references(line) if found in computations)


def _references(line):
    return [name for group in _REFERENCE.findall(line) for name in re.findall(r"%([\w.\-]+)", group)]


def _opcode(line):
    """Return the operation of `%name = type operation(...)`; the type may be a tuple, with brackets of its own."""
    rest = line.split(" = ", 1)[1]
    if rest.startswith("("):
        depth = 0
        for place, character in enumerate(rest):
            depth += (character == "(") - (character == ")")
            if depth == 0:
                rest = rest[place + 1 :]
                break
    else:
        rest = rest.split(" ", 1)[1]
    return rest.split("(", 1)[0].strip()
