"""The claims: what theory says in closed form, and the criteria of the reference runs R1 to R5, chosen beforehand.

The reference runs are independent runs of the published equations, made before this code.
"""

from bouton.papers._frame import Claim
from bouton.papers._linsker.claims_of_theory import CHANNEL_CLAIMS, MODE_CLAIMS
from bouton.papers._relations import AtLeast, AtMost, Decreasing, Equals, Increasing, Near

__all__ = ["CLAIMS"]

_EXCITATORY = {0.0: 0.50, 0.1: 0.54, 0.2: 0.58, 0.3: 0.62, 0.45: 0.66, 0.6: 0.72, 0.9: 0.82, 1.2: 0.91, 1.5: 1.00}
_MINIMA = (-0.079, -0.168, -0.226, -0.264)
_LOBES = (0.002, 0.021, 0.048, 0.075)
_FULL = ("laptop", "paper")
"""Where there are synapses enough for shapes to be what they are in the reference runs."""


def _at(results, name, k1):
    """Return what was measured at one value of k1, cell by cell."""
    import numpy as np

    return results[f"R1.{name}"][int(np.argmin(np.abs(results["R1.k1"] - k1)))]


def _minima(results):
    """Return the deepest value of Q after layers C to F."""
    return results["R2.profiles"][1:].min(axis=1)


def _lobes(results):
    """Return the largest value of Q beyond its minimum, after layers C to F."""
    return [float(row[row.argmin() :].max()) for row in results["R2.profiles"][1:]]


_REGIMES = (
    Claim(
        "R1.excitatory",
        "Layer C: the larger k1, the larger the share of excitatory synapses (largest distance of the mean over cells "
        "from the reference, for nine values of k1 from 0 to 1.5).",
        "0.50, 0.54, 0.58, 0.62, 0.66, 0.72, 0.82, 0.91, 1.00",
        "table of reference run R1",
        AtMost(0.03),
        lambda results: max(
            abs(float(_at(results, "excitatory", k1).mean()) - share) for k1, share in _EXCITATORY.items()
        ),
        scales=_FULL,
    ),
    Claim(
        "R1.centre",
        "At k1 = 0.45 and k2 = -3 cells come to have centre and surround: mean weight of the inner half of the "
        "synapses minus that of the outer half, of each cell.",
        "0.63, 0.66, 0.67",
        "PNAS 83:7508; criterion of reference run R1",
        AtLeast(0.55),
        lambda results: _at(results, "centre", 0.45),
        scales=_FULL,
    ),
    Claim(
        "R1.centre-not-bilobed",
        "These cells are not bilobed: dipole moment of each.",
        "0.11, 0.06, 0.07",
        "criterion of reference run R1",
        AtMost(0.15),
        lambda results: _at(results, "dipole", 0.45),
        scales=_FULL,
    ),
    Claim(
        "R1.bilobed",
        "At k1 = 0 cells are bilobed, though nothing else has changed: dipole moment of each.",
        "0.32, 0.29, 0.30",
        "MacKay & Miller 1990; criterion of reference run R1",
        AtLeast(0.25),
        lambda results: _at(results, "dipole", 0.0),
        remark="Seen at the paper's scale with seed 0: three of twenty cells had less, 0.15, 0.22 and 0.2485, the "
        "others 0.25 to 0.32. The criterion asks for every cell and was chosen from three.",
        scales=_FULL,
    ),
    Claim(
        "R1.bilobed-not-centred",
        "These cells have no centre: inner minus outer half, absolute, of each.",
        "0.06, 0.05, 0.12",
        "criterion of reference run R1",
        AtMost(0.2),
        lambda results: abs(_at(results, "centre", 0.0)),
        remark="The half-plane that excites is bent in some cells, in either direction: of twenty cells with other "
        "places eight had more than 0.2, one 0.54; the mean with its sign was 0.04. More steps change little.",
        scales=_FULL,
    ),
    Claim(
        "R1.saturated",
        "Weights saturate: share of them at a bound, mean over cells, for each k1.",
        "0.95 to 1.00",
        "reference run R1",
        AtLeast(0.95),
        lambda results: results["R1.saturated"].mean(axis=1),
        scales=_FULL,
    ),
)

