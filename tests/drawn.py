"""What a figure hides, by matplotlib's own extents: data beyond the axes, clipped text, legends over data."""

import re

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.path import Path
from matplotlib.text import Text

_SAID = re.compile(r"\d.*\b(beyond|outside|left out|not shown)\b")
_PIXELS = 2.0


def hidden(figure):
    """Return what a figure hides, in words."""
    figure.canvas.draw()
    found = []
    for number, axes in enumerate(figure.axes):
        found += [f"axes {number}: {what}" for what in (*_cut_off(axes), *_covered(axes))]
    return found + _clipped(figure)


def _points(axes):
    """Yield the finite points of dots, curves and bars that an axes shows, in its own units."""
    for line in axes.lines:
        # Without marker and line nothing is seen; lines that span the axes have a transform of their own.
        seen = line.get_linestyle() not in ("None", "", " ") or line.get_marker() not in ("None", "", " ", None)
        if line.get_visible() and seen and line.get_transform().contains_branch_seperately(axes.transData) == (1, 1):
            kind = "dots" if line.get_linestyle() in ("None", "", " ") else "curve"
            yield kind, np.asarray(line.get_xydata(), float)
    for dots in axes.collections:
        if dots.get_visible() and isinstance(dots, PathCollection):
            yield "dots", np.asarray(np.ma.filled(dots.get_offsets().astype(float), np.nan))
    for patch in axes.patches:
        if isinstance(patch, StepPatch):
            yield "steps", np.asarray(patch.get_path().vertices, float)
        elif isinstance(patch, Rectangle) and patch.get_transform().contains_branch(axes.transData):
            x, y, width, height = *patch.get_xy(), patch.get_width(), patch.get_height()
            yield "bar", np.array([[x + width / 2, y + height]], float)


def _on_screen(axes, points):
    """Return points in pixels; those that a logarithmic axis cannot show are left out."""
    shown = np.isfinite(points).all(axis=1)
    for place, scale in enumerate((axes.get_xscale(), axes.get_yscale())):
        if scale == "log":
            shown &= points[:, place] > 0
    return axes.transData.transform(points[shown])


def _cut_off(axes):
    box = axes.get_window_extent()
    said = any(_SAID.search(text.get_text()) for text in axes.findobj(Text))
    for kind, points in _points(axes):
        at = _on_screen(axes, points)
        lost = int(np.isfinite(points).all(axis=1).sum()) - len(at)
        if lost and kind != "steps" and not said:
            yield f"{lost} of {len(points)} points of {kind} have no place on a logarithmic axis, and nothing says so"
        inside = ((at >= [box.x0 - _PIXELS, box.y0 - _PIXELS]) & (at <= [box.x1 + _PIXELS, box.y1 + _PIXELS])).all(
            axis=1
        )
        if not inside.all() and not said:
            yield f"{np.sum(~inside)} of {len(at)} points of {kind} lie outside, and nothing says so"


def _covered(axes):
    """Yield what lies under the legend or under a text that stands among the data."""
    legend = axes.get_legend()
    texts = [text for text in axes.texts if text.get_visible() and text.get_text().strip()]
    boxes = [("the legend", legend.get_window_extent())] if legend is not None and legend.get_visible() else []
    boxes += [(repr(text.get_text()), Text.get_window_extent(text)) for text in texts]
    for name, box in boxes:
        inner = box.padded(-_PIXELS)
        for kind, points in _points(axes):
            at = _on_screen(axes, points)
            # A curve may pass under a legend between two of its points.
            if kind in ("curve", "steps") and len(at) > 1:
                under = int(Path(at).intersects_bbox(inner, filled=False))
            else:
                under = int(((at > [inner.x0, inner.y0]) & (at < [inner.x1, inner.y1])).all(axis=1).sum())
            if under:
                yield f"{name} covers {kind}"
    if boxes and boxes[0][0] == "the legend" and any(box.overlaps(boxes[0][1]) for _, box in boxes[1:]):
        yield "the legend covers a text"


def _clipped(figure):
    """Return the texts that the edge of the figure cuts."""
    page, found = figure.bbox.padded(1), []
    ticks = {id(label) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in _unseen(axis)}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in ticks:
            box = text.get_window_extent()
            if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1):
                found.append(f"{text.get_text()!r} is cut at the edge")
    return found


def _unseen(axis):
    """Return the labels of ticks that lie beyond the axis, which are not drawn."""
    low, high = sorted(axis.get_view_interval())
    if not axis.get_visible() or not axis.axes.axison:
        low, high = np.inf, -np.inf
    slack = 1e-9 * (abs(low) + abs(high)) if np.isfinite(low + high) else 0
    for tick in (*axis.majorTicks, *axis.minorTicks):
        if not low - slack <= tick.get_loc() <= high + slack:
            yield from (tick.label1, tick.label2)
