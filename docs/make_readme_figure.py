"""Draw the figure of the README: features of natural photographs, learned by the online SNMF circuit."""

from pathlib import Path

import bouton

bouton.fold_loops()

import jax  # noqa: E402
import numpy as np  # noqa: E402

from bouton.data import Whitening, centre_patches, load_natural5, sample_patches  # noqa: E402
from bouton.report.figures import style, tiles  # noqa: E402

SIZE, UNITS = 12, 96


def main() -> None:
    """Learn, then draw the units that are most active."""
    patches = centre_patches(sample_patches(load_natural5(), SIZE, 100_000, seed=0))
    rows = Whitening(n_components=60).fit(patches).transform(patches)
    circuit = bouton.similarity.SNMFNetwork(
        n_inputs=SIZE**2,
        n_outputs=UNITS,
        start="random",
        dynamics=bouton.dynamics.CoordinateDescent(tolerance=1e-4, max_sweeps=60),
    )
    state = None
    for epoch in range(4):
        run = bouton.run(circuit, rows, key=jax.random.key(0), state=state, first_step=epoch * len(rows))
        state = run.state if epoch > 1 else circuit.forget(run.state, 0.1)
    order = np.argsort(-np.asarray(run.state.cumulative_activity))
    with style(dark=False):
        figure = tiles(np.asarray(run.state.feedforward)[order], (SIZE, SIZE), columns=24)
        figure.savefig(Path(__file__).parent / "_static" / "features.png", dpi=200, bbox_inches="tight")


if __name__ == "__main__":
    main()
