"""What the machine allows, measured beside what is compared: reading the weights, and multiplying matrices.

A rule that goes sample by sample reads each weight once per sample, however it learns: no plain loop is faster than the
memory. A block of samples needs two products with the weights, 4 flops per weight and sample: no block is faster than
that at the rate of XLA's own product of large matrices.
"""

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.names import PRODUCTS, READING
from benchmarks.timing import LIMIT, Contender

_READ_BYTES = 2**26
_SMALL_BYTES = 2**18
_FLOPS = 1e9


def contenders(inputs: int, outputs: int, dtype: str) -> list[Contender]:
    """Return both limits for weights of this shape and type, as contenders."""
    rng = np.random.default_rng(0)
    return [_reading(inputs * outputs, dtype, rng), _products(inputs, outputs, dtype, rng)]


def _reading(size: int, dtype: str, rng: np.random.Generator) -> Contender:
    """Return the reading of an array of that size: BLAS's product of a vector with itself runs at the memory's speed.

    Small arrays are read several at a time, so that the call does not count.
    """
    copies = max(1, _SMALL_BYTES // (size * np.dtype(dtype).itemsize))
    weights = rng.normal(size=copies * size).astype(dtype)
    times = max(1, _READ_BYTES // weights.nbytes)

    def read(_: None) -> None:
        for _ in range(times):
            np.dot(weights, weights)

    return Contender(READING, LIMIT, times * copies, lambda: None, read, lambda _: {})


def _products(inputs: int, outputs: int, dtype: str, rng: np.random.Generator) -> Contender:
    columns = int(np.clip(2**24 // (inputs * outputs), 1024, 8192))
    weights, samples = (jnp.asarray(rng.normal(size=shape), dtype) for shape in ((outputs, inputs), (inputs, columns)))
    multiply = jax.jit(jnp.dot)
    times = max(1, int(_FLOPS / (2 * inputs * outputs * columns)))

    def products(_: None) -> None:
        for _ in range(times):
            jax.block_until_ready(multiply(weights, samples))

    # Each is one of the two products of as many samples as there are columns.
    return Contender(PRODUCTS, LIMIT, times * columns // 2, lambda: None, products, lambda _: {})
