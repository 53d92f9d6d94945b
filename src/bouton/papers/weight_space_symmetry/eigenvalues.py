r"""How many eigenvalues vanish at a permutation point: fewer than flat directions, with several neurons above.

With n neurons above, the loss is constant along all n directions b in which one copy passes outgoing weight to the
other, so that the quadratic form of the Hessian vanishes there. That makes an eigenvalue zero only where :math:`C b =
0`: moving along b tilts the loss in the direction in which the copies part. At a critical point :math:`C a = 0`, so
that one zero remains; in general there are :math:`n - \mathrm{rank}\, C`. The abstract states at least n, which holds
where C = 0: with a single output, or with zero loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import (
    LossLandscape,
    classify_duplication,
    classify_point,
    duplicate,
    glorot_start,
    newton_polish,
    parameters_of,
    train_to_convergence,
)
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, IsTrue, Section, basis
from bouton.papers._made_up import put
from bouton.report.landscapes import draw_spectra

__all__ = ["SECTION"]

_THEORY = basis.theory("zero eigenvalues of a block matrix: the kernel of C")
_SHARES = (0.5, 0.3, -0.4)


@dataclass(frozen=True)
class Settings:
    """Points of the grid along each side, widths of the two hidden layers, teachers to try, and iterations for each."""

    points: int = 11
    hidden: tuple[int, int] = (2, 3)
    tries: int = 60
    iterations: int = 300


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Divide a neuron of the first of two hidden layers, at a critical point with error and at zero loss."""
    ticks = np.linspace(-2, 2, settings.points)
    x = np.array([(first, second) for first in ticks for second in ticks])
    extra = np.stack([np.sin(3 * x[:, 0]) * np.cos(2 * x[:, 1]), np.cos(3 * x[:, 0] + x[:, 1])], axis=1)
    for number in range(settings.tries):
        teacher = glorot_start((2, *settings.hidden, 2), seed * 1000 + number, bias=True)
        zero = LossLandscape(x, LossLandscape(x, np.zeros((len(x), 2)), "tanh").outputs(teacher), "tanh")
        landscape = LossLandscape(x, zero.targets + 0.05 * extra, "tanh")
        found = train_to_convergence(landscape, teacher, gradient_flow=False, iterations=settings.iterations)
        done = newton_polish(landscape, found.parameters)
        # From most teachers, weights creep along flat valleys for longer than is needed here.
        if done.gradient < 1e-13 and not done.runs_away:
            break
    point = done.parameters
    kind = classify_duplication(landscape, point, 0)
    wide = [classify_point(landscape, duplicate(point, 0, share)) for share in _SHARES]
    at_zero = classify_point(zero, duplicate(teacher, 0))
    before = classify_point(zero, teacher)
    b = np.random.default_rng(seed).normal(size=settings.hidden[1])
    shifted = _passed(duplicate(point, 0), b / np.linalg.norm(b))
    outgoing = point[1].weight[:, 0]
    along = _passed(duplicate(point, 0), outgoing)
    return {
        "loss": landscape.value(point),
        "flat": kind.n_flat,
        "rank": kind.coupling_rank,
        "zeros": np.array([each.inertia.zero - kind.reduced.inertia.zero for each in wide]),
        "zeros_at_zero_loss": at_zero.inertia.zero - before.inertia.zero,
        "inertia": [tuple(w.inertia) == tuple(kind.inertia(s)) for w, s in zip(wide, _SHARES, strict=True)],
        "coupled": float(np.abs(kind.coupling @ outgoing).max() / np.abs(kind.coupling).max()),
        "change": abs(landscape.value(shifted) - landscape.value(point)),
        "gradient": classify_point(landscape, shifted).gradient,
        "gradient_along": classify_point(landscape, along).gradient,
        "before": kind.reduced.eigenvalues,
        "after": wide[0].eigenvalues,
        "after_zero": at_zero.eigenvalues,
        "tried": number + 1,
    }


