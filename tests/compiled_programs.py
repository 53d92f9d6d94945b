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

from bouton._cache import cache_folder

HOME = Path(__file__).parent.parent / ".cache" / "compiled"


def keep() -> None:
    """Keep what tests compile in a folder of the checkout, unless jax was given another one."""
    if jax.config.jax_compilation_cache_dir is not None:
        return
    LRUCache.put = _put_whole
    jax.config.update("jax_compilation_cache_dir", str(HOME / cache_folder().name))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def _put_whole(self, key, value):
    """Write to a file of one's own and give it its name afterwards: jax itself writes in place, where others read."""
    path = Path(str(self.path)) / f"{key}-cache"
    if path.exists():
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(value)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
