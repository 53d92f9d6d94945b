"""What a run learned: the arrays of a trained circuit drawn as what they are, and the page of fields from images."""

import dataclasses
import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bouton._files import write_files
from bouton.report._field_figures import FieldMeasures, field_drawings, measure_fields
from bouton.report._pictures import saved
from bouton.report._state_figures import Drawing, has_nonlinearity, image_side, onto_inputs, state_drawings
from bouton.report.figures import style

__all__ = ["PAGE", "show", "write_page"]

PAGE = "report.html"
"""Name of the page that `write_page` writes into the folder of a run."""

DRIVES = "drives.npz"
"""Name of the file of the drives that ``bouton learn`` measured."""


def show(folder: str | os.PathLike, out: str | os.PathLike | None = None) -> list[Path]:
    """Draw what a run learned.

    Weights onto inputs that form square images are drawn as images, other matrices as matrices, and one value per
    neuron as a curve, sorted; of nonlinear Hebbian circuits the effective nonlinearity too. Of runs that learned from
    patches of images there are also the Gabor functions fitted to the fields, tuning curves, spectra and sizes.

    Parameters
    ----------
    folder : path
        Folder of a trained circuit, as `bouton.save` or ``bouton learn`` wrote it.
    out : path, optional
        Where the PNG files go. Default: ``figures`` in the folder.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    CheckpointError
        If there is no trained circuit, or it is damaged.
    InputError
        If the figures cannot be written.
    """
    from bouton.engine import load

    circuit, state = load(folder)
    drawings, _ = _drawings(Path(folder), circuit, state)
    target = Path(folder) / "figures" if out is None else Path(out)
    written = []
    with style(dark=False):
        for name, _, draw in drawings:
            written.append(target / f"{name}.png")
            write_files(target, {written[-1].name: saved(draw({}), "png", dpi=150)})
    return written


def write_page(folder: str | os.PathLike) -> Path | None:
    """Write one page with what a run learned from patches of images, as the reproductions show their own fields.

    Parameters
    ----------
    folder : path
        Folder that ``bouton learn`` wrote.

    Returns
    -------
    Path or None
        ``report.html`` in the folder; None, and nothing written, where the run did not learn from patches.

    Raises
    ------
    CheckpointError
        If there is no trained circuit, or it is damaged.
    """
    from bouton.engine import load
    from bouton.engine.model import about
    from bouton.plasticity import audit
    from bouton.report._pictures import draw_picture
    from bouton.report._rendering import locality_context, named_texts, picture_context, rendered

    path, known = Path(folder), about(folder)
    facts = known["facts"]
    if not facts.get("patch_size"):
        return None
    circuit, state = load(folder)
    drawings, measured = _drawings(path, circuit, state)
    if measured is None:
        return None
    pictures = [draw_picture(name, caption, draw, {}) for name, caption, draw in drawings]
    page = rendered(
        "learned.html",
        title=f"Fields learned from {facts.get('data', 'images')}",
        model=str(facts.get("model", type(circuit).__name__)),
        summary=_summary(facts, measured),
        notes=_notes(circuit, facts, measured),
        pictures=[picture_context(picture) for picture in pictures],
        measured=named_texts(_numbers(circuit, measured)),
        locality=locality_context(audit(circuit).rows()),
        settings=named_texts(_settings(circuit) | dict(facts)),
        versions=named_texts(known["versions"]),
    )
    write_files(path, {PAGE: page})
    return path / PAGE


def _summary(facts: Mapping[str, Any], measured: FieldMeasures) -> str:
    white = "whitened " if facts.get("whitened") else ""
    side = facts["patch_size"]
    return (
        f"{len(measured.fields)} neurons learned from {facts.get('steps', 0):,} samples: {white}patches of {side} x "
        f"{side} pixels, {facts.get('rows', 0):,} of them, in {facts.get('epochs', 1)} passes. Their weights come "
        "first, then what decides about them and what they look like in numbers."
    )