def _passed(wide: Any, b: np.ndarray) -> Any:
    """Pass outgoing weights b from the last neuron to the first."""
    weights = wide[1].weight.copy()
    weights[:, 0] += b
    weights[:, -1] -= b
    return parameters_of([tuple(wide[0]), (weights, wide[1].bias), *(tuple(layer) for layer in wide[2:])])


def draw_eigenvalues(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw spectra before and after duplication, with error and without."""
    return draw_spectra(
        {
            "critical point": results["before"],
            f"a neuron divided ({int(results['zeros'][0])} more at zero)": results["after"],
            f"divided at zero loss ({int(results['zeros_at_zero_loss'])} more)": results["after_zero"],
        }
    )


SECTION = Section(
    settings={"smoke": Settings(), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "as-stated",
            "Vanishing eigenvalues that duplication adds, with three neurons above, at a critical point with error.",
            AtLeast(3),
            lambda results: results["zeros"],
            basis.paper("abstract"),
            on="vanishing",
            remark="The block of the Hessian that duplication adds is [[m(1-m) B, C], [C', 0]], m the share, over "
            "(v, b): how far the copies part, and what outgoing weight they pass on. Its quadratic form is zero on all "
            "three directions (0, b), along which the loss is constant; but it maps (0, b) to (C b, 0), so that an "
            "eigenvalue vanishes along b only where C b = 0. At a critical point C a = 0, a the outgoing vector; with "
            "error C has rank two here, and one zero remains: n - rank C, exactly.",
        ),
        Check(
            "zero-loss",
            "So many vanish where the loss is zero, and C with it.",
            AtLeast(3),
            lambda results: results["zeros_at_zero_loss"],
            _THEORY,
            on="vanishing",
        ),
        Check(
            "corrected",
            "What vanishes with error is n - rank C: difference at three shares of the outgoing weight.",
            Equals(0),
            lambda results: results["zeros"] - (results["flat"] - results["rank"]),
            _THEORY,
        ),
        Check(
            "coupled",
            "C has rank two: three neurons, and C a = 0.",
            Equals(2),
            lambda results: results["rank"],
            basis.theory("C a is the gradient by the incoming weights of the reduced network"),
        ),
        Check(
            "inertia",
            "The inertia of the whole Hessian follows from B and C in depth, too.",
            IsTrue(),
            lambda results: results["inertia"],
            basis.theory("Sylvester's law of inertia"),
            on="points",
        ),
        Check(
            "flat",
            "The loss is constant along any direction b (change at unit distance).",
            AtMost(1e-14),
            lambda results: results["change"],
            basis.theory("the outgoing vectors of copies add"),
            on="valleys",
        ),
        Check(
            "slides",
            "Yet the gradient is not zero there: most points of the flat set are not critical.",
            AtLeast(1e-6),
            lambda results: results["gradient"],
            basis.ours("far above rounding"),
        ),
        Check(
            "line",
            "Along the outgoing vector itself, all points are.",
            AtMost(1e-12),
            lambda results: results["gradient_along"],
            basis.theory("C a = 0"),
        ),
    ),
    holds=lambda: {
        "zeros": np.array([3, 3, 3]),
        "flat": 5,
        "rank": 2,
        "zeros_at_zero_loss": 3,
        "inertia": [True, True, True],
        "change": 1e-17,
        "gradient": 1e-3,
        "gradient_along": 1e-16,
    },
    breaks={
        "as-stated": put("zeros", 1),
        "zero-loss": {"zeros_at_zero_loss": 1},
        "corrected": {"rank": 3},
        "coupled": {"rank": 1},
        "inertia": {"inertia": [True, False, True]},
        "flat": {"change": 1e-3},
        "slides": {"gradient": 1e-12},
        "line": {"gradient_along": 1e-3},
    },
    figures=(
        Figure(
            "spectra",
            "Eigenvalues at a critical point with error, after one of its neurons is divided, and after division at "
            "zero loss. Look at zero: with error there is one eigenvalue, not three.",
            draw_eigenvalues,
        ),
    ),
)
