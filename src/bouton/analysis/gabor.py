r"""Gabor functions fitted to receptive fields, with the goodness of the fit.

.. math::

    G(x', y') = A \cos(2 \pi f x' + \varphi)\; e^{-x'^2 / 2 \sigma_x^2 - y'^2 / 2 \sigma_y^2}

with x' along the wave and y' along the bars, measured from the centre. For given centre, direction, frequency and
widths the best amplitude and phase follow from linear least squares; the six others are found by nonlinear least
squares within bounds, from several starts (variable projection: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10:413,
1973; the damped steps of K. Levenberg and D. W. Marquardt), for all filters and starts at once.

Frequencies are looked for between half a cycle in the field and half a cycle per pixel, above which a wave along an
axis cannot be told from a slower one in another direction. Where the search ends at one of its bounds, the field is no
Gabor function of the sizes that a grid of pixels can show, and the numbers found are none of its own.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float
from numpy.typing import ArrayLike

from bouton.analysis.filters import as_images, power_spectrum

__all__ = ["GaborFits", "fit_gabors", "gabor"]

_SMALLEST_WIDTH = 0.4
_STARTS = ((0.3, 0.6), (0.4, 1.2))
"""Widths along and across the wave, in wavelengths."""
_STEPS = 80
_LANES = 32
"""Searches of one program: few enough to stay in the cache, and one shape for any number of filters."""
_PATIENCE, _STILL = 4, 1e-9
"""Steps in a row that take off less than a share of the squares left, after which a search is over."""
_AT_BOUND = 1e-3
"""Of the way from one bound to the other."""


class GaborFits(NamedTuple):
    """Gabor functions, one per filter.

    Parameters
    ----------
    r_squared : array (filters,)
        Share of the filter's power that the fit explains: 1 is a perfect Gabor function.
    frequency : array (filters,)
        f, in cycles per pixel.
    direction : array (filters,)
        Of the wave, in radians from the horizontal axis, clockwise as images are shown, in [0, pi).
    width, length : arrays (filters,)
        :math:`\\sigma_x` along the wave and :math:`\\sigma_y` along the bars, in pixels.
    phase : array (filters,)
        :math:`\\varphi`, in radians: 0 or pi for an even field, plus or minus pi/2 for an odd one.
    row, column : arrays (filters,)
        The centre, in pixels.
    amplitude : array (filters,)
        A, in units of the filter.
    at_bound : array of bool (filters,)
        Whether the search ended at one of its bounds: such a fit is none, leave it out of statistics.
    """

    r_squared: np.ndarray
    frequency: np.ndarray
    direction: np.ndarray
    width: np.ndarray
    length: np.ndarray
    phase: np.ndarray
    row: np.ndarray
    column: np.ndarray
    amplitude: np.ndarray
    at_bound: np.ndarray

    @property
    def found(self) -> Bool[np.ndarray, " filters"]:
        """Which filters a Gabor function was found for: neither silent ones nor those whose search ended at a bound."""
        return np.isfinite(self.r_squared) & ~self.at_bound

    @property
    def width_in_wavelengths(self) -> Float[np.ndarray, " filters"]:
        """Width along the wave times frequency: about 0.3 for a field of one or two bars."""
        return self.width * self.frequency

    @property
    def length_in_wavelengths(self) -> Float[np.ndarray, " filters"]:
        """Length along the bars times frequency."""
        return self.length * self.frequency


def gabor(
    shape: tuple[int, int],
    frequency: float,
    direction: float,
    width: float,
    length: float,
    phase: float = 0.0,
    centre: tuple[float, float] | None = None,
) -> Float[np.ndarray, "height width"]:
    """Return a Gabor function of amplitude 1 as an image.

    Parameters
    ----------
    shape : tuple of int
        Height and width.
    frequency, direction, width, length, phase : float
        As in `GaborFits`.
    centre : tuple of float, optional
        Row and column of the centre. Default: the middle.

    Returns
    -------
    array (height, width)

    Examples
    --------
    >>> gabor((3, 3), frequency=0.25, direction=0.0, width=10.0, length=10.0).round(2)[1].tolist()
    [0.0, 1.0, 0.0]
    """
    row, column = centre or ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    with jax.enable_x64(True):
        even, odd = np.asarray(_pair(shape, jnp.asarray([row, column, direction, frequency, width, length], float)))
    return (np.cos(phase) * even - np.sin(phase) * odd).reshape(shape)


def fit_gabors(filters: ArrayLike, shape: tuple[int, int] | None = None) -> GaborFits:
    """Fit a Gabor function to each filter.

    Parameters
    ----------
    filters : array (filters, height * width)
        One filter per row.
    shape : tuple of int, optional
        Height and width of an image. Default: square.

    Returns
    -------
    GaborFits

    Raises
    ------
    InputError
        If the shape does not fit.

    Examples
    --------
    >>> field = gabor((12, 12), frequency=0.2, direction=0.5, width=1.5, length=3.0, phase=1.0)
    >>> found = fit_gabors(field.reshape(1, -1))
    >>> bool(found.r_squared[0] > 0.999), round(float(found.frequency[0]), 3), bool(found.at_bound[0])
    (True, 0.2, False)
    """
    images = as_images(filters, shape)
    powers = np.sum(images**2, axis=(1, 2))
    alive = np.flatnonzero(powers > 0)
    columns = np.full((len(images), 9), np.nan)
    at_bound = np.zeros(len(images), bool)
    if len(alive):
        # Amplitudes of one size: what keeps the system solvable is small beside all of them.
        best, left = _search(images[alive] / np.sqrt(powers[alive])[:, None, None])
        columns[alive], at_bound[alive] = _described(images[alive].shape[1:], best, images[alive], left)
    return GaborFits(*columns.T, at_bound=at_bound)


def _search(
    images: Float[np.ndarray, "filters height width"],
) -> tuple[Float[np.ndarray, "filters 6"], Float[np.ndarray, " filters"]]:
    """Return the best parameters of all starts, and what they leave of each image's power."""
    starts = np.array([_starts(image) for image in images])
    n_filters, n_starts = starts.shape[:2]
    values = np.repeat(images.reshape(n_filters, -1), n_starts, axis=0)
    flat, found = starts.reshape(-1, 6), []
    with jax.enable_x64(True):
        for first in range(0, len(flat), _LANES):
            rows = np.arange(first, first + _LANES) % len(flat)
            found.append(_descend(images.shape[1:], jnp.asarray(flat[rows]), jnp.asarray(values[rows])))
    ends, costs = (np.concatenate([np.asarray(part[i]) for part in found])[: len(flat)] for i in (0, 1))
    ends, costs = ends.reshape(n_filters, n_starts, 6), costs.reshape(n_filters, n_starts)
    chosen = np.arange(n_filters), np.argmin(np.where(np.isfinite(costs), costs, np.inf), axis=1)
    return ends[chosen], costs[chosen]


