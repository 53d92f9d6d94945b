"""Whether this process was forked off after JAX had begun to compute: computing here would wait forever.

A fork copies memory and locks, but none of the threads that JAX computes with. JAX warns in the parent; the child would
hang without a word, so that everything of bouton's that computes asks here first.
"""

import os
import sys

from bouton.errors import ForkedProcess

__all__ = ["refuse_forked"]

_began_in_parent = False
_is_forked = False


def refuse_forked() -> None:
    """Refuse to compute in a process that was forked off after JAX had begun.

    Raises
    ------
    ForkedProcess
        There; the sentence says what to do.
    """
    if _is_forked:
        raise ForkedProcess(
            "this process was forked after JAX had begun to compute, and would wait forever for threads that are not "
            'here: start processes afresh, by multiprocessing.get_context("spawn") or by joblib\'s default, loky '
            "(n_jobs of scikit-learn), or fork before the first computation"
        )


def _look() -> None:
    """See in the parent whether JAX has begun: its lock might be held forever in the child."""
    global _began_in_parent
    bridge = sys.modules.get("jax._src.xla_bridge")
    began = getattr(bridge, "backends_are_initialized", None)
    _began_in_parent = bridge is not None and (began is None or bool(began()))


def _mark() -> None:
    global _is_forked
    _is_forked = _is_forked or _began_in_parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_look, after_in_child=_mark)
