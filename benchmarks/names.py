"""What the contenders are called, where one part of the benchmarks has to find what another one measured."""

BOUTON, PLAIN = "bouton (bouton.run)", "bouton, block=None"
BLOCK = 64
BLOCKED = f"bouton, block={BLOCK}"
STRICT, FASTMATH, NUMPY = "numba, strict", "numba, fastmath", "NumPy, as in the paper"
READING, PRODUCTS = "limit: reading W", "limit: products with W"

LAYER_PLAIN, AUTO = "plain", "auto"
BLOCK_SIZES = (16, 32, 64, 128, 256)
BLOCKS = tuple(f"block {size}" for size in BLOCK_SIZES)
