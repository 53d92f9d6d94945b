"""What learning holds in memory: the weights, one chunk, and working space of the size of the weights."""

import jax
import jax.numpy as jnp
import pytest

from bouton.engine.chunk import Part, advance, chunk_rows
from bouton.engine.selection import Selection
from bouton.plasticity import Sheet
from bouton.similarity import DeepSimilarityMatching, SNMFNetwork, StructuredSimilarityMatching

FIRST = Sheet((28, 28, 1), stride=2, radius=4, units_per_site=4)
LARGE = Sheet((32, 32, 1), stride=0.32, radius=4, lateral_radius=1)
CIRCUITS = {
    "all-to-all": SNMFNetwork(784, 50),
    "sheet": StructuredSimilarityMatching(LARGE.feedforward, LARGE.lateral),
    "deep": DeepSimilarityMatching([FIRST, Sheet(FIRST.shape, stride=2, radius=2, units_per_site=4)], feedback=0.5),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", CIRCUITS)
def test_compiled_learning_needs_little_more_than_the_weights(name):
    circuit = CIRCUITS[name]
    state = jax.eval_shape(circuit.init, jax.random.key(0))
    rows = chunk_rows(circuit.event)[1]
    events = jax.ShapeDtypeStruct((rows, *circuit.event.shape), circuit.event.dtype)
    count = jax.ShapeDtypeStruct((), jnp.uint32)
    part = Part(events, count, count, count, jax.random.key(0))
    compiled = advance.lower(circuit, state, part, selection=Selection(), slots=1).compile()
    weights = sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(state))
    found = compiled.memory_analysis()
    assert found.temp_size_in_bytes <= 2.5 * weights + 2**17
    # The state's buffers are used again, not copied.
    assert found.alias_size_in_bytes == weights


def test_a_sheet_has_as_many_weights_as_synapses():
    assert LARGE.shape == (100, 100, 1)
    layer = CIRCUITS["sheet"].layer
    numbers = sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(layer.init, jax.random.key(0))))
    # What is padded at the border is all there is besides synapses.
    assert layer.n_synapses <= numbers <= 1.2 * layer.n_synapses
