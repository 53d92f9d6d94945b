r"""Flexible sensorimotor mapping: images that ask for one of two actions, and mappings that are reversed unannounced.

In each trial one image is shown, drawn at random; image m asks for action m mod 2. A block ends once the
responses to every image were correct in so many of its last presentations; then the first images ask for the other
action, and only fewer rewards tell. Nothing else changes: other images ask for what they asked for.

Source: the task of W. F. Asaad, G. Rainer, E. K. Miller, Neuron 21:1399-1407, 1998, as S. Fusi, W. F. Asaad, E. K.
Miller, X.-J. Wang, Neuron 54:319-333, 2007, describe it: four images, two of which reverse. The criterion and its
numbers are a reconstruction.
"""

import warnings
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._arguments import known
from bouton._fields import AtLeastZero, Count, Whole, check_fields
from bouton.behaviour.agent import Experience
from bouton.behaviour.world import World
from bouton.errors import InputError

__all__ = ["Cue", "ReversalState", "ReversalTask", "Trial", "active_of", "trial_event"]


class Cue(NamedTuple):
    """What is seen of a trial: the image as a pattern of inputs, and which one it is."""

    pattern: Float[Array, " inputs"]
    image: Int[Array, ""]


class Trial(NamedTuple):
    """What is kept of a trial, as whole numbers; all -1 before the first."""

    block: Any
    """Blocks before it."""
    image: Any
    target: Any
    """The action that was asked for."""
    correct: Any
    """1 where it was taken."""
    presentation: Any
    """How often the image has been shown in this block, this trial included."""
    outcome: Any
    """0 where the block goes on, 1 where it ended with the criterion met, 2 without."""


class ReversalState(NamedTuple):
    """Where the task stands."""

    patterns: Float[Array, "images inputs"]
    image: Int[Array, ""]
    block: Int[Array, ""]
    trials: Int[Array, ""]
    """In this block."""
    presented: Int[Array, " images"]
    """Presentations of each image in this block."""
    recent: Int[Array, "images window"]
    """Whether the last responses to each image in this block were correct; the latest comes last."""
    last: Int[Array, "6"]
    """The trial before, as a `Trial`."""


def active_of(size: int, level: float) -> int:
    """Return how many of so many neurons are active at a level; refuse none and all.

    Raises
    ------
    InputError
        ``coding level f=0.001 gives 0 active units of 100; need 1 <= k < 100``.
    """
    number = round(level * size)
    if not 1 <= number < size:
        raise InputError(f"coding level f={level:g} gives {number} active units of {size}; need 1 <= k < {size}")
    return number


def trial_event(n_inputs: int) -> Any:
    """Return shape and type of what an agent sees of a trial: a `Cue`, and the reward of the trial before."""
    kind = jnp.result_type(float)
    return Experience(Cue(_shape((n_inputs,), kind), _shape((), jnp.int32)), _shape((), kind))


def _shape(shape: tuple[int, ...], kind: Any) -> Any:
    return jax.ShapeDtypeStruct(shape, kind)


