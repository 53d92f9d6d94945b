"""Streams: where the events of a run come from, in order, from any position on.

==========================================  ==============================================  ============  ==========
what is handed to `bouton.run`              events                                          memory        position
==========================================  ==============================================  ============  ==========
array, memory map, frame, h5py or zarr      rows                                            one chunk     seek
array, or a PyTree of them of equal length
a path (.npy .npz .csv .parquet, images)    rows (see `bouton.data.open_data`)              one chunk     seek
a source of `bouton.data`                   rows                                            one chunk     seek
any other iterable of arrays                one array of the event's shape, or one more     one chunk     skip
                                            axis for several events at once
==========================================  ==============================================  ============  ==========

Rows may be passed several times (`epochs`) and shuffled: blocks of rows change places, and rows change places within a
block, anew in each epoch and the same for the same key. Streams on disk are shuffled in blocks that fit in memory.
"""

import hashlib
import os
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import jax
import numpy as np
from jaxtyping import PyTree

from bouton.data.rows import rows_of
from bouton.errors import InputError

__all__ = ["Stream", "as_stream"]

_BLOCK_ON_DISK = 8192
_DIGEST_ROWS = 64
_FEW_ROWS, _FEW_BYTES = 1024, 2**22


class Stream(ABC):
    """Events in order, from any position on.

    Attributes
    ----------
    n_events : int or None
        Number of events over all epochs, None where it is not known beforehand.
    """

    n_events: int | None

    @property
    @abstractmethod
    def start_fingerprint(self) -> str:
        """The fingerprint at the position from which chunks were last asked for, once the first one has been read."""

    @abstractmethod
    def chunks(self, start: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        """Yield the events from position `start` on, in PyTrees of arrays with at most `size` rows."""

    @abstractmethod
    def fingerprint(self) -> str:
        """Return a digest that tells this stream from another; of iterators, of the events read so far."""


def as_stream(
    data: Any, event: PyTree, *, epochs: int = 1, shuffle: bool = False, seed: tuple[int, ...] = (0,)
) -> Stream:
    """Return the stream over `data`.

    Parameters
    ----------
    data : Stream, array, PyTree of arrays, path, source of rows, or iterable of arrays
        See the table at the head of this module.
    event : PyTree of jax.ShapeDtypeStruct
        Shape of one event.
    epochs : int
        How many times the rows are passed. Default 1.
    shuffle : bool
        Whether rows change places in each epoch. Default False.
    seed : tuple of int
        Seed of the shuffling.

    Raises
    ------
    InputError
        If the data hold no event, are ragged, cannot be passed several times, or a file cannot be read.
    """
    if not isinstance(epochs, int) or isinstance(epochs, bool) or epochs < 1:
        raise InputError(f"epochs must be an integer of at least 1, got {epochs!r}")
    if isinstance(data, Stream):
        return data
    if isinstance(data, str | os.PathLike):
        from bouton.data import open_data

        data = open_data(data)
    if hasattr(data, "read") and hasattr(data, "fingerprint"):
        return RowStream(_Source(data), epochs, shuffle, seed, _BLOCK_ON_DISK)
    if not isinstance(data, Iterator):
        data = jax.tree.map(partial(rows_of, name="the stream"), data)
    leaves = [] if isinstance(data, Iterator) else jax.tree.leaves(data)
    if leaves and all(hasattr(leaf, "shape") and hasattr(leaf, "dtype") for leaf in leaves):
        on_disk = any(not isinstance(leaf, np.ndarray | jax.Array) or isinstance(leaf, np.memmap) for leaf in leaves)
        return RowStream(_Arrays(data), epochs, shuffle, seed, _BLOCK_ON_DISK if on_disk else None)
    if isinstance(data, list | tuple) and leaves and all(np.isscalar(leaf) for leaf in leaves):
        return RowStream(_Arrays(np.asarray(data)), epochs, shuffle, seed, None)
    if not isinstance(data, Iterable):
        raise InputError(f"a stream must be an array, a path or an iterable of arrays, got {type(data).__name__}")
    if shuffle or epochs > 1:
        raise InputError("an iterator is passed once and in its own order: epochs must be 1 and shuffle False")
    return IteratorStream(data, event)


class _Arrays:
    """Rows of a PyTree of arrays of equal length."""

    def __init__(self, tree: PyTree):
        lengths = {int(leaf.shape[0]) if len(leaf.shape) else -1 for leaf in jax.tree.leaves(tree)}
        if len(lengths) != 1 or -1 in lengths:
            raise InputError(f"all arrays of a stream must have the same number of rows, got {sorted(lengths)}")
        self.tree = tree
        self.length = lengths.pop()

    def read(self, start: int, stop: int) -> PyTree:
        return jax.tree.map(lambda leaf: leaf[start:stop], self.tree)

    def fingerprint(self) -> str:
        digest = hashlib.blake2b(digest_size=16)
        rows = np.unique(np.linspace(0, max(self.length - 1, 0), _DIGEST_ROWS).astype(int))
        for leaf in jax.tree.leaves(self.tree):
            digest.update(f"{leaf.shape} {leaf.dtype}".encode())
            whole = isinstance(leaf, np.ndarray) and not isinstance(leaf, np.memmap) and leaf.nbytes < 2**24
            parts = [leaf] if whole else [leaf[row] for row in rows[: self.length]]
            for part in parts:
                digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


class _Source:
    """Rows of a source of `bouton.data`."""

    def __init__(self, source: Any):
        self.source = source
        self.length = len(source)

    def read(self, start: int, stop: int) -> PyTree:
        return self.source.read(start, stop)

    def fingerprint(self) -> str:
        return self.source.fingerprint()


class RowStream(Stream):
    """Rows that can be read at any position, passed one or several times, in order or shuffled by block."""

    def __init__(self, rows: Any, epochs: int, shuffle: bool, seed: tuple[int, ...], block: int | None):
        if rows.length == 0:
            raise InputError("the stream is empty: it must hold at least one event")
        self.rows, self.epochs, self.shuffle, self.seed = rows, epochs, shuffle, seed
        self.block = min(block or rows.length, rows.length)
        self.n_events = rows.length * epochs
        self._fingerprint: str | None = None

    def fingerprint(self) -> str:
        """Return the digest of the rows and their order."""
        if self._fingerprint is None:
            order = f"shuffled in blocks of {self.block} by {self.seed}" if self.shuffle else "in order"
            self._fingerprint = f"rows {self.rows.fingerprint()}, {order}"
        return self._fingerprint

    @property
    def start_fingerprint(self) -> str:
        """The digest, which is the same at any position."""
        return self.fingerprint()

    def chunks(self, start: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        """Yield the events from position `start` on; seeks, reads nothing that lies before."""
        if self.epochs > 1 and self.rows.length < _FEW_ROWS and self.block == self.rows.length:
            first = jax.tree.map(np.asarray, self.rows.read(0, 1))
            if self.rows.length * sum(leaf.nbytes for leaf in jax.tree.leaves(first)) <= _FEW_BYTES:
                yield from self._many_epochs(start, size)
                return
        for epoch in range(start // self.rows.length, self.epochs):
            skip = max(start - epoch * self.rows.length, 0)
            yield from self._shuffled(epoch, skip, size) if self.shuffle else self._ordered(skip, size)

    def _many_epochs(self, start: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        """Yield chunks that hold as many epochs as fit: a chunk for each of few rows would cost more than learning."""
        length = self.rows.length
        total = length * self.epochs
        rows = jax.tree.map(np.asarray, self.rows.read(0, length))
        for first in range(start, total, size):
            stop = min(first + size, total)
            orders = [self._order(epoch, 0, length) for epoch in range(first // length, -(-stop // length))]
            places = np.concatenate(orders)[first % length :][: stop - first]
            yield jax.tree.map(lambda leaf, places=places: leaf[places], rows)

    def _order(self, epoch: int, block: int, length: int) -> np.ndarray:
        """Return the order of the rows of a block in an epoch."""
        if not self.shuffle:
            return np.arange(length)
        return np.random.default_rng((*self.seed, epoch, block)).permutation(length)

    def _ordered(self, skip: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        for first in range(skip, self.rows.length, size):
            yield jax.tree.map(np.asarray, self.rows.read(first, min(first + size, self.rows.length)))

    def _shuffled(self, epoch: int, skip: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        n_blocks = -(-self.rows.length // self.block)
        for block in np.random.default_rng((*self.seed, epoch)).permutation(n_blocks):
            first = int(block) * self.block
            length = min(self.block, self.rows.length - first)
            if skip >= length:
                skip -= length
                continue
            rows = self.rows.read(first, first + length)
            order = self._order(epoch, int(block), length)
            for begin in range(skip, length, size):
                chosen = order[begin : begin + size]
                yield jax.tree.map(lambda leaf, chosen=chosen: np.asarray(leaf)[chosen], rows)
            skip = 0


class IteratorStream(Stream):
    """Events of any iterable; a position is reached by reading on to it."""

    n_events = None

    def __init__(self, iterable: Iterable, event: PyTree):
        self.iterable = iterable
        self.rank = jax.tree.leaves(event)[0].ndim
        self._digest = self._n_read = 0
        self._start_fingerprint = ""

    @property
    def start_fingerprint(self) -> str:
        """The digest of the events that lie before the position."""
        return self._start_fingerprint

    def fingerprint(self) -> str:
        """Return the digest of the events read so far."""
        return f"iterator, {self._n_read} events read, crc32 {self._digest:08x}"

    def chunks(self, start: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        """Yield the events from position `start` on; those before are read and dropped."""
        self._digest = self._n_read = 0
        self._start_fingerprint = self.fingerprint()
        single: list[PyTree] = []
        for item in self.iterable:
            item = jax.tree.map(lambda leaf: np.asarray(rows_of(leaf, "the stream")), item)
            if jax.tree.leaves(item)[0].ndim <= self.rank:
                single.append(item)
                if len(single) < size:
                    continue
                item, single = _stack(single), []
            elif single:
                yield from self._pieces(_stack(single), start, size)
                single = []
            yield from self._pieces(item, start, size)
        if single:
            yield from self._pieces(_stack(single), start, size)
        if self._n_read == 0:
            raise InputError("the stream is empty: it must hold at least one event")

    def _pieces(self, events: PyTree[np.ndarray], start: int, size: int) -> Iterator[PyTree[np.ndarray]]:
        length = jax.tree.leaves(events)[0].shape[0]
        begin = 0
        while begin < length:
            # Cut at the start position too: there the digest must be the one that a checkpoint holds.
            end = min(begin + size, length)
            if self._n_read < start < self._n_read + end - begin:
                end = begin + start - self._n_read
            piece = jax.tree.map(lambda leaf, begin=begin, end=end: leaf[begin:end], events)
            for leaf in jax.tree.leaves(piece):
                self._digest = zlib.crc32(np.ascontiguousarray(leaf).tobytes(), self._digest)
            self._n_read += end - begin
            begin = end
            if self._n_read > start:
                yield piece
            else:
                self._start_fingerprint = self.fingerprint()


def _stack(items: list[PyTree]) -> PyTree[np.ndarray]:
    try:
        return jax.tree.map(lambda *leaves: np.stack(leaves), *items)
    except ValueError as error:
        raise InputError(f"the events of an iterator must all have the same shape: {error}") from None
