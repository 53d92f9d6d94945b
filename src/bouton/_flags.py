"""The one XLA option that makes small recurrent circuits fast on a CPU, and when it may still be set.

XLA can compile a whole loop into one kernel, which small circuits gain a factor of two to five from. Before jax 0.12 it
does so only below a size that is far too small for learning loops; the option raises it. Results with and without agree
to rounding (sums are taken in another order), so a checkpoint stores which it was. The option is read once, when jax
sets up its devices for the first computation; ``import bouton`` puts it into the environment where that lies ahead.
From jax 0.12 on nothing is needed.
"""

import importlib.util
import os
import re
import sys
import warnings

__all__ = ["LOOP_OPTION", "SWITCH", "fold_from_the_start", "fold_loops", "loops_are_folded"]

SWITCH = "BOUTON_FOLD_LOOPS"

LOOP_OPTION = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000"
_METADATA = re.compile(r"jax-(\d+\.\d+[\w.+]*)\.dist-info")
_THRESHOLD = re.compile(r"\bxla_cpu_small_while_loop_byte_threshold=(\d+)")
# What jax 0.12 takes by itself; the thousand bytes of earlier releases fold no learning loop.
_ENOUGH_BYTES = 2**16
_warned = False


def loops_are_folded() -> bool:
    """Return whether loops fold: by the option in the environment, or because jax does it by itself."""
    threshold = _threshold()
    if threshold is not None:
        return threshold >= _ENOUGH_BYTES
    return tuple(int(part) for part in _version_of_jax().split(".")[:2]) >= (0, 12)


def _version_of_jax() -> str:
    """Return jax's version, without importing it; from the name of its metadata: reading those is slow."""
    present = getattr(sys.modules.get("jax"), "__version__", None)
    if present is not None:
        return present
    spec = importlib.util.find_spec("jax")
    if spec is not None and spec.origin is not None:
        folder = os.path.dirname(os.path.dirname(spec.origin))
        found = [match[1] for name in os.listdir(folder) if (match := _METADATA.fullmatch(name))]
        if len(found) == 1:
            return found[0]
    from importlib.metadata import version

    return version("jax")


def _threshold() -> int | None:
    """Return the size below which loops fold according to the environment; the last of several settings counts."""
    found = _THRESHOLD.findall(os.environ.get("XLA_FLAGS", ""))
    return int(found[-1]) if found else None


def fold_from_the_start() -> None:
    """Make learning loops compile into single kernels, unless jax computes already or the environment declines."""
    if os.environ.get(SWITCH, "").lower() not in ("off", "0", "no", "false") and not _is_computing():
        fold_loops()


def fold_loops() -> bool:
    """Make learning loops compile into single kernels, if jax has not computed anything yet.

    ``import bouton`` does this by itself where it comes before the first computation of jax, unless the environment
    says BOUTON_FOLD_LOOPS=off. Circuits of up to some hundred neurons then run two to five times faster; results agree
    to rounding. The function says whether it took effect.

    Returns
    -------
    bool
        Whether loops will be folded. Where jax is computing already nothing is changed, and a warning says so, once. A
        threshold of your own in XLA_FLAGS is left as it is.

    Examples
    --------
    >>> import bouton
    >>> folded = bouton.fold_loops()  # doctest: +SKIP
    """
    global _warned
    if loops_are_folded() or _threshold() is not None:
        return loops_are_folded()
    if _is_computing():
        if not _warned:
            _warned = True
            warnings.warn(
                "jax is computing already, so its loops stay as they are: import bouton, or call bouton.fold_loops(), "
                "before the first computation",
                stacklevel=2,
            )
        return False
    present = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = f"{present} {LOOP_OPTION}".strip()
    return True


def _is_computing() -> bool:
    """Return whether jax has set up its devices, and with them read the option; where it cannot be told, yes."""
    if "jax" not in sys.modules:
        return False
    started = getattr(sys.modules.get("jax._src.xla_bridge"), "backends_are_initialized", None)
    return bool(started()) if callable(started) else True
