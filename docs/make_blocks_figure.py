"""Draw the figure of the page on exact blocks: what is touched when, and how far the outcome is from event by event."""

from pathlib import Path

import bouton

bouton.fold_loops()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.patches import Rectangle  # noqa: E402

from bouton.data import load_digits  # noqa: E402
from bouton.report.figures import category_colours, muted, new_figure, style  # noqa: E402
from bouton.similarity import SNMFNetwork  # noqa: E402

BLOCK, EVERY, SAMPLES = 64, 128, 10_240
SHOWN_BLOCK, SHOWN_BLOCKS = 16, 2
CIRCUIT = SNMFNetwork(n_inputs=64, n_outputs=16, start="random")


def rows() -> np.ndarray:
    """Return digits in random order, epoch by epoch: values that single precision holds exactly."""
    images = load_digits(normalise=False).data / 16
    centred = (images - images.mean(axis=0)).astype(np.float32)
    generator = np.random.default_rng(0)
    order = np.concatenate([generator.permutation(len(centred)) for _ in range(SAMPLES // len(centred) + 1)])
    return centred[order[:SAMPLES]]


def trajectory(samples: np.ndarray, block: int | None) -> np.ndarray:
    """Return the feed-forward weights after every so many samples, in the width that jax is switched to."""
    run = bouton.run(
        CIRCUIT, samples, key=jax.random.key(1), state=_start(), record={"feedforward": EVERY}, block=block
    )
    return np.asarray(run.recordings["feedforward"].values, np.float64)


def minibatch_trajectory(samples: np.ndarray) -> np.ndarray:
    """Return the same where all samples of a mini-batch meet the weights as they were at its beginning.

    The weights are the mean of ``y x`` over all samples, which is what they are event by event as well.
    """

    @jax.jit
    def step(state, batch):
        y = jax.vmap(CIRCUIT.respond, in_axes=(None, 0))(state, batch)
        power = jnp.sum(y * y, axis=0)
        activity = state.cumulative_activity + power

        def learned(weights, pre):
            return weights + (y.T @ pre - power[:, None] * weights) / activity[:, None]

        lateral = learned(state.lateral, y) * (1 - jnp.eye(CIRCUIT.n_outputs))
        return state._replace(
            feedforward=learned(state.feedforward, batch), lateral=lateral, cumulative_activity=activity
        )

    state, found = _start(), []
    for first in range(0, SAMPLES, BLOCK):
        state = step(state, samples[first : first + BLOCK])
        if (first + BLOCK) % EVERY == 0:
            found.append(np.asarray(state.feedforward, np.float64))
    return np.stack(found)


def _start():
    """Return the same initial state in whichever width."""
    generator = np.random.default_rng(1)
    weights = generator.normal(size=(CIRCUIT.n_outputs, CIRCUIT.n_inputs)).astype(np.float32)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    state = CIRCUIT.init(jax.random.key(1))
    return state._replace(feedforward=jnp.asarray(weights, state.feedforward.dtype))


def measure() -> dict[str, np.ndarray]:
    """Return the relative distance to the event-by-event trajectory, along the run."""
    samples = rows()
    single = {block: trajectory(samples, block) for block in (None, BLOCK)}
    jax.config.update("jax_enable_x64", True)
    double = {block: trajectory(samples.astype(np.float64), block) for block in (None, BLOCK)}
    batches = minibatch_trajectory(samples.astype(np.float64))

    def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.linalg.norm(one - other, axis=(1, 2)) / np.linalg.norm(other, axis=(1, 2))

    return {
        f"mini-batches of {BLOCK}, float64": distance(batches, double[None]),
        "rounding: event by event, float32 beside float64": distance(single[None], double[None]),
        f"blocks of {BLOCK}, float32": distance(single[BLOCK], single[None]),
        f"blocks of {BLOCK}, float64": distance(double[BLOCK], double[None]),
    }


def draw_distances(axes: Axes, found: dict[str, np.ndarray]) -> None:
    """Draw the distances over the samples, each named above or below its line."""
    blue, orange, green = category_colours(3)
    steps = EVERY * np.arange(1, SAMPLES // EVERY + 1)
    # Rounding itself is a broad band, so that what lies on it is seen.
    looks = ((orange, 1.8, 1, 1 / 20), (muted(), 7, 0.45, 1 / 20), (blue, 1.8, 1, 5), (green, 1.8, 1, 5))
    for (name, values), (colour, width, opacity, above) in zip(found.items(), looks, strict=True):
        axes.plot(steps, values, linewidth=width, alpha=opacity, color=colour, solid_capstyle="butt")
        axes.text(SAMPLES, values[-1] * above, name, color=colour, ha="right", va="center")
        print(f"{name}: median {np.median(values):.1e}, last {values[-1]:.1e}, largest {values.max():.1e}")
    axes.set(yscale="log", ylim=(1e-16, 2), yticks=10.0 ** np.arange(-16, 1, 4), xlabel="samples learned")
    axes.set(xlim=(0, SAMPLES * 1.02), xticks=[0, 5000, 10_000], ylabel="relative distance of the weights")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_title("Distance from the event-by-event run")


def draw_touched(axes: Axes) -> None:
    """Draw which arrays each event reads and writes."""
    blue, orange, green = category_colours(3)
    events, starts = SHOWN_BLOCK * SHOWN_BLOCKS, SHOWN_BLOCK * np.arange(SHOWN_BLOCKS)

    def cells(place: float, height: float, events: np.ndarray, colour: str) -> None:
        for event in events:
            axes.add_patch(Rectangle((event + 0.1, place), 0.8, height, color=colour, linewidth=0))

    cells(3, 0.8, np.arange(events), orange)
    cells(1, 0.8, starts, blue)
    cells(1, 0.8, starts + SHOWN_BLOCK - 1, orange)
    cells(0.4, 0.2, np.arange(events), green)
    for event, does, side in ((0, "read", 1.2), (SHOWN_BLOCK - 1, "read and written", -0.2)):
        axes.text(event + side, 1.4, does, va="center", ha="left" if side > 0 else "right", color=muted())
    axes.text(0, 4.0, "event by event: weights read and written at each", va="bottom", weight="bold")
    axes.text(0, 2.0, f"in blocks, here of {SHOWN_BLOCK}", va="bottom", weight="bold")
    axes.set(xlim=(0, events), ylim=(0, 4.5), xlabel="event", yticks=[0.5, 1.4, 3.4], xticks=range(0, events + 1, 8))
    axes.set_yticklabels(["panel, B × m", "weights, m × n", "weights, m × n"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title("What each event touches")


def main() -> None:
    """Measure and draw."""
    found = measure()
    with style(dark=False):
        figure, (left, right) = new_figure(11, 3.8, columns=2, width_ratios=(1.1, 1))
        draw_touched(left)
        draw_distances(right, found)
        figure.savefig(Path(__file__).parent / "_static" / "blocks.png", dpi=160, bbox_inches="tight")


if __name__ == "__main__":
    main()
