"""What a step of a robot costs: `python -m benchmarks.robots`.

The tasks of sequence learning, food and obstacles, in double precision: robots one after another and many side by side,
beside `robots.cpp`, the same loops over scalars compiled by g++ for this machine. All take turns. Without noise, robots
of both go the same way to rounding, or the comparison stops; the timed ones draw their noise. Every step of bouton's
draws random numbers that can be drawn again, each by its step; the loop in C++ has a generator that is a few
instructions, and visits points of a range finder until one is in an obstacle.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton
from benchmarks.timing import SAME, Contender

app = App(name="python -m benchmarks.robots", help=__doc__, help_format="plaintext", result_action="return_value")

SOURCE = Path(__file__).parent / "robots.cpp"
RULE, RATE = "ICO", {"food": 1e-4, "obstacles": 1e-4}
START = {"food": (300.0, 200.0, 0.3), "obstacles": (120.0, 300.0, 0.3)}
DISKS = ((400.0, 245.0), (200.0, 130.0))


def compiled(folder: Path) -> Path:
    """Return the program in C++, compiled for this machine.

    Raises
    ------
    RuntimeError
        If there is no g++.
    """
    compiler = shutil.which("g++")
    if compiler is None:
        raise RuntimeError("there is no g++: install it, or leave the comparison out")
    program = folder / "robots"
    subprocess.run([compiler, "-O3", "-march=native", "-std=c++17", "-o", str(program), str(SOURCE)], check=True)
    return program


def in_cpp(program: Path, task: str, noise: float, steps: int, robots: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Return seconds, and pose and weights of the last robot."""
    command = [str(program), task, RULE, str(RATE[task]), str(noise), str(steps), str(robots)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return float(lines[0]), *(np.array(line.split(), float) for line in lines[1:])


def loop_of(task: str, noise: float) -> Any:
    """Return robot and world of a task as one circuit."""
    from bouton.behaviour import ClosedLoop, FoodArena, ObstacleArena

    if task == "food":
        world: Any = FoodArena(noise=noise, consumed=False, start=START[task], places=DISKS)
        return ClosedLoop(FoodArena.agent(RULE, RATE[task]), world)
    world = ObstacleArena(noise=noise, start=START[task])
    return ClosedLoop(ObstacleArena.agent(RULE, RATE[task]), world)


def own(task: str, noise: float, steps: int, robots: int) -> Any:
    """Return a function without arguments that lets robots go, and returns their states."""
    import jax

    from bouton.behaviour import ticks
    from bouton.engine import rollout

    circuit, keys = loop_of(task, noise), jax.random.split(jax.random.key(0), robots)

    def way(key: Any) -> Any:
        return rollout(circuit, ticks(steps), key)[0]

    many = jax.jit(jax.vmap(way) if robots > 1 else lambda keys: way(keys[0]))
    return lambda: jax.block_until_ready(many(keys))


def same_way(program: Path, task: str) -> float:
    """Return how far the ways without noise are apart at their ends, in places, headings and weights."""
    steps = {"food": 250, "obstacles": 2000}[task]  # the first is before any wall, whence robots turn at random
    state = own(task, 0.0, steps, 1)()
    _, pose, weights = in_cpp(program, task, 0.0, steps, 1)
    ends = [*np.asarray(state.world.pose.position), float(state.world.pose.heading)]
    learned = np.asarray(state.agent.synapses.weight).ravel()
    return float(max(np.abs(pose - ends).max(), np.abs(weights - learned).max()))


def compared(task: str, steps: int, robots: int, repeats: int) -> dict[str, Any]:
    """Return microseconds a step of a robot, of all contenders in turns."""
    import jax

    noise = {"food": 0.01, "obstacles": 0.02}[task]
    with tempfile.TemporaryDirectory(prefix="bouton-robots-") as folder, jax.enable_x64(True):
        program = compiled(Path(folder))
        off = same_way(program, task)
        if not off < 1e-6:
            raise RuntimeError(f"{task}: the ways are {off:.1e} apart, so the loops are not the same: no comparison")
        single, many = own(task, noise, steps, 1), own(task, noise, steps, robots)
        ready, nothing = (lambda: None), (lambda learned: {})
        contenders = [
            Contender("bouton, one robot", SAME, steps, ready, lambda _: single(), nothing),
            Contender(f"bouton, {robots} robots", SAME, steps * robots, ready, lambda _: many(), nothing),
        ]
        cpp = Contender(f"C++, {robots} robots", SAME, steps * robots, ready, lambda _: None, nothing)
        for contender in contenders:
            contender.once()
        for _ in range(repeats):
            for contender in contenders:
                contender.seconds.append(contender.once())
            cpp.seconds.append(in_cpp(program, task, noise, steps, robots)[0])
    rows = [contender.outcome() for contender in (cpp, *contenders)]
    base = rows[0]["microseconds_per_sample"]["median"]
    return {
        "task": task,
        "off": off,
        "rows": [row | {"ratio": row["microseconds_per_sample"]["median"] / base} for row in rows],
    }


@app.default
def main(
    *, steps: int = 20_000, robots: int = 20, repeats: int = 5, quick: bool = False, out: Path | None = None
) -> None:
    """Measure, print a table, and write the numbers where asked to.

    Parameters
    ----------
    steps
        Steps of a robot.
    robots
        Robots side by side.
    repeats
        Timed runs of each.
    quick
        Whether to try it only.
    out
        A JSON file for the numbers.
    """
    bouton.fold_loops()
    size = (200, 2, 1) if quick else (steps, robots, repeats)
    found = [compared(task, *size) for task in ("food", "obstacles")]
    for result in found:
        print(f"{result['task']}: microseconds a step of a robot, ratio to C++ (ways apart by {result['off']:.0e})")
        for row in result["rows"]:
            time = row["microseconds_per_sample"]
            print(f"  {row['name']:24s} {time['median']:8.3f} ({time['least']:.3f}) {row['ratio']:8.2f}")
    if out is not None:
        out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(app())
