"""What fitting leaves behind, and how it is pickled: circuit and state, without the state's types."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import jax

from bouton.engine import Circuit
from bouton.engine.checkpoint import named_leaves, restored

__all__ = ["C", "Learned", "S"]

C = TypeVar("C", bound=Circuit)
S = TypeVar("S")


class Learned(Generic[C, S]):
    """The attributes of a fitted estimator."""

    circuit_: C
    state_: S
    n_samples_seen_: int
    n_features_in_: int
    _seed: int

    @property
    def _key(self) -> jax.Array:
        return jax.random.key(self._seed)

    def __sklearn_is_fitted__(self) -> bool:
        """Whether something was learned; what a call that failed has left behind does not count."""
        return hasattr(self, "state_")

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[None]:
        """Be as before the first fit if learning fails: an initial state is nothing that was learned."""
        try:
            yield
        except BaseException:
            for name in [name for name in vars(self) if name.endswith("_") and not name.startswith("__")]:
                delattr(self, name)
            raise

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes, with the state as plain arrays."""
        base: Any = super()
        attributes: dict[str, Any] = {**base.__getstate__()}
        if "state_" in attributes:
            attributes["state_"] = named_leaves(attributes["state_"])
        return attributes

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        """Take the attributes over, and make the state from its arrays."""
        base: Any = super()
        base.__setstate__(attributes)
        if "state_" in attributes:
            self.state_ = restored(attributes["state_"], jax.eval_shape(self.circuit_.init, self._key))