class ReversalTask(World[ReversalState]):
    """Images, two actions, and reversals.

    The action is 0 or 1; the observation is a `Cue`; the reward is 1, or minus the cost of an error.

    Parameters
    ----------
    n_images : int
        Number of images, even. Default 4.
    n_reversing : int
        How many of them reverse, the first ones. Default 2.
    n_inputs : int
        Number of inputs that an image is a pattern of. Default 100.
    level : float
        Share of inputs that are 1, the others are 0. Default 0.2.
    error_cost : float
        How much an error counts against a reward. Default 4: what was learned is soon forgotten.
    window, needed : int
        A block ends once each image has been shown this often, and the responses to so many of its last presentations
        were correct. Default 10, 9.
    least_trials, most_trials : int
        Of a block. One that gets to the end without meeting the criterion has failed, and ends too. Default 0, 500.
    patterns : array (images, inputs), optional
        The images. Default: drawn at random when a task begins.

    Raises
    ------
    InputError
        If images cannot be shared between two actions, more reverse than there are, none or all inputs of an image
        would be 1, or the criterion asks for more than is shown.

    Notes
    -----
    A chance run of 10 trials meets 9 of 10 with a probability of 11/1024: with a single image blocks end by luck.
    With `error_cost` 0 and full attenuation the signal is never negative before reward is expected: learning from
    nothing is slow.

    Examples
    --------
    >>> import jax
    >>> from bouton.behaviour import ReversalTask
    >>> task = ReversalTask()
    >>> state = task.init(jax.random.key(0))
    >>> state, seen, reward = task.step(jax.random.key(1), state, 1 - task.target(state))
    >>> float(reward), seen.pattern.shape
    (-4.0, (100,))
    """

    n_images: Count = eqx.field(static=True, default=4)
    n_reversing: Whole = eqx.field(static=True, default=2)
    n_inputs: Count = eqx.field(static=True, default=100)
    level: float = eqx.field(static=True, default=0.2)
    error_cost: AtLeastZero = 4.0
    window: Count = eqx.field(static=True, default=10)
    needed: Whole = 9
    least_trials: Whole = 0
    most_trials: Count = 500
    patterns: Float[Array, "images inputs"] | Float[np.ndarray, "images inputs"] | None = None

    def __check_init__(self) -> None:
        check_fields(self)
        if self.n_images % 2:
            raise InputError(f"n_images must be even, so that both actions are asked for alike; got {self.n_images}")
        if self.n_reversing > self.n_images:
            raise InputError(f"n_reversing must not exceed n_images, {self.n_images}; got {self.n_reversing}")
        for larger, smaller in (("window", "needed"), ("most_trials", "least_trials")):
            most, least = getattr(self, larger), getattr(self, smaller)
            if isinstance(most, int) and isinstance(least, int) and least > most:
                raise InputError(f"{smaller} must not exceed {larger}, {most}; got {least}")
        active_of(self.n_inputs, self.level)
        if self.patterns is not None:
            self._check_patterns(self.patterns)

    def _check_patterns(self, patterns: Any) -> None:
        wanted, rows = (self.n_images, self.n_inputs), known(patterns)
        if np.shape(patterns) != wanted:
            raise InputError(f"patterns must have shape {wanted} (images, inputs), got {np.shape(patterns)}")
        if rows is None:
            return
        if not np.all(np.isfinite(rows)):
            raise InputError("patterns must be finite")
        for one in range(self.n_images):
            for other in range(one):
                if np.array_equal(rows[one], rows[other]):
                    warnings.warn(
                        f"images {other} and {one} are the same pattern: where they ask for different actions nothing "
                        "can tell them apart",
                        stacklevel=4,
                    )

    @property
    def action(self) -> jax.ShapeDtypeStruct:
        """0 or 1."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    @property
    def n_actions(self) -> int:
        """Two."""
        return 2

    def init(self, key: PRNGKeyArray) -> ReversalState:
        """Return images, the first of them shown."""
        first, second = jax.random.split(key)
        patterns = self._drawn(first) if self.patterns is None else jnp.asarray(self.patterns, float)
        nothing = jnp.zeros((), jnp.int32)
        return ReversalState(
            patterns,
            self._next(second),
            nothing,
            nothing,
            jnp.zeros(self.n_images, jnp.int32),
            jnp.zeros((self.n_images, self.window), jnp.int32),
            jnp.full(len(Trial._fields), -1, jnp.int32),
        )

    def _drawn(self, key: PRNGKeyArray) -> Float[Array, "images inputs"]:
        ranks = jnp.argsort(jnp.argsort(jax.random.uniform(key, (self.n_images, self.n_inputs)), axis=1), axis=1)
        return (ranks < active_of(self.n_inputs, self.level)).astype(jnp.result_type(float))

    def _next(self, key: PRNGKeyArray) -> Int[Array, ""]:
        drawn = jnp.floor(jax.random.uniform(key) * self.n_images).astype(jnp.int32)
        return jnp.minimum(drawn, self.n_images - 1)

    def _shown(self, state: ReversalState) -> Bool[Array, " images"]:
        return jnp.arange(self.n_images, dtype=jnp.int32) == state.image

    def target(self, state: ReversalState) -> Int[Array, ""]:
        """Return the action that the image asks for."""
        reversed_now = jnp.where(state.image < self.n_reversing, state.block % 2, 0)
        return (state.image + reversed_now) % 2

    def observe(self, state: ReversalState) -> Cue:
        """Return the image."""
        shown = jax.nn.one_hot(state.image, self.n_images, dtype=state.patterns.dtype)
        return Cue(jnp.sum(shown[:, None] * state.patterns, axis=0), state.image)

    def report(self, state: ReversalState) -> dict[str, Any]:
        """Return which image is shown, what it asks for, in which block, and how often it was shown since then."""
        since = jnp.sum(jnp.where(self._shown(state), state.presented, 0), dtype=jnp.int32)
        return {
            "image": state.image,
            "target": self.target(state),
            "block": state.block,
            "since_reversal": since,
        }

    def step(self, key: PRNGKeyArray, state: ReversalState, action: Array) -> tuple[ReversalState, Cue, Array]:
        """Reward the action, end the block where it is learned or too long, and show the next image."""
        target = self.target(state)
        correct = (action == target).astype(jnp.int32)
        shown = self._shown(state)
        presented = state.presented + shown.astype(jnp.int32)
        shifted = jnp.concatenate([state.recent[:, 1:], jnp.full((self.n_images, 1), correct)], axis=1)
        recent = jnp.where(shown[:, None], shifted, state.recent)
        trials = state.trials + 1
        is_learned = jnp.all((presented >= self.window) & (jnp.sum(recent, axis=1, dtype=jnp.int32) >= self.needed))
        is_learned &= trials >= self.least_trials
        has_failed = ~is_learned & (trials >= self.most_trials)
        outcome = jnp.where(is_learned, 1, jnp.where(has_failed, 2, 0)).astype(jnp.int32)
        presentation = jnp.sum(jnp.where(shown, presented, 0), dtype=jnp.int32)
        last = jnp.stack([state.block, state.image, target, correct, presentation, outcome])
        goes_on = (outcome == 0).astype(jnp.int32)
        after = ReversalState(
            state.patterns,
            self._next(key),
            state.block + 1 - goes_on,
            trials * goes_on,
            presented * goes_on,
            recent * goes_on,
            last,
        )
        kind = state.patterns.dtype
        reward = jnp.where(correct == 1, jnp.ones((), kind), jnp.asarray(-self.error_cost, kind))
        return after, self.observe(after), reward