_LAYERS = (
    Claim(
        "R2.deepening",
        "From layer to layer, C to F, the covariance of activity has a deeper negative lobe.",
        "an ever deeper Mexican hat",
        "PNAS 83:8390",
        Decreasing(strictly=True),
        _minima,
    ),
    *(
        Claim(
            f"R2.minimum.{name}",
            f"Its least value after layer {name}.",
            least,
            "reference run R2",
            Near(least, 0.02),
            lambda results, index=index: float(_minima(results)[index]),
            scales=_FULL,
        )
        for index, (name, least) in enumerate(zip("CDEF", _MINIMA, strict=True))
    ),
    Claim(
        "R2.lobes",
        "Beyond it a positive lobe rises: largest distance from the reference, after layers C to F.",
        "0.002, 0.021, 0.048, 0.075",
        "reference run R2",
        AtMost(0.02),
        lambda results: max(abs(found - lobe) for found, lobe in zip(_lobes(results), _LOBES, strict=True)),
        scales=_FULL,
    ),
    Claim(
        "R2.lobes-rise",
        "It rises from layer to layer.",
        "0.002, 0.021, 0.048, 0.075",
        "reference run R2",
        Increasing(strictly=True),
        _lobes,
    ),
    Claim(
        "R3.oriented.small",
        "In layer G cells are selective for orientation: mean orientation index, arbor of variance 1.5 and k1 = 0.1. "
        "Five cells, which the reference asks for, are too few: a first five had a mean of 0.15, so that twenty are "
        "looked at (a hundred at the paper's scale).",
        "0.33, 0.31, 0.23",
        "PNAS 83:8390; criterion of reference run R3",
        AtLeast(0.2),
        lambda results: float(results["R3.1.5.0.1.index"].mean()),
        remark="What grows at k1 = 0.1 lies between bilobed and centred, and differs from cell to cell: five cells had "
        "0.22, 0.24, 0.07, 0.18 and 0.14, the mean of twenty others was 0.22, of a hundred at the paper's scale 0.198. "
        "The reference has three.",
        scales=_FULL,
    ),
    Claim(
        "R3.oriented.large",
        "So they are with an arbor of variance 4 and k1 = 0.3.",
        "0.37, 0.22, 0.45",
        "PNAS 83:8390; criterion of reference run R3",
        AtLeast(0.2),
        lambda results: float(results["R3.4.0.0.3.index"].mean()),
        remark="Seen with twenty cells: 0.19; with five others 0.24, 0.26, 0.10, 0.19 and 0.29, mean 0.22; with a "
        "hundred at the paper's scale, of 600 synapses each, 0.145. The criterion was chosen from three cells of 400 "
        "synapses, and fewer synapses at random places are more selective by chance.",
        scales=_FULL,
    ),
    Claim(
        "R3.not-oriented",
        "With the small arbor and k1 = 0.45 they are not.",
        "0.04 to 0.08",
        "criterion of reference run R3",
        AtMost(0.12),
        lambda results: float(results["R3.1.5.0.45.index"].mean()),
        scales=_FULL,
    ),
    Claim(
        "R3.layer-c",
        "Nor are cells of layer C.",
        0.04,
        "criterion of reference run R3",
        AtMost(0.12),
        lambda results: float(results["R3.index_c"].mean()),
        scales=_FULL,
    ),
    Claim(
        "R3.every-orientation",
        "Cells of layer G prefer every orientation: Rayleigh's statistic n R^2 of preferred directions at arbor "
        "variance 4 (uniform ones exceed 3 in one case of twenty).",
        "uniform over cells",
        "reference run R3",
        AtMost(3.0),
        lambda results: _rayleigh(results["R3.4.0.0.3.preferred"]),
    ),
)


def _rayleigh(directions):
    import numpy as np

    return float(len(directions) * abs(np.exp(2j * directions).mean()) ** 2)


_NOISE = (
    Claim(
        "noise.layer-b",
        "Under noise, pattern by pattern, all synapses of layer B become excitatory: share of them.",
        1.0,
        "PNAS 83:7508",
        Equals(1.0),
        lambda results: results["noise.b_excitatory"],
    ),
    Claim(
        "noise.centre",
        "Layer C then comes to have centre and surround: inner minus outer half, mean over cells.",
        "0.63, 0.66, 0.67 by the averaged rule",
        "PNAS 83:7508; criterion of reference run R1",
        AtLeast(0.55),
        lambda results: float(results["noise.shapes"][:, 0].mean()),
        scales=_FULL,
    ),
    Claim(
        "noise.excitatory",
        "Its share of excitatory synapses is that of the averaged rule.",
        0.66,
        "table of reference run R1",
        Near(0.66, 0.03),
        lambda results: float(results["noise.shapes"][:, 2].mean()),
        scales=_FULL,
    ),
    Claim(
        "noise.same-cells",
        "Cell by cell its weights are those of the averaged rule from the same start (correlation, mean over cells; "
        "the bound was set after a first, smaller run had shown 0.95).",
        "the averaged rule is the mean of the rule",
        "PNAS 83:7508",
        AtLeast(0.9),
        lambda results: float(results["noise.correlation"].mean()),
        scales=_FULL,
    ),
)

CLAIMS = (*_REGIMES, *MODE_CLAIMS, *_LAYERS, *_NOISE, *CHANNEL_CLAIMS)
