"""Features of layers that learn by contrastive, local and predictive plasticity."""

import warnings
from dataclasses import KW_ONLY
from typing import Annotated, Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from bouton._fields import AtLeastZero, Count, Rate, Whole
from bouton.credit import DenseLayer
from bouton.credit.predictive import (
    CLAPPNetwork,
    CLAPPState,
    Fixations,
    fixations,
    offsets_of,
    patch_grid,
    probe_accuracy,
    two_views,
)
from bouton.dynamics import Rectifier
from bouton.engine._scale import largest_of, refuse_overflow
from bouton.errors import InputError
from bouton.estimators._declared import Accepts
from bouton.estimators._pieces import in_pieces
from bouton.estimators.adapter import CircuitTransformer

__all__ = ["CLAPPFeatures"]

_POWER = 4
"""Of the data in what is computed with: running means of squared changes, which are quadratic."""


class CLAPPFeatures(CircuitTransformer[CLAPPNetwork, CLAPPState]):
    r"""Dense layers that learn, each by itself and without labels, to predict their activity while the gaze stays.

    What a fixation is depends on what a row is:

    ============================  ===================================================================
    parameters                    a fixation is
    ============================  ===================================================================
    `image_shape` and `patch`     the patches of one image, row by row of the grid
    `image_shape`                 two views of one image, shifted and turned a little
    `steps`                       a sequence: a row holds the values of one step after the other
    none of these                 the row twice, each time with other noise
    ============================  ===================================================================

    Features are means over the patches, or over the steps. Values should be standardised: margins are 1.

    Parameters
    ----------
    layers
        Units of each layer, the lowest first.
    image_shape
        Height and width of images, and channels where there are some.
    patch
        Edge of a patch.
    stride
        Pixels from one patch to the next. Default: half a patch.
    steps
        Steps of a sequence.
    noise
        Standard deviation of the noise on a row that is neither image nor sequence.
    skipped
        Steps next to the context that are not predicted. Default: one with patches that overlap.
    distances
        How many of the steps after these are predicted. Default: all.
    mode
        Whether a mini-batch shows of each row fixation or saccade, or both.
    symmetric
        Whether the transposed prediction weights take the place of retrodiction weights, which is weight transport.
    learning_rate
        Of Adam.
    batch_size
        Rows of a mini-batch in `fit`; `partial_fit` contrasts each row with the one before.

    Attributes
    ----------
    circuit_
        The circuit.
    state_
        Its state.

    References
    ----------
    B. Illing, J. Ventura, G. Bellec, W. Gerstner, NeurIPS 2021, arXiv:2010.08262.

    Examples
    --------
    >>> from bouton import CLAPPFeatures
    >>> from bouton.data import load_digits
    >>> digits = load_digits()
    >>> pixels = (digits.data - digits.data.mean()) / digits.data.std()
    >>> model = CLAPPFeatures((32, 32), image_shape=(8, 8), patch=4, epochs=2, random_state=0).fit(pixels)
    >>> model.transform(pixels).shape
    (1797, 32)
    """

    layers: Annotated[tuple[int, ...], Accepts("tuple of int", (tuple, list))] = (64, 64)
    _: KW_ONLY
    image_shape: Annotated[tuple[int, ...] | None, Accepts("tuple of int or None", (tuple, list, None))] = None
    patch: Count | None = None
    stride: Count | None = None
    steps: Count | None = None
    noise: AtLeastZero = 0.3
    skipped: Whole | None = None
    distances: Count | None = None
    mode: Literal["asynchronous", "synchronous"] = "asynchronous"
    symmetric: bool = False
    learning_rate: Rate = 1e-3
    batch_size: Count = 32
    epochs: Count = 5

    def _circuit(self, n_features: int, batch_size: int | None = None) -> CLAPPNetwork:
        """Return the circuit; of two rows, for `partial_fit`, saccades go from one to the other."""
        rows = np.zeros((1, n_features))
        _, steps, lanes, *shape = self._sequences(rows, 0, 0).shape
        size = max(2, self.batch_size if batch_size is None else batch_size)
        return CLAPPNetwork(
            [DenseLayer(units, Rectifier()) for units in self.layers],
            tuple(shape),
            steps,
            lanes,
            self._offsets(steps),
            batch_size=size,
            asynchronous=self.mode == "asynchronous" and size > 2,
            symmetric=bool(self.symmetric),
            exclude_self=size < 8,
            learning_rate=self.learning_rate,
        )

    def _offsets(self, steps: int) -> tuple[int, ...]:
        overlap = self.patch is not None and (self.stride or max(1, self.patch // 2)) < self.patch
        skipped = (1 if overlap else 0) if self.skipped is None else self.skipped
        return offsets_of(steps, skipped, max(1, steps - 1 - skipped) if self.distances is None else self.distances)

    def _sequences(self, rows: np.ndarray, first: int, epoch: int) -> Float[np.ndarray, "rows steps lanes values"]:
        """Return what is shown of rows; what is random about it depends on the number of the row alone."""
        if self.image_shape is not None and int(np.prod(self.image_shape)) != rows.shape[1]:
            raise InputError(f"images of the shape {tuple(self.image_shape)} have {int(np.prod(self.image_shape))} "
                             f"pixels, and X has {rows.shape[1]} features")  # fmt: skip
        if self.image_shape is not None and self.patch is not None:
            images = rows.reshape(-1, *self.image_shape)
            return patch_grid(images, self.patch, self.stride or max(1, self.patch // 2))
        if self.steps is not None:
            if rows.shape[1] % self.steps:
                raise InputError(f"X has {rows.shape[1]} features, which are no {self.steps} steps of equal size")
            return rows.reshape(len(rows), self.steps, 1, -1)
        seeds = [(self._seed if hasattr(self, "_seed") else 0, epoch, first + number) for number in range(len(rows))]
        if self.image_shape is not None:
            if len(self.image_shape) != 2:
                raise InputError("views are of images without channels: give patch, or image_shape=(height, width)")
            shape = self.image_shape
            views = [two_views(row.reshape(1, *shape), seed=seed) for row, seed in zip(rows, seeds, strict=True)]
            return np.concatenate(views).reshape(len(rows), 2, 1, -1)
        drawn = [np.random.default_rng(seed).normal(size=(2, 1, rows.shape[1])) for seed in seeds]
        return rows[:, None, None] + self.noise * np.stack(drawn).astype(rows.dtype)

    def _refuse(self, rows: np.ndarray, circuit: CLAPPNetwork) -> None:
        like = jax.ShapeDtypeStruct(rows.shape[1:], jnp.result_type(float))
        refuse_overflow(rows, like, largest_of(rows), _POWER, name="X")

    def _learn(self, rows: np.ndarray, **options: Any) -> None:
        if "epochs" in options:
            self._learn_in_batches(rows, options["epochs"], options["shuffle"])
        else:
            self._learn_in_pairs(rows)

    def _learn_in_batches(self, rows: np.ndarray, epochs: int, shuffle: bool) -> None:
        if len(rows) < 2:
            raise InputError(f"a saccade ends on another row: {type(self).__name__} needs more than 1 sample")
        size, step = min(max(2, self.batch_size), len(rows)), 0
        circuit = self._circuit(rows.shape[1], size)
        for epoch in range(epochs):
            shown = self._sequences(rows, 0, epoch)
            own = (self._seed + epoch) % 2**32
            step += self._run(circuit, fixations(shown, size, lanes=True, shuffle=shuffle, seed=own), step).steps
        self.n_samples_seen_ += step * size
        self._last = None

    def _learn_in_pairs(self, rows: np.ndarray) -> None:
        """Contrast each row with the one before, which is all that is kept of the past."""
        shown = self._sequences(rows, self.n_samples_seen_, 0)
        last = getattr(self, "_last", None)
        joined = shown if last is None else np.concatenate([last, shown])
        if len(joined) > 1:
            pairs = np.stack([joined[:-1], joined[1:]], axis=1).astype(jnp.result_type(float))
            circuit = self._circuit(rows.shape[1], 2)
            lengths = np.full(pairs.shape[:2], circuit.steps, np.int32)
            self._run(circuit, Fixations(pairs, lengths), self.n_samples_seen_)  # pyright: ignore[reportArgumentType]
        self.n_samples_seen_ += len(rows)
        self._last = joined[-1:]

    def _begin(self, rows: np.ndarray, is_stream: bool) -> None:
        self._last = None
        super()._begin(rows, is_stream)

    def transform(self, X: ArrayLike, layer: int | None = None) -> Float[np.ndarray, "samples units"]:
        """Return the features of a layer; nothing is learned.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.
        layer : int, optional
            From 1 on. Default: the last.

        Returns
        -------
        array (n_samples, units)
            Mean over patches or steps.

        Raises
        ------
        InputError
            If the data cannot be used, or there is no such layer.
        """
        found = self._by_layer(self._rows_like_before(X))
        number = len(found) - 1 if layer is None else layer
        if not 0 < number < len(found):
            raise InputError(f"layer must lie from 1 to {len(found) - 1}, got {layer}")
        return found[number]

    def score_layers(
        self, X: ArrayLike, y: ArrayLike, X_test: ArrayLike, y_test: ArrayLike, *, penalty: float = 10.0
    ) -> Float[np.ndarray, " layers"]:
        """Return what a linear classifier makes of each layer.

        Parameters
        ----------
        X, y : array (n_samples, n_features) and (n_samples,)
            Samples with labels, which the classifier learns from.
        X_test, y_test : array
            Samples that it is to classify.
        penalty : float
            Of the classifier's squared weights. Default 10.

        Returns
        -------
        array (1 + layers,)
            Share of test samples that are right: from the input, a mean over patches or steps too, and of each layer.
        """
        check_is_fitted(self)
        known, asked = (self._by_layer(self._rows_like_before(each)) for each in (X, X_test))
        return np.array([
            probe_accuracy(one, np.asarray(y), other, np.asarray(y_test), penalty=penalty)
            for one, other in zip(known, asked, strict=True)
        ])  # fmt: skip

    def _by_layer(self, rows: np.ndarray) -> list[np.ndarray]:
        """Return the input and the activity of each layer, means over patches or steps; without noise."""
        is_cut = self.steps is not None or (self.image_shape is not None and self.patch is not None)
        shown = self._sequences(rows, 0, 0) if is_cut else rows[:, None, None]
        samples = shown.reshape(-1, shown.shape[-1])
        seen = in_pieces(lambda piece: self.circuit_.features(self.state_, piece), samples)
        for number, values in enumerate(seen):
            if not np.any(values):
                warnings.warn(
                    f"layer {number + 1}: 100 % dead units: no row activates any; standardise the rows, or lower "
                    "learning_rate",
                    UserWarning,
                    stacklevel=3,
                )
        found = [samples, *seen]
        return [values.reshape(len(rows), -1, values.shape[-1]).mean(axis=1) for values in found]

    @property
    def _n_features_out(self) -> int:
        return self.circuit_.stages[-1].units
