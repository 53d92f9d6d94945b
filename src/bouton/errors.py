"""The errors of bouton: each carries one sentence that says what was wrong, what was expected and what to do."""

__all__ = [
    "BoutonError",
    "CheckpointError",
    "Diverged",
    "ForkedProcess",
    "InputError",
    "Interrupted",
    "MissingDependencyError",
]


class BoutonError(Exception):
    """What every error of bouton's own derives from; the command line prints it as one sentence."""


class InputError(BoutonError, ValueError):
    """Data, a file or an argument cannot be used as it is."""


class MissingDependencyError(BoutonError, ImportError):
    """An optional package is needed and not installed; the sentence names the package and the extra that brings it."""


class CheckpointError(BoutonError):
    """A checkpoint is damaged, or belongs to another circuit, stream, key or version."""


class Diverged(BoutonError, ArithmeticError):
    """A run met NaN, infinity or runaway weights; the sentence names the step, the variable and the last checkpoint."""


class ForkedProcess(BoutonError, RuntimeError):
    """A process that was forked off after JAX had begun cannot compute; the sentence says how to start one that can."""


class Interrupted(BoutonError, KeyboardInterrupt):
    """A run was stopped by the user between two chunks; the sentence says how to resume it."""
