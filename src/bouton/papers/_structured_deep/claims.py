"""The claims: the published errors, and the numbers of reference runs R1 to R5 of the published equations.

The paper shows most of its results as pictures. The reference runs were made before this code; their numbers are what
is published here, the tolerances were chosen before anything was measured: two standard errors of a share of 597 or
1000 test samples for errors of a read-out, a twentieth for similarities, a fifth for values that hang on the draw of
the patterns.
"""

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Decreasing, Increasing, Near
from bouton.papers._structured_deep.claims_of_errors import DIGIT_CLAIMS, FULL_MNIST_CLAIMS, MNIST_CLAIMS

__all__ = ["CLAIMS"]

_FULL = ("laptop", "paper")


def _place(results, feedback):
    return results["R3.feedbacks"].tolist().index(feedback)


def _feedback_curve(results, feedback):
    return results[f"R3.{_place(results, feedback)}.objective"]


def _first_share(results, feedback):
    curve = _feedback_curve(results, feedback)
    return (curve[0] - curve[1]) / (curve[0] - curve.min())


def _wiggle(results, feedback):
    tail = _feedback_curve(results, feedback)[1:]
    return float((tail.max() - tail.min()) / abs(tail).max())


def _steps(results, feedback):
    return float(results[f"R3.{_place(results, feedback)}.steps"].mean())


_WIGGLE = (
    "Seen at laptop scale: with the high rate of the first epoch the objective may fall below where it stays; from the "
    "second epoch on its range is 2 to 4 percent. With seed 1 and feedback 1 it does not overshoot."
)


def _by_feedback(name, statement, published, relation, measure, feedback, source="reference run R3", remark=""):
    return Claim(
        f"R3.{name}-{feedback:g}",
        f"{statement}, feedback {feedback:g}.",
        published,
        source,
        relation,
        lambda results: measure(results, feedback),
        remark=remark,
        scales=_FULL,
    )


_FEEDBACK_CLAIMS = (
    *(
        claim
        for feedback, end in ((0.5, -933.0), (1.0, -1154.0))
        for claim in (
            _by_feedback(
                "first",
                "The objective falls at the beginning and stays: share of the fall within the first epoch",
                "at least 0.98",
                AtLeast(0.98),
                _first_share,
                feedback,
                "figure (J falls during the first 200 of 1000 samples); number of reference run R3",
            ),
            _by_feedback(
                "wiggle",
                "Later it wiggles little: range over the later epochs relative to its size",
                "0.01 to 0.03",
                AtMost(0.05),
                _wiggle,
                feedback,
                remark=_WIGGLE,
            ),
            _by_feedback(
                "end",
                "J on held-out patterns at the end",
                end,
                Near(end, 0.2 * abs(end)),
                lambda results, feedback: _feedback_curve(results, feedback)[-1],
                feedback,
            ),
        )
    ),
    _by_feedback("steps", "Euler steps until the network settles", 85, Near(85, 17), _steps, 0.5),
    _by_feedback("steps", "Euler steps until the network settles", 53, Near(53, 11), _steps, 1.0),
    *(
        Claim(
            f"R3.contrast-{name.replace(' ', '-')}",
            f"Patterns of one class are alike and those of different classes are not: mean cosine within less that "
            f"between classes, {name}, feedback 0.5.",
            published,
            "reference run R3",
            Near(published, 0.05),
            lambda results, name=name: results[f"R3.contrast.{name}"],
            scales=_FULL,
        )
        for name, published in (("input", 0.96), ("layer 1", 1.06), ("layer 2", 1.06))
    ),
    Claim(
        "E1.alike",
        "The similarity matrices of both layers look like that of the input (correlation of their entries).",
        "look alike",
        "figure on synthetic patterns",
        AtLeast(0.9),
        lambda results: results["R3.alike"],
        remark="Seen at laptop scale: the same blocks are there, but units near their bounds answer all classes about "
        "equally strongly, and similar classes of opposite sign become exact opposites. The paper shows a picture; "
        "this measure of it and its bound are choices made here, as are the patterns.",
        scales=_FULL,
    ),
    Claim(
        "E1.novel",
        "Novel patterns are kept apart from known ones: mean cosine within the known classes less mean absolute cosine "
        "of known with novel patterns, in input, layer 1 and layer 2.",
        "separated",
        "figure on synthetic patterns",
        AtLeast(0.5),
        lambda results: [results[f"R3.novel.{name}"] for name in ("input", "layer 1", "layer 2")],
        remark="Seen at laptop scale: novel patterns share bumps with known ones and are answered by the same units; "
        "known classes stay apart from each other. The paper's novel patterns come from another distribution that is "
        "not known.",
        scales=_FULL,
    ),
)


def _of_layers(results, name):
    return [results[f"E2.{number}.{name}"] for number in (1, 2, 3)]


_FACE_CLAIMS = (
    Claim(
        "E2.area",
        "Features of faces grow with depth: share of the image in which a feature exceeds half of its maximum, layers "
        "1 to 3.",
        "grow",
        "figure on faces",
        Increasing(strictly=True),
        lambda results: _of_layers(results, "area"),
    ),
    Claim(
        "E2.likeness",
        "Features become more face-like with depth: largest cosine of a feature, where its unit can see, with a face, "
        "mean over units, layers 1 to 3.",
        "become more face-like",
        "figure on faces; the measure is chosen here",
        Increasing(strictly=True),
        lambda results: _of_layers(results, "likeness"),
    ),
)

_PATCH_CLAIMS = (
    Claim(
        "R4.support-1",
        "Units of the first layer see no farther than their radius, 3 pixels.",
        3.0,
        "by construction",
        AtMost(3.0),
        lambda results: results["R4.1.support"],
    ),
    Claim(
        "R4.support-2",
        "Units of the second layer see no farther than the radii allow: 3 pixels and 2 steps of 2 pixels.",
        7.0,
        "by construction: R + stride R'",
        AtMost(7.0),
        lambda results: results["R4.2.support"],
    ),
    Claim(
        "R4.larger",
        "Features of natural images are larger in the second layer (whitened patches; ratio of the median spreads of "
        "their power, by reverse correlation).",
        "larger with depth",
        "reference run R4 (a picture)",
        AtLeast(1.2),
        lambda results: results["R4.2.spread"] / results["R4.1.spread"],
        remark="Seen at laptop scale with seed 0: 1.199. First measured on patches that were not whitened: 1.01, since "
        "the mean of correlated images, weighted by an activity, spreads over what is correlated with a feature.",
    ),
    Claim(
        "R5.decorrelated",
        "Lateral synapses between sites decorrelate neighbours: mean absolute correlation of neighbouring units, "
        "without and with them.",
        "neighbouring sites decorrelate",
        "reference run R5 (a picture)",
        Decreasing(strictly=True),
        lambda results: [results[f"R5.{name}.correlation"][0] for name in ("alone", "lateral")],
    ),
)

CLAIMS = (
    *DIGIT_CLAIMS,
    *MNIST_CLAIMS,
    *FULL_MNIST_CLAIMS,
    *_FEEDBACK_CLAIMS,
    *_FACE_CLAIMS,
    *_PATCH_CLAIMS,
)
