"""What training to a loss of 1e-20 costs: `python -m benchmarks.landscapes`.

Students of the published teacher of four neurons on 1681 samples, from the same random starts: Levenberg-Marquardt and
gradient flow of bouton beside SciPy's `least_squares` (MINPACK's Levenberg-Marquardt), its BFGS and its stiff solver
(BDF), both polished by `least_squares`, with the same exact derivatives in NumPy. Seconds are of the processor, and
aims are ratios within one run. Beside it: twenty students as one run and one after the other, and the dense Hessian of
a network of some 2,000 parameters in closed form and by differentiation. MLPGradientFlow.jl, the authors' own package,
is written in Julia and not measured.
"""

import json
import sys
import time
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
    from scipy.optimize import least_squares, minimize

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

    def descended(theta: np.ndarray) -> np.ndarray:
        def both(p: np.ndarray) -> tuple[float, np.ndarray]:
            return reference.loss(p, x, y), reference.gradient(p, x, y)

        return minimize(both, theta, jac=True, method="BFGS", options={"gtol": 1e-15, "maxiter": 20_000}).x

    def by_scipy(first: str) -> np.ndarray:
        before = {"": lambda p: p, "BDF": lambda p: reference.gradient_flow(p, x, y), "BFGS": descended}[first]
        return np.array([polished(before(theta)) for theta in begins])

    def judge(losses: np.ndarray) -> dict[str, float]:
        return {"share below 1e-20": float(np.mean(losses <= AIM)), "lowest loss": float(np.min(losses))}

    return [
        Contender("bouton, Levenberg-Marquardt", SAME, starts, lambda: False, by_bouton, judge),
        Contender("SciPy, least_squares", SAME, starts, lambda: "", by_scipy, judge),
        Contender("bouton, flow first", OTHER, starts, lambda: True, by_bouton, judge),
        Contender("SciPy, BDF first", OTHER, starts, lambda: "BDF", by_scipy, judge),
        Contender("SciPy, BFGS first", OTHER, starts, lambda: "BFGS", by_scipy, judge),
    ]


def many(starts: int, spacing: float) -> list[Contender]:
    """Return training of many students of five neurons, as one vectorised run and one after the other."""
    from bouton.landscape import four_neuron_task, glorot_start, train_many

    landscape, _ = four_neuron_task(spacing)
    begins = [glorot_start((2, 5, 1), seed) for seed in range(starts)]

    def trained(side_by_side: bool) -> list[float]:
        return [each.loss for each in train_many(landscape, begins, side_by_side=side_by_side)]

    def judge(losses: list[float]) -> dict[str, float]:
        return {"share below 1e-10": float(np.mean(np.array(losses) < 1e-10))}

    return [
        Contender("bouton, one after the other", SAME, starts, lambda: False, trained, judge),
        Contender("bouton, side by side", SAME, starts, lambda: True, trained, judge),
    ]


def hessians(widths: tuple[int, ...], samples: int) -> list[Contender]:
    """Return the dense Hessian of a network of several hidden layers, by two ways."""
    import jax

    from bouton.landscape import LossLandscape, glorot_start
    from bouton.landscape.loss import loss_of_vector
    from bouton.landscape.parameters import flattened

    rng = np.random.default_rng(0)
    landscape = LossLandscape(rng.normal(size=(samples, widths[0])), rng.normal(size=(samples, widths[-1])), "tanh")
    point = glorot_start(widths, 0, bias=True)
    vector = flattened(point)
    with jax.enable_x64(True):
        slope = jax.jit(jax.grad(lambda at: loss_of_vector(landscape, point, at)))
        product = jax.jit(lambda at, along: jax.jvp(slope, (at,), (along,))[1])

    def differentiated(_: Any) -> np.ndarray:
        with jax.enable_x64(True):
            return np.array([product(vector, along) for along in np.eye(vector.size)])

    expected = landscape.hessian(point)

    def judge(found: np.ndarray) -> dict[str, float]:
        off = np.abs(found - expected).max() / np.abs(expected).max()
        return {"parameters": float(vector.size), "largest difference": float(off)}

    return [
        Contender("bouton, closed form", SAME, 1, lambda: None, lambda _: landscape.hessian(point), judge),
        Contender("jax, a product for each column", SAME, 1, lambda: None, differentiated, judge),
    ]


@app.default
def bench(*, repeats: int = 3, quick: bool = False, out: Path = Path(__file__).parent / "results") -> int:
    """Measure training at three widths, many students, and a Hessian; each in turns.

    Parameters
    ----------
    repeats
        Timed runs of each contender.
    quick
        One width, few samples, one repeat: shows that it works, measures nothing.
    out
        Folder for landscapes.json.
    """
    groups = {
        f"width {width}": contenders(width, 2 if quick else 10, 2.0 if quick else 0.25)
        for width in ((4,) if quick else (4, 5, 8))
    }
    groups["many"] = many(2 if quick else 20, 2.0 if quick else 0.25)
    groups["hessian"] = hessians((2, 3, 3, 1) if quick else (2, 30, 30, 30, 1), 36 if quick else 1681)
    results: dict[str, Any] = {}
    for name, group in groups.items():
        race(group, 1 if quick else repeats, time.process_time)
        results[name] = [contender.outcome() for contender in group]
        for row in results[name]:
            each = row["microseconds_per_sample"]
            print(f"{name}: {row['name']:30s} {each['median'] / 1e6:8.4f} s per start {row['merit']}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "landscapes.json").write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
