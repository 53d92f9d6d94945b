"""Natural photographs that travel with the package, and a synthetic substitute with natural statistics.

`natural5.npz` holds five landscapes (four by Aitzol Berasategi, CC-BY-4.0; one by Clemens Engelhardt, CC0-1.0), longest
side 512 pixels, stored as v = round(255 sqrt(L)) of the linear luminance L in 0..1; NOTICE.md beside it has the
titles, authors and licences.

Dead leaves: opaque shapes fall until the canvas is covered; sizes r have density proportional to r^-3, by inversion

    r = (u (r_max^-2 - r_min^-2) + r_min^-2)^(-1/2),    u uniform in 0..1

which gives scale-invariant images with edges and occlusion. (A. B. Lee, D. Mumford, J. Huang, "Occlusion models for
natural images", International Journal of Computer Vision 41 (2001) 35-59.)
"""

from importlib import resources

import numpy as np
from jaxtyping import Float

from bouton.data._arguments import Seed, as_generator, at_least, not_negative, one_of
from bouton.errors import InputError

__all__ = ["dead_leaves", "load_natural5", "load_photographs"]

# The canvas has twice the resolution of the image, so that edges are anti-aliased by 2 x 2 averages.
_OVERSAMPLING = 2
_BATCH = 256


def load_natural5(normalise: bool = True) -> dict[str, Float[np.ndarray, "height width"]]:
    """Return the five embedded photographs as linear luminance, float32, by title.

    Parameters
    ----------
    normalise : bool, default True
        Divide each image by its standard deviation; otherwise luminance is in 0..1.

    Returns
    -------
    dict of str to array (height, width)
        aitzgorri, life, picosdeeuropa, sunset, seeding.

    Examples
    --------
    >>> images = load_natural5()
    >>> images["seeding"].shape, images["seeding"].dtype
    ((288, 512), dtype('float32'))
    """
    with resources.files("bouton.data").joinpath("natural5.npz").open("rb") as file, np.load(file) as archive:
        stored = {title: archive[title] for title in archive.files}
    return {title: _scaled((codes / 255.0) ** 2, normalise) for title, codes in stored.items()}


def load_photographs(normalise: bool = False) -> dict[str, Float[np.ndarray, "height width"]]:
    """Return the two photographs of scikit-learn (china, flower; 427 x 640) as mean of the channels / 255, float32.

    The sRGB curve is not undone. china shows roof tiles whose periodic texture yields extended gratings instead of
    local filters; prefer `load_natural5` unless an experiment was published with these two.

    Parameters
    ----------
    normalise : bool, default False
        Divide each image by its standard deviation.

    Notes
    -----
    Photographs: CC-BY 2.0, see scikit-learn's README.txt of its sample images.

    Examples
    --------
    >>> sorted(load_photographs())
    ['china', 'flower']
    """
    from sklearn.datasets import load_sample_image

    return {
        name: _scaled(load_sample_image(f"{name}.jpg").mean(axis=2) / 255, normalise) for name in ("china", "flower")
    }


def dead_leaves(
    seed: Seed,
    n_images: int = 8,
    size: int = 256,
    *,
    shape: str = "ellipse",
    smallest: float = 16.0,
    largest: float = 300.0,
    contrast: float = 0.5,
    normalise: bool = True,
) -> Float[np.ndarray, "images size size"]:
    """Return images of leaves that occlude each other: piecewise constant, with edges at all scales.

    Leaves are laid from front to back, each visible where nothing lies before it, until every pixel is covered:
    centre uniform on the canvas enlarged by 1.5 r on each side, aspect uniform in 0.3..1, orientation uniform,
    intensity exp(contrast N(0, 1)). The canvas of 2 size x 2 size pixels is averaged in blocks of 2 x 2.

    Parameters
    ----------
    seed : int or numpy.random.Generator
        Same seed, same images.
    n_images : int, default 8
        How many.
    size : int, default 256
        Side of an image in pixels.
    shape : {"ellipse", "rectangle"}, default "ellipse"
        Of the leaves.
    smallest, largest : float, default 16, 300
        Bounds of the long semi-axis r, in pixels of the canvas (half a pixel of the image). Leaves much below 16 give
        features that are blobs instead of bars.
    contrast : float, default 0.5
        Standard deviation of the logarithm of the intensity.
    normalise : bool, default True
        Divide each image by its standard deviation.

    Examples
    --------
    >>> dead_leaves(seed=0, n_images=1, size=64).shape
    (1, 64, 64)
    """
    one_of("shape", shape, ("ellipse", "rectangle"))
    side = _OVERSAMPLING * at_least("size", size)
    if not 0 < smallest < largest:
        raise InputError(f"smallest must be above 0 and below largest, got {smallest} and {largest}")
    not_negative("contrast", contrast)
    generator = as_generator(seed)
    images = np.empty((at_least("n_images", n_images), size, size), np.float32)
    for image in images:
        canvas = _covered_canvas(generator, side, shape, (smallest, largest), contrast)
        blocks = canvas.reshape(size, _OVERSAMPLING, size, _OVERSAMPLING)
        image[:] = _scaled(blocks.mean(axis=(1, 3)), normalise)
    return images


def _covered_canvas(
    generator: np.random.Generator, side: int, shape: str, bounds: tuple[float, float], contrast: float
) -> np.ndarray:
    canvas = np.full((side, side), np.nan)
    bare = np.ones((side, side), dtype=bool)
    while bare.any():
        for radius, aspect, angle, row, column, intensity in _leaves(generator, side, bounds, contrast):
            # A rectangle's corners reach sqrt(2) r; the window only needs to contain the leaf.
            reach = 1.5 * radius
            top, bottom = max(0, int(row - reach)), min(side, int(row + reach) + 2)
            left, right = max(0, int(column - reach)), min(side, int(column + reach) + 2)
            if top >= bottom or left >= right:
                continue
            y = np.arange(top, bottom)[:, None] - row
            x = np.arange(left, right)[None, :] - column
            along = (np.cos(angle) * x + np.sin(angle) * y) / radius
            across = (np.cos(angle) * y - np.sin(angle) * x) / (radius * aspect)
            if shape == "ellipse":
                inside = along**2 + across**2 <= 1
            else:
                inside = np.maximum(np.abs(along), np.abs(across)) <= 1
            window = bare[top:bottom, left:right]
            canvas[top:bottom, left:right][inside & window] = intensity
            window &= ~inside
    return canvas


def _leaves(
    generator: np.random.Generator, side: int, bounds: tuple[float, float], contrast: float
) -> Float[np.ndarray, "leaves 6"]:
    """Draw a batch: long semi-axis, aspect, orientation, row and column of the centre, intensity."""
    smallest, largest = bounds
    uniform = generator.random((_BATCH, 5))
    radius = (uniform[:, 0] * (largest**-2 - smallest**-2) + smallest**-2) ** -0.5
    aspect = 0.3 + 0.7 * uniform[:, 1]
    angle = np.pi * uniform[:, 2]
    centres = uniform[:, 3:] * (side + 3 * radius[:, None]) - 1.5 * radius[:, None]
    intensity = np.exp(contrast * generator.normal(size=_BATCH))
    return np.column_stack([radius, aspect, angle, centres, intensity])


def _scaled(image: np.ndarray, normalise: bool) -> np.ndarray:
    deviation = image.std()
    return (image / deviation if normalise and deviation > 0 else image).astype(np.float32)
