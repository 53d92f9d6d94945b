"""Figures as images: every figure is drawn twice, for light and for dark pages, as SVG or, where that is heavy, PNG."""

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bouton.report._contents import Picture
from bouton.report._text import failure_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_picture"]

_HEAVY_SVG = 400_000
_PNG_DPI = 220
_THUMBNAIL_PIXELS = 480


def draw_picture(
    name: str,
    caption: str,
    draw: "Callable[[Mapping[str, Any]], Figure]",
    results: Mapping[str, Any],
    alt: str = "",
) -> Picture:
    """Draw a figure in the house style, light and dark.

    Parameters
    ----------
    name : str
        Short name of the figure.
    caption : str
        What is seen and what to look for.
    draw : callable
        Takes the results, returns a matplotlib Figure. It is called once per style, with that style switched on.
    results : mapping
        What the experiment returned.
    alt : str, optional
        Words in place of the image; by default the name of the figure.

    Returns
    -------
    Picture
        With `error` set, and no images, if drawing raised an exception.
    """
    alt = alt or f"Figure: {name.replace('-', ' ').replace('_', ' ')}"
    try:
        light = _drawn(draw, results, dark=False)
        vector = len(light["image"]) <= _HEAVY_SVG
        if not vector:
            light = _drawn(draw, results, dark=False, vector=False)
        dark = _drawn(draw, results, dark=True, vector=vector)
    except Exception as error:
        return Picture(name=name, caption=caption, alt=alt, error=failure_text(error))
    return Picture(
        name=name,
        caption=caption,
        alt=alt,
        light=light["image"],
        dark=dark["image"],
        media_type="image/svg+xml" if vector else "image/png",
        width=light["width"],
        height=light["height"],
        thumbnail_light=light["thumbnail"],
        thumbnail_dark=dark["thumbnail"],
    )


def _drawn(
    draw: "Callable[[Mapping[str, Any]], Figure]", results: Mapping[str, Any], dark: bool, vector: bool = True
) -> dict[str, Any]:
    from matplotlib.figure import Figure

    from bouton.report.figures import style

    with style(dark):
        figure = draw(results)
        if not isinstance(figure, Figure):
            raise TypeError(f"draw must return a matplotlib Figure, got {type(figure).__name__}")
        width, height = figure.get_size_inches()
        return {
            "image": saved(figure, "svg", metadata={"Date": None, "Creator": None})
            if vector
            else saved(figure, "png", dpi=_PNG_DPI),
            "thumbnail": saved(figure, "png", dpi=_THUMBNAIL_PIXELS / width),
            "width": round(96 * width),
            "height": round(96 * height),
        }


def saved(figure: "Figure", image_format: str, **options: Any) -> bytes:
    """Return a figure as the bytes of an image file, so that it can be written whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is saved.
    image_format : str
        Such as "png" or "svg".
    **options
        Passed to `matplotlib.figure.Figure.savefig` (`dpi`, `metadata`, ...).

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format=image_format, **options)
    return buffer.getvalue()
