"""What training to a loss of 1e-20 costs: `python -m benchmarks.landscapes`.

Students of the published teacher of four neurons on 1681 samples, from the same random starts: Levenberg-Marquardt and
gradient flow of bouton beside SciPy's `least_squares` (MINPACK's Levenberg-Marquardt) and its stiff solver (BDF) with
the same exact derivatives in NumPy. MLPGradientFlow.jl, the authors' own package, is written in Julia and not measured.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton
from benchmarks.timing import OTHER, SAME, Contender, race

app = App(name="python -m benchmarks.landscapes", help=__doc__, help_format="plaintext", result_action="return_value")

AIM = 1e-20


def contenders(width: int, starts: int, spacing: float) -> list[Contender]:
    """Return training of all starts of one width, by four codes."""
    from scipy.optimize import least_squares

    from bouton.landscape import four_neuron_task, glorot_start, train_to_convergence
    from references import landscape_geometry as reference

    landscape, _ = four_neuron_task(spacing)
    x, y = landscape.inputs, landscape.targets[:, 0]
    begins = [reference.glorot(width, seed) for seed in range(starts)]

    def by_bouton(flows: bool) -> np.ndarray:
        options: dict[str, Any] = {"gradient_flow": flows, "aim": AIM}
        return np.array([
            train_to_convergence(landscape, glorot_start((2, width, 1), seed), **options).loss for seed in range(starts)
        ])  # fmt: skip

    def polished(theta: np.ndarray) -> float:
        found = least_squares(
            lambda p: reference.f(p, x) - y, theta, lambda p: reference.jacobian(p, x), method="lm",
            xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=3000,
        )  # fmt: skip
        return 2 * found.cost / len(y)

    def by_scipy(flows: bool) -> np.ndarray:
        ends = [reference.gradient_flow(theta, x, y) if flows else theta for theta in begins]
        return np.array([polished(theta) for theta in ends])

    def judge(losses: np.ndarray) -> dict[str, float]:
        return {"share below 1e-20": float(np.mean(losses <= AIM)), "lowest loss": float(np.min(losses))}

    return [
        Contender("bouton, Levenberg-Marquardt", SAME, starts, lambda: False, by_bouton, judge),
        Contender("SciPy, least_squares", SAME, starts, lambda: False, by_scipy, judge),
        Contender("bouton, flow first", OTHER, starts, lambda: True, by_bouton, judge),
        Contender("SciPy, BDF first", OTHER, starts, lambda: True, by_scipy, judge),
    ]


@app.default
def bench(*, repeats: int = 3, quick: bool = False, out: Path = Path(__file__).parent / "results") -> int:
    """Measure training at three widths, in turns.

    Parameters
    ----------
    repeats
        Timed runs of each contender.
    quick
        One width, few samples, one repeat: shows that it works, measures nothing.
    out
        Folder for landscapes.json.
    """
    results: dict[str, Any] = {}
    for width in (4,) if quick else (4, 5, 8):
        group = contenders(width, 2 if quick else 10, 2.0 if quick else 0.25)
        race(group, 1 if quick else repeats)
        results[str(width)] = [contender.outcome() for contender in group]
        for row in results[str(width)]:
            each = row["microseconds_per_sample"]
            print(f"width {width}: {row['name']:28s} {each['median'] / 1e6:8.4f} s per start {row['merit']}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "landscapes.json").write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
