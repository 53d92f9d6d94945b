"""The one XLA option that makes small recurrent circuits fast on a CPU, and when it may still be set.

XLA can compile a whole loop into one kernel, which small circuits gain a factor of two to five from. Before jax 0.12 it
does so only below a size that is far too small for learning loops; the option raises it. Results with and without agree
to rounding (sums are taken in another order), so a checkpoint stores which it was. The option is read once, when jax
starts, so it must be in the environment before. From jax 0.12 on nothing is needed.
"""

import os
import re
import sys
import warnings
from importlib.metadata import version

__all__ = ["LOOP_OPTION", "fold_loops", "loops_are_folded"]

LOOP_OPTION = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000000"
_THRESHOLD = re.compile(r"\bxla_cpu_small_while_loop_byte_threshold=(\d+)")
# What jax 0.12 takes by itself; the thousand bytes of earlier releases fold no learning loop.
_ENOUGH_BYTES = 2**16
_warned = False


def loops_are_folded() -> bool:
    """Return whether loops fold: by the option in the environment, or because jax does it by itself."""
    threshold = _threshold()
    if threshold is not None:
        return threshold >= _ENOUGH_BYTES
    return tuple(int(part) for part in version("jax").split(".")[:2]) >= (0, 12)


def _threshold() -> int | None:
    """Return the size below which loops fold according to the environment; the last of several settings counts."""
    found = _THRESHOLD.findall(os.environ.get("XLA_FLAGS", ""))
    return int(found[-1]) if found else None


def fold_loops() -> bool:
    """Make learning loops compile into single kernels, if jax is not imported yet.

    The command line does this by itself. In a script or notebook, call it before jax is imported: circuits of up to
    some hundred neurons then run two to five times faster; results agree to rounding.

    Returns
    -------
    bool
        Whether loops will be folded. Where jax is imported already nothing is changed, and a warning says so, once. A
        threshold of your own in XLA_FLAGS is left as it is.

    Examples
    --------
    >>> import bouton
    >>> folded = bouton.fold_loops()  # doctest: +SKIP
    """
    global _warned
    if loops_are_folded() or _threshold() is not None:
        return loops_are_folded()
    if "jax" in sys.modules:
        if not _warned:
            _warned = True
            warnings.warn(
                "jax is imported already, so its loops stay as they are: call bouton.fold_loops() before importing jax",
                stacklevel=2,
            )
        return False
    present = os.environ.get("XLA_FLAGS", "")
    os.environ["XLA_FLAGS"] = f"{present} {LOOP_OPTION}".strip()
    return True
