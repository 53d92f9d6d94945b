"""Drawings of features, masks, maps and similarities. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = [
    "draw_digit_features",
    "draw_faces",
    "draw_masks",
    "draw_patches",
    "draw_similarities",
    "draw_topography",
]

_EXAMPLE_SITES = ((0, 0), (3, 9), (7, 4), (10, 10))
_PATCH_TILES = 48


def draw_digit_features(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the weights of the sheet over MNIST digits at their sites."""
    from bouton.papers._structured_deep.digits import mnist_sheet
    from bouton.report import figures

    units = int(results["R2.units"][0])
    sheet = mnist_sheet(units)
    images = sheet.feedforward.connectivity.as_matrix(results["R2.features"])
    return figures.features_at_sites(images, (28, 28), sheet.positions, sheet.shape[:2], 4, units_per_site=units)


def draw_masks(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the fan-in of each site and the receptive fields of some."""
    import numpy as np

    from bouton.papers._structured_deep.digits import mnist_sheet
    from bouton.report import figures

    sheet = mnist_sheet(1)
    fields = sheet.receptive_fields
    figure, (left, right) = figures.new_figure(7.2, 3.4, 1, 2)
    counts = (fields >= 0).sum(axis=1).reshape(sheet.shape[:2])
    picture = left.imshow(counts, cmap=figures.sequential(), interpolation="nearest")
    left.set(title="inputs of each site", xlabel="column of sites", ylabel="row of sites")
    figure.colorbar(picture, ax=left, shrink=0.85)
    image = np.zeros((28, 28))
    for row, column in _EXAMPLE_SITES:
        field = fields[row * sheet.shape[1] + column]
        image.flat[field[field >= 0]] += 1
    right.imshow(image, cmap=figures.sequential(), interpolation="nearest")
    sites = np.array([sheet.positions[row * sheet.shape[1] + column] for row, column in _EXAMPLE_SITES]) - 0.5
    right.scatter(sites[:, 1], sites[:, 0], marker="+", color=figures.category_colours(2)[1], label="site")
    right.set(title="four receptive fields", xlabel="pixel", ylabel="pixel")
    right.legend(loc="lower left")
    return figure


def draw_similarities(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the similarity matrices of input and layers, known classes first."""
    from bouton.report import figures

    matrices = {name: results[f"R3.similarity.{name}"] for name in ("input", "layer 1", "layer 2")}
    return figures.similarity_matrices(matrices, boundary=len(results["R3.classes"]))


def draw_faces(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw features of all three layers, the responsive part only."""
    from bouton.report import figures

    figure, panels = figures.new_figure(7.6, 3.9, 1, 3)
    for number, axes in enumerate(panels, start=1):
        features = results[f"E2.{number}.features"]
        figures.tiles(features, results["E2.shape"], columns=4, title=f"layer {number}", axes=axes)
    return figure


def draw_patches(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw features of both layers on natural patches."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(7.6, 3.4, 1, 2)
    shape = (results["R4.size"],) * 2
    for number, axes in enumerate(panels, start=1):
        features = results[f"R4.{number}.features"]
        shown = np.linspace(0, len(features) - 1, min(_PATCH_TILES, len(features))).astype(int)
        figures.tiles(features[shown], shape, columns=8, title=f"layer {number}", axes=axes)
    return figure


def draw_topography(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the map with lateral synapses, and correlation against distance with and without them."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.7, 1, 2)
    size = results["R5.size"]
    rows, columns = np.mgrid[:size, :size].reshape(2, -1) + 0.5
    figures.features_at_sites(
        results["R5.lateral.features"], (size, size), np.stack([rows, columns], axis=1), (size, size), 3, axes=left
    )
    names = {"alone": "each site alone", "lateral": "lateral synapses"}
    for (name, label), colour in zip(names.items(), figures.category_colours(2), strict=True):
        right.plot(results["R5.distance"], results[f"R5.{name}.correlation"], "o-", color=colour, label=label)
    right.set(xlabel="distance of two sites (pixels)", ylabel="mean absolute correlation", ylim=(0, None))
    right.legend()
    return figure
