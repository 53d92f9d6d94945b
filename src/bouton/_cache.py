"""Programs that were compiled once are kept in the user's cache folder and not compiled again.

jax can do this by itself when told where (its persistent compilation cache). A kept program is executable code for one
machine: the folder is named for the release of jaxlib and for the CPU, belongs to the user alone, and is not used where
somebody else could write into it. jax distinguishes programs by all that shapes them, its XLA options included. A
missing or damaged file is nothing special: that program is compiled anew.
"""

import contextlib
import hashlib
import os
import platform
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

from bouton._files import user_cache

__all__ = ["cache_folder", "keep_compiled", "why_not_kept"]

SWITCH = "BOUTON_COMPILE_CACHE"
_PLACE, _SHORTEST = "JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"
_DAYS, _BYTES = 30, 2**28
_OTHERS_MAY_WRITE = 0o022


def cache_folder() -> Path:
    """Return the folder of programs compiled by this jaxlib for this CPU; it need not exist."""
    name = hashlib.blake2b(_cpu().encode(), digest_size=6).hexdigest()
    return user_cache() / "compiled" / f"{version('jaxlib')}-{name}"


def keep_compiled() -> Path | None:
    """Keep compiled programs on disk, so that the next process need not compile them again.

    The command line does this by itself. In a script or notebook, call it before anything is compiled. Programs are
    kept in the user's cache folder, under a name made of the release of jaxlib and the CPU, for 30 days and up to
    256 MiB in all. They are executable code: the folder is private to the user, and must not be shared.

    Nothing is changed where jax was given a cache of your own (JAX_COMPILATION_CACHE_DIR), where the environment says
    BOUTON_COMPILE_CACHE=off, or where the folder cannot be written or is not private.

    Returns
    -------
    Path or None
        The folder; None where bouton keeps nothing.

    Examples
    --------
    >>> import bouton
    >>> folder = bouton.keep_compiled()  # doctest: +SKIP
    """
    if why_not_kept():
        return None
    folder = cache_folder()
    _forget_old(folder.parent)
    # What jax says of entries that it cannot read or write: it compiles and goes on, and there is nothing to be done.
    warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache entry")
    # The environment serves processes that are started from here, too.
    shortest = os.environ.setdefault(_SHORTEST, "0")
    os.environ[_PLACE] = str(folder)
    if "jax" in sys.modules:
        import jax

        jax.config.update(_PLACE.lower(), str(folder))
        jax.config.update(_SHORTEST.lower(), float(shortest))
    return folder


def why_not_kept() -> str:
    """Return why compiled programs are not kept in bouton's folder; empty if they are or can be."""
    if os.environ.get(SWITCH, "").lower() in ("off", "0", "no", "false"):
        return f"{SWITCH} says so"
    try:
        folder = cache_folder()
        given = _given()
        if given is not None and given != str(folder):
            return f"jax was given {given or 'no folder'} as {_PLACE}"
        folder.parent.parent.parent.mkdir(parents=True, exist_ok=True)
        for part in (folder.parent.parent, folder.parent, folder):
            part.mkdir(mode=0o700, exist_ok=True)
            if not _is_private(part):
                return f"{part} belongs to somebody else or may be written by others: remove it, or chmod go-w"
        return "" if os.access(folder, os.W_OK) else f"{folder} cannot be written"
    except (OSError, RuntimeError) as error:  # no home folder is a RuntimeError
        return f"there is no place for them: {error}"


def _given() -> str | None:
    """Return the folder that jax was given, by the environment or in the program; None if there is none."""
    if "jax" in sys.modules:
        import jax

        chosen = jax.config.jax_compilation_cache_dir  # pyright: ignore[reportAttributeAccessIssue]
        if chosen is not None:
            return chosen
    return os.environ.get(_PLACE)


def _is_private(folder: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True  # Windows: the folder inherits the rights of the user's own
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE


def _forget_old(home: Path) -> None:
    """Remove programs older than a month, of whatever jaxlib and CPU, and the oldest ones beyond 256 MiB.

    jax could bound its cache by itself; that needs one more package, and a look at all files whenever one is added.
    """
    with contextlib.suppress(OSError):
        found = sorted(((status.st_mtime, status.st_size, file.path) for file, status in _files_in(home)), reverse=True)
        too_old, room = time.time() - _DAYS * 86400, _BYTES
        for changed, size, path in found:
            room -= size
            if changed < too_old or room < 0:
                with contextlib.suppress(OSError):
                    os.unlink(path)


def _files_in(home: Path) -> list[tuple[os.DirEntry, os.stat_result]]:
    return [
        (file, file.stat(follow_symlinks=False))
        for folder in os.scandir(home)
        if folder.is_dir(follow_symlinks=False)
        for file in os.scandir(folder)
        if file.is_file(follow_symlinks=False)
    ]


def _cpu() -> str:
    """Return model and features of the CPU, as the system describes its first core."""
    lines = []
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if not line.strip():
                break
            if line.startswith(("vendor_id", "model name", "flags", "CPU implementer", "CPU part", "Features", "isa")):
                lines.append(line)
    return f"{platform.machine()} {platform.processor()} {''.join(lines)}"
