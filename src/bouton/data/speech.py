r"""Synthetic speech: phones that speakers say one after the other, as bands of a spectrum over time.

- A phone is a random smooth spectrum: a Gaussian process over bands with a length scale of four bands.
- A speaker has a tilt of the spectrum, a shift by 0 to 2 bands, and a gain.
- An utterance is a walk over phones, of which each is followed by one of four others; a phone lasts 6 to 14 frames of
  10 ms, and fades into the next one within two frames; noise is 20 dB below.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from bouton.data._arguments import Seed, as_generator, at_least
from bouton.errors import InputError

__all__ = ["Speech", "synthetic_speech"]

_SUCCESSORS, _SHORTEST, _LONGEST, _LENGTH_SCALE, _NOISE = 4, 6, 14, 4.0, 0.1


@dataclass(frozen=True)
class Speech:
    """Utterances of equal room, of which the first frames are real.

    Attributes
    ----------
    frames : array (utterances, steps, bands), float32
        Standardised over all real frames; 0 behind the end of an utterance.
    lengths : array (utterances,), int32
        Number of real frames.
    phones : array (utterances, steps), int64
        Phone of each frame; -1 behind the end.
    speakers : array (utterances,), int64
        Who speaks.
    """

    frames: Float[np.ndarray, "utterances steps bands"]
    lengths: Int[np.ndarray, " utterances"]
    phones: Int[np.ndarray, "utterances steps"]
    speakers: Int[np.ndarray, " utterances"]

    def __len__(self) -> int:
        return len(self.frames)

    def __repr__(self) -> str:
        utterances, steps, bands = self.frames.shape
        return f"Speech({utterances} utterances of up to {steps} frames x {bands} bands)"


def synthetic_speech(
    n_utterances: int,
    *,
    n_phones: int = 12,
    n_speakers: int = 20,
    n_bands: int = 24,
    phones_each: int = 12,
    seed: Seed = 0,
) -> Speech:
    """Return utterances of random speakers.

    Parameters
    ----------
    n_utterances : int
        Number of utterances.
    n_phones : int, default 12
        Number of phones, at least 5.
    n_speakers : int, default 20
        Number of speakers.
    n_bands : int, default 24
        Bands of the spectrum, at least 4.
    phones_each : int, default 12
        Phones of an utterance.
    seed : int or numpy.random.Generator, default 0
        Same seed, same phones, speakers and utterances.

    Returns
    -------
    Speech

    Raises
    ------
    InputError
        If a number is too small.

    Examples
    --------
    >>> synthetic_speech(10)
    Speech(10 utterances of up to 168 frames x 24 bands)
    """
    for name, number in (("n_utterances", n_utterances), ("n_speakers", n_speakers), ("phones_each", phones_each)):
        at_least(name, number)
    if n_phones <= _SUCCESSORS or n_bands < 4:
        raise InputError(
            f"n_phones must be at least {_SUCCESSORS + 1} and n_bands at least 4, got {n_phones}, {n_bands}"
        )
    rng, bands = as_generator(seed), np.arange(n_bands)
    smooth = np.exp(-((bands[:, None] - bands) ** 2) / (2 * _LENGTH_SCALE**2)) + 1e-9 * np.eye(n_bands)
    spectra = rng.normal(size=(n_phones, n_bands)) @ np.linalg.cholesky(smooth).T
    followers = np.array([
        rng.choice(np.delete(np.arange(n_phones), phone), _SUCCESSORS, replace=False) for phone in range(n_phones)
    ])  # fmt: skip
    tilts = rng.normal(0, 0.5, (n_speakers, 1)) * np.linspace(-1, 1, n_bands)
    shifts, gains = rng.integers(0, 3, n_speakers), np.exp(rng.normal(0, 0.2, n_speakers))
    speakers = rng.integers(n_speakers, size=n_utterances)
    steps = _LONGEST * phones_each
    frames, phones = np.zeros((n_utterances, steps, n_bands)), np.full((n_utterances, steps), -1)
    lengths = np.zeros(n_utterances, np.int32)
    for number, speaker in enumerate(speakers):
        said = _walk(followers, phones_each, rng)
        durations = rng.integers(_SHORTEST, _LONGEST + 1, phones_each)
        labels = np.repeat(said, durations)
        voiced = gains[speaker] * (np.roll(spectra, shifts[speaker], axis=1) + tilts[speaker])
        clean = _faded(voiced[labels], np.cumsum(durations)[:-1])
        noise = _NOISE * np.sqrt(np.mean(clean**2)) * rng.normal(size=clean.shape)
        lengths[number] = len(labels)
        frames[number, : len(labels)], phones[number, : len(labels)] = clean + noise, labels
    real = phones >= 0
    frames = np.where(real[..., None], (frames - frames[real].mean()) / frames[real].std(), 0)
    return Speech(frames.astype(np.float32), lengths, phones.astype(np.int64), speakers.astype(np.int64))


def _walk(followers: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return phones, each one of the followers of the one before."""
    said = [int(rng.integers(len(followers)))]
    for _ in range(count - 1):
        said.append(int(rng.choice(followers[said[-1]])))
    return np.array(said)


def _faded(frames: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """Return frames of which the two at each border lie between the phones."""
    faded = frames.copy()
    for border in borders:
        before, after = frames[border - 1], frames[border]
        faded[border - 1], faded[border] = (2 * before + after) / 3, (before + 2 * after) / 3
    return faded
