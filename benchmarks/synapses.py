"""What a structured layer costs against the number of its synapses: `python -m benchmarks.synapses`.

Sheets of up to 100 x 100 neurons over 32 x 32 inputs, with receptive fields and lateral ranges of several sizes. The
neurons settle for a fixed number of Euler steps, so that all sheets do the same work per synapse.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton

app = App(name="python -m benchmarks.synapses", help=__doc__, help_format="plaintext", result_action="return_value")

GRID = 32
STEPS = 20
VISITS = 2e7
"""Synapses times samples in one timed run."""
NEURONS = (16, 32, 64, 100)
"""Neurons along each side of the sheet."""
RADII = (1.0, 2.0, 4.0, 8.0)
"""Radius of receptive fields, in input points."""
LATERAL_SHARE = 0.25
"""Lateral radius, as a share of the receptive fields'."""


def sheets(quick: bool) -> list[Any]:
    """Return the sheets: all sizes with all receptive fields."""
    from bouton.plasticity import Sheet

    sides, radii = (NEURONS[:2], RADII[:2]) if quick else (NEURONS, RADII)
    return [
        Sheet((GRID, GRID, 1), GRID / side, radius, 1, LATERAL_SHARE * radius) for side in sides for radius in radii
    ]


def measured(sheet: Any, quick: bool, repeats: int) -> dict[str, Any]:
    """Return size and time of one sheet, over so many samples that what a run costs beside them does not count."""
    import jax

    from bouton.dynamics import Relaxation
    from bouton.similarity import StructuredSimilarityMatching

    circuit = StructuredSimilarityMatching(
        sheet.feedforward, sheet.lateral, dynamics=Relaxation(tolerance=0.0, max_steps=STEPS)
    )
    samples = 4 if quick else int(np.clip(VISITS / circuit.layer.n_synapses, 64, 4096))
    rows = np.random.default_rng(0).normal(size=(samples, GRID**2)).astype(np.float32)
    seconds = []
    for _ in range(repeats + 1):
        before = time.perf_counter()
        run = bouton.run(circuit, rows, key=jax.random.key(0))
        jax.block_until_ready(run.state)
        seconds.append(time.perf_counter() - before)
    each = np.array(seconds[1:]) / samples * 1e6
    forward, between = circuit.layer.feedforward.connectivity, circuit.layer.lateral.connectivity
    return {
        "neurons": sheet.n_units,
        "radius": sheet.radius,
        "feedforward_synapses": forward.n_synapses,
        "lateral_synapses": between.n_synapses,
        "synapses": circuit.layer.n_synapses,
        "microseconds_per_sample": float(np.median(each)),
        "least": float(each.min()),
    }


def draw(found: list[dict[str, Any]], path: Path) -> None:
    """Draw time against synapses, both logarithmic, with a line of proportionality."""
    from bouton.report import figures

    figure, axes = figures.new_figure(6.0, 4.2)
    sizes = sorted({each["neurons"] for each in found})
    for neurons, colour in zip(sizes, figures.category_colours(len(sizes)), strict=True):
        chosen = [each for each in found if each["neurons"] == neurons]
        synapses = [each["synapses"] for each in chosen]
        axes.loglog(synapses, [each["microseconds_per_sample"] for each in chosen], "o-", color=colour,
                    label=f"{neurons} neurons")  # fmt: skip
    largest = max(found, key=lambda each: each["synapses"])
    span = np.array([min(each["synapses"] for each in found), largest["synapses"]])
    axes.loglog(span, span * largest["microseconds_per_sample"] / largest["synapses"], color=figures.muted(),
                linestyle="--", label="proportional")  # fmt: skip
    axes.set(xlabel="synapses", ylabel=f"microseconds per sample ({STEPS} Euler steps)")
    axes.legend()
    figure.savefig(path, dpi=150)


@app.default
def main(*, quick: bool = False, repeats: int = 5, out: Path = Path(__file__).parent / "results") -> int:
    """Measure time per sample against the number of synapses.

    Parameters
    ----------
    quick
        Small sheets, few samples: shows that it works, measures nothing.
    repeats
        Timed runs of each sheet.
    out
        Folder for synapses.json and synapses.png.
    """
    from benchmarks.measure import machine

    found = []
    for sheet in sheets(quick):
        found.append(measured(sheet, quick, 1 if quick else repeats))
        each = found[-1]
        print(f"{each['neurons']:6d} neurons {each['synapses']:8d} synapses {each['microseconds_per_sample']:9.1f} us "
              f"{1e3 * each['microseconds_per_sample'] / each['synapses']:6.1f} ns a synapse", flush=True)  # fmt: skip
    logs = np.log([[each["synapses"], each["microseconds_per_sample"]] for each in found])
    slope = float(np.polyfit(*logs.T, 1)[0])
    print(f"time grows as synapses to the power {slope:.2f}")
    out.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine(), "steps": STEPS, "sheets": found, "power": slope}
    (out / "synapses.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    draw(found, out / "synapses.png")
    print(out / "synapses.json", out / "synapses.png", sep="\n")
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