def _bounds(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of row, column, direction (which has none), frequency, width and length."""
    height, width = shape
    low = np.array([-1, -1, -np.inf, 0.5 / max(shape), _SMALLEST_WIDTH, _SMALLEST_WIDTH])
    return low, np.array([height, width, np.inf, 0.5, max(shape), 2 * max(shape)])


def _described(
    shape: tuple[int, ...], best: np.ndarray, images: np.ndarray, left: np.ndarray
) -> tuple[Float[np.ndarray, "filters 9"], Bool[np.ndarray, " filters"]]:
    """Return the columns of the result, and which fits ended at a bound."""
    low, high = _bounds(shape)
    with jax.enable_x64(True):
        values = jnp.asarray(images.reshape(len(images), -1))
        even, odd = np.asarray(jax.vmap(partial(_projected, shape))(jnp.asarray(best), values)[0]).T
    row, column, direction, frequency, along, across = best.T
    phase = np.arctan2(-odd, even)
    # The same function with the wave going the other way has the opposite phase.
    turns = np.floor(direction / np.pi)
    phase = np.where(turns % 2 == 0, phase, -phase)
    bounded = np.isfinite(low)
    share = (best - low)[:, bounded] / (high - low)[bounded]
    at_bound = np.any((share < _AT_BOUND) | (share > 1 - _AT_BOUND), axis=1)
    found = [1 - left, frequency, direction - turns * np.pi, along, across, phase, row, column, np.hypot(even, odd)]
    return np.stack(found, axis=1), at_bound


def _pair(shape: tuple[int, ...], parameters: Array) -> Float[Array, "2 pixels"]:
    """Return the even and the odd function of centre, direction, frequency, width and length."""
    row, column, direction, frequency, width, length = parameters
    y, x = np.indices(shape).reshape(2, -1).astype(float)
    y, x = y - row, x - column
    along = jnp.cos(direction) * x + jnp.sin(direction) * y
    across = jnp.cos(direction) * y - jnp.sin(direction) * x
    envelope = jnp.exp(-(along**2) / (2 * width**2) - across**2 / (2 * length**2))
    angle = 2 * np.pi * frequency * along
    return jnp.stack([envelope * jnp.cos(angle), envelope * jnp.sin(angle)])


def _projected(shape: tuple[int, ...], parameters: Array, values: Array) -> tuple[Array, Array]:
    """Return the best coefficients of the pair, and what they leave of the values."""
    pair = _pair(shape, parameters)
    # A trace of regularisation keeps the system solvable where the odd function vanishes on the grid.
    first, second, mixed = pair[0] @ pair[0] + 1e-9, pair[1] @ pair[1] + 1e-9, pair[0] @ pair[1]
    onto = pair @ values
    solved = jnp.stack([second * onto[0] - mixed * onto[1], first * onto[1] - mixed * onto[0]])
    coefficients = solved / (first * second - mixed * mixed)
    return coefficients, values - coefficients @ pair


@partial(jax.jit, static_argnums=0)
def _descend(
    shape: tuple[int, ...], starts: Float[Array, "lanes 6"], values: Float[Array, "lanes pixels"]
) -> tuple[Float[Array, "lanes 6"], Float[Array, " lanes"]]:
    """Return where damped steps of least squares come to, within the bounds, and the squares that are left."""
    low, high = map(jnp.asarray, _bounds(shape))
    scale = jnp.asarray([1, 1, 0.2, 0.05, 1, 1])

    def left(parameters: Array, value: Array) -> Array:
        return _projected(shape, parameters, value)[1]

    slopes_of = jax.vmap(lambda parameters, value: jax.jacfwd(left)(parameters, value).T)

    def move(parameters: Array, residual: Array, slopes: Array, damping: Array) -> Array:
        gradient = slopes @ residual * scale
        # A parameter that a bound holds does not move, and the others do as if it were a constant.
        held = ((parameters <= low) & (gradient > 0)) | ((parameters >= high) & (gradient < 0))
        free = jnp.where(held, 0.0, 1.0)
        scaled = slopes * (scale * free)[:, None]
        curvature = scaled @ scaled.T
        damped = curvature + jnp.diag(damping * (jnp.diag(curvature) + 1e-6) + (1 - free))
        return jnp.clip(parameters - scale * jnp.linalg.solve(damped, gradient * free), low, high)

    def step(carry: tuple) -> tuple:
        number, parameters, residual, slopes, damping, waiting = carry
        tried = jax.vmap(move)(parameters, residual, slopes, damping)
        remaining = jax.vmap(left)(tried, values)
        before, after = jnp.sum(residual**2, axis=1), jnp.sum(remaining**2, axis=1)
        better, much = after < before, after < (1 - _STILL) * before
        parameters = jnp.where(better[:, None], tried, parameters)
        residual = jnp.where(better[:, None], remaining, residual)
        damping = jnp.clip(jnp.where(better, damping / 3, damping * 4), 1e-9, 1e9)
        waiting = jnp.where(much, 0, waiting + 1)
        return number + 1, parameters, residual, slopes_of(parameters, values), damping, waiting

    def going_on(carry: tuple) -> Array:
        return (carry[0] < _STEPS) & jnp.any(carry[-1] < _PATIENCE)

    starts = jnp.clip(starts, low[None] + 1e-6, high[None] - 1e-6)
    first = jax.vmap(left)(starts, values)
    damping, waiting = jnp.full(len(starts), 1e-2), jnp.zeros(len(starts), jnp.int32)
    carry = 0, starts, first, slopes_of(starts, values), damping, waiting
    _, parameters, residual, *_ = lax.while_loop(going_on, step, carry)
    return parameters, jnp.sum(residual**2, axis=1)


def _starts(image: np.ndarray) -> list[np.ndarray]:
    """Return starts: the two strongest directions of the spectrum, each with two envelopes, at the centre of power."""
    squares = image**2 / (image**2).sum()
    centre = [(squares * index).sum() for index in np.indices(image.shape)]
    size = 64 if max(image.shape) <= 64 else 2 * max(image.shape)
    power = power_spectrum(image.reshape(1, -1), image.shape, transform_size=size)[0]
    frequency = np.fft.fftfreq(size)
    found = []
    for _ in range(2):
        row, column = np.unravel_index(power.argmax(), power.shape)
        direction = np.arctan2(frequency[row], frequency[column])
        found.append((max(np.hypot(frequency[row], frequency[column]), 0.03), direction))
        # What lies within a quarter of a cycle per field of this direction is the same peak.
        angles = np.arctan2(frequency[:, None], frequency[None, :])
        power = np.where(np.abs(np.sin(angles - direction)) < 0.5, 0, power)
    widths = [(length, direction, *start) for length, direction in found for start in _STARTS]
    return [
        np.array([*centre, direction, length, one / length, two / length]) for length, direction, one, two in widths
    ]
