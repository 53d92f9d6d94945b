"""Tests compile each program once: programs are kept in a folder of the checkout and read again by later runs.

A program is executable code for one release of jaxlib and one CPU, so the folder is named for both; jax distinguishes
the programs in it by all that shapes them, its XLA options and the width of floats included. Workers share the folder:
a file appears there whole or not at all.
"""

import contextlib
import os
import tempfile
from pathlib import Path

import jax
from jax._src.lru_cache import LRUCache

from bouton import _cache

HOME = Path(__file__).parent.parent / ".cache" / "compiled"


def keep() -> None:
    """Keep what tests compile in a folder of the checkout, unless jax was given another one."""
    if jax.config.jax_compilation_cache_dir is not None:
        return
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _cache._forget_old(HOME)  # before there are workers, which might be about to read
    LRUCache.put = _put_whole
    jax.config.update("jax_compilation_cache_dir", str(HOME / _cache.cache_folder().name))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def _put_whole(self, key, value):
    """Write to a file of one's own and give it its name afterwards: jax itself writes in place, where others read.

    A program that could not be kept is compiled again; that is no error.
    """
    path = Path(str(self.path)) / f"{key}-cache"
    if path.exists():
        return
    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with open(handle, "wb") as file:
                file.write(value)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