def _numbers(circuit: Any, measured: FieldMeasures) -> dict[str, Any]:
    index = {"selectivity index of f": circuit.nonlinearity.selectivity_index()} if has_nonlinearity(circuit) else {}
    pixels, fits = measured.side**2, measured.fits
    return index | {
        "distinct fields (cosine below 0.9)": f"{measured.distinct} of {len(measured.fields)}",
        f"pixels of {pixels} that take part, median": float(np.median(measured.participation)),
        "orientation index, median": float(np.nanmedian(measured.orientation)),
        "fields with an orientation index above 0.5": f"{(measured.orientation > 0.5).sum()} of {len(measured.fields)}",
        "share of power that Gabor functions explain, median": float(np.nanmedian(fits.r_squared)),
        "Gabor fits at a bound of the search, left out below": f"{int(fits.at_bound.sum())} of {len(fits.at_bound)}",
        "frequency, median (cycles per pixel)": _median(fits.frequency[fits.found]),
        "width across the bars, median (wavelengths)": _median(fits.width_in_wavelengths[fits.found]),
        "length along the bars, median (wavelengths)": _median(fits.length_in_wavelengths[fits.found]),
    }


def _median(values: np.ndarray) -> float | str:
    return float(np.median(values)) if len(values) else "none"


def _notes(circuit: Any, facts: Mapping[str, Any], measured: FieldMeasures) -> list[str]:
    from bouton.analysis import texture_warnings

    if not (facts.get("whitened") and has_nonlinearity(circuit)):
        return []
    index = circuit.nonlinearity.selectivity_index()
    if index > 1e-9:
        return [f"Note: {warning}." for warning in texture_warnings(measured.fields)]
    return [
        f"Note: the selectivity index of this nonlinearity is {index:+.3f}, not positive: no localised, oriented "
        "fields are to be expected, whatever the images."
    ]


def _settings(circuit: Any) -> dict[str, Any]:
    plain = {}
    for field in dataclasses.fields(circuit):
        value = getattr(circuit, field.name)
        if isinstance(value, int | float | str | bool | type(None)):
            plain[field.name] = value
        elif isinstance(getattr(value, "name", None), str):
            plain[field.name] = value.name
    return plain


def _drawings(folder: Path, circuit: Any, state: Any) -> tuple[list[Drawing], FieldMeasures | None]:
    """Return everything there is to draw of a run, fields first, and their measures where they come from patches."""
    from bouton.engine.checkpoint import named_leaves
    from bouton.engine.model import about

    leaves = {label.lstrip("."): values for label, values in named_leaves(state, prefix="").items()}
    images = {name for name in onto_inputs(circuit) & leaves.keys() if image_side(leaves[name])}
    found = list(state_drawings(circuit, leaves, images))
    fields = "feedforward" if "feedforward" in images else min(images, default="")
    if not fields or not about(folder)["facts"].get("patch_size"):
        return found, None
    measured = measure_fields(leaves[fields], image_side(leaves[fields]))
    if measured is None:
        return found, None
    # What a synapse keeps besides its weight is no field.
    first = [drawing for name in (fields, "nonlinearity") for drawing in found if drawing.name == name]
    alike = {name for name, values in leaves.items() if values.shape == leaves[fields].shape}
    last = [drawing for drawing in found if drawing.name not in images | alike | {"nonlinearity"}]
    return [*first, *field_drawings(measured, _drives(folder)), *last], measured


def _drives(folder: Path) -> Mapping[str, Any] | None:
    """Return the drives that were written with the model; None where there are none, or they are another model's."""
    from bouton.engine.model import about

    files = about(folder)["facts"].get("files", {})
    try:
        content = (folder / DRIVES).read_bytes()
        if files.get(DRIVES, None) != hashlib.sha256(content).hexdigest():
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return dict(kept)
    except (OSError, ValueError, AttributeError, zipfile.BadZipFile):
        return None
