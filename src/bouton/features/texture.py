"""Are these pictures fit for learning receptive fields? The participation-ratio test for periodic texture.

One picture with strong periodic texture (roof tiles, striped cloth, blinds) hijacks every neuron: whitening equalises
its spectrum, and nothing has a longer tail than the projection on its grating. Neurons that should have found localised
fields then find extended ones. The test lets a few neurons with the linear rectifier learn, and looks at how many
pixels take part in their fields; the limit is `bouton.analysis.LARGEST_SHARE`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import numpy as np

from bouton.analysis import LARGEST_SHARE, participation_ratio
from bouton.data import Whitening, sample_patches
from bouton.engine import run
from bouton.features.neurons import NonlinearHebbianNeurons

__all__ = ["TextureTest", "texture_test"]

_BATCH = 100


class TextureTest(NamedTuple):
    """What the test found.

    Parameters
    ----------
    share : float
        Median share of pixels that take part in the fields learned from all pictures together.
    by_picture : dict of str to float
        The same for each picture alone. A single picture lies higher than a set: the largest is the one to look at
        where the set does not pass, not one to reject by itself.
    """

    share: float
    by_picture: dict[str, float]

    @property
    def passed(self) -> bool:
        """Whether the set is fit: its share is at most `LARGEST_SHARE`."""
        return self.share <= LARGEST_SHARE


def texture_test(
    images: Mapping[str, np.ndarray],
    patch_size: int = 16,
    *,
    n_patches: int = 50_000,
    passes: int = 20,
    seed: int = 0,
    by_picture: bool = True,
) -> TextureTest:
    """Let neurons learn from pictures, and tell whether periodic texture has hijacked them.

    Parameters
    ----------
    images : mapping of str to array (height, width)
        Pictures by name, such as `bouton.data.read_images` returns.
    patch_size : int
        Side of a patch in pixels. Default 16.
    n_patches : int
        Number of patches of a set. Default 50,000.
    passes : int
        How often they are presented. Default 20: a million samples, about two seconds.
    seed : int
        Of patches and starts. Default 0.
    by_picture : bool
        Whether each picture is looked at alone too. Default True.

    Returns
    -------
    TextureTest

    Raises
    ------
    InputError
        If a picture is too small, holds NaN, or does not vary in all directions.
    """

    def share(pictures: list[np.ndarray]) -> float:
        count = max(n_patches // _BATCH, 1) * _BATCH
        patches = sample_patches(pictures, patch_size, count, seed, dihedral=True)
        batches = Whitening().fit(patches.astype(np.float64)).transform(patches).reshape(-1, _BATCH, patch_size**2)
        circuit = NonlinearHebbianNeurons(patch_size**2, 9, "linear-rectifier", batch_size=_BATCH)
        learned = run(circuit, batches, key=jax.random.key(seed), epochs=passes, shuffle=True).state.feedforward
        return float(np.median(participation_ratio(learned))) / patch_size**2

    alone = {name: share([image]) for name, image in images.items()} if by_picture else {}
    return TextureTest(share(list(images.values())), alone)
