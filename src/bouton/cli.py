"""The command line: parses, calls, prints. The library does the work; jax is imported only when it is needed."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from cyclopts import App, CycloptsError

from bouton._cache import keep_compiled, why_not_kept
from bouton._commands import data_app, surprise
from bouton._flags import fold_loops
from bouton._terminal import Stages, show_outcome, table, total_counts
from bouton._version import __version__
from bouton.errors import BoutonError, InputError

__all__ = ["app", "main"]

app = App(
    name="bouton",
    help="Local learning: published learning rules, circuits and models, on one engine.\n\n"
    "--debug, anywhere in a command, shows where an error arose.",
    version=__version__,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
app.command(data_app)
app.command(surprise)

Scale = Literal["smoke", "laptop", "paper"]


@app.command(name="list")
def list_papers() -> None:
    """List every published system: name, paper, topic, and what it needs installed."""
    from bouton.papers import available

    rows = [
        (
            paper.name,
            paper.citation,
            paper.topic,
            ", ".join(f"bouton[{need.extra}]" for need in paper.requires) or "nothing more",
        )
        for paper in available()
    ]
    table(("name", "paper", "topic", "needs"), rows)


@app.command
def reproduce(
    name: str,
    /,
    *,
    scale: Scale = "laptop",
    seed: int = 0,
    seeds: str | None = None,
    section: list[str] | None = None,
    jobs: int = 1,
    again: bool = False,
    out: Path = Path("reports"),
) -> None:
    """Measure a paper's sections and judge its claims.

    Writes OUT/NAME/report.html and OUT/NAME/outcome.json. Results are stored in OUT/results: what is there already, and
    still valid, is not measured again, so that a run that was stopped goes on. The last line reads "claims held: ..."
    and counts by basis: paper, authors, theory, replication, and criteria of ours.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    scale
        smoke: seconds; laptop: minutes on two cores; paper: as published.
    seed
        Seed of everything random.
    seeds
        Several seeds, such as 0-9 or 0,3,5: each check with the share of seeds in which it held.
    section
        Measure this section only; may be given several times.
    jobs
        How many sections are measured at a time.
    again
        Measure also what is stored.
    out
        Folder for the reports.
    """
    from bouton.papers import available, load
    from bouton.papers import reproduce as run_paper

    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    outcomes = []
    for paper in papers:
        with Stages() as progress:
            outcomes.append(
                run_paper(
                    paper,
                    scale=scale,
                    seed=seed,
                    seeds=_whole_numbers(seeds) if seeds else (),
                    sections=section or (),
                    jobs=jobs,
                    again=again,
                    out=out,
                    progress=progress,
                )
            )
        show_outcome(outcomes[-1])
    print(f"claims held: {total_counts(outcomes)}")


@app.command
def report(name: str, /, *, scale: Scale = "laptop", out: Path = Path("reports")) -> None:
    """Judge and draw a paper anew from stored results, without measuring.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    scale
        Scale of the stored results.
    out
        Folder of the reports.
    """
    from bouton.papers import available, load
    from bouton.papers import report as draw_anew

    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    outcomes = []
    for paper in papers:
        with Stages() as progress:
            outcomes.append(draw_anew(paper, scale=scale, out=out, progress=progress))
        show_outcome(outcomes[-1])
    print(f"claims held: {total_counts(outcomes)}")


def _whole_numbers(text: str) -> tuple[int, ...]:
    """Read seeds such as "0-9" or "0,3,5"."""
    numbers: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 0 <= last - first < 10_000:
            raise InputError(f"--seeds takes whole numbers such as 0-9 or 0,3,5, got {text!r}")
        numbers += range(first, last + 1)
    return tuple(numbers)


@app.command
def learn(
    data: Path,
    /,
    *,
    model: str = "online-snmf",
    components: int = 16,
    seed: int = 0,
    out: Path,
    epochs: int | None = None,
    shuffle: bool = True,
    centre: bool = False,
    patch_size: int | None = None,
    patches: int = 100_000,
    rotations: bool | None = None,
    resume: bool = False,
    overwrite: bool = False,
    **options: str,
) -> None:
    """Let a model learn a file of data, with checkpoints.

    Ends with OUT/model.safetensors and OUT/model.json; where it learned from patches of images, also with
    OUT/report.html, a page of what it learned. Further options are those of the model, such as --rank-penalty,
    --forgetting and --start of online-snmf, or --nonlinearity quadratic-rectifier of nonlinear-hebbian, which learns
    receptive fields of whitened patches.

    Parameters
    ----------
    data
        .npy, .npz, .csv, .parquet, or a folder of images.
    model
        Which model learns.
    components
        Number of output neurons.
    seed
        Seed of everything random.
    out
        Folder for model, checkpoints and figures.
    epochs
        Passes over the data. Default: the model's own number.
    shuffle
        Whether rows change places in each pass.
    centre
        Subtract the mean of each column.
    patch_size
        Cut square patches of this many pixels out of the images of a folder. Default: the model's own choice.
    patches
        How many patches.
    rotations
        Rotate and mirror patches by the symmetries of the square. Default: yes where receptive fields are learned.
    resume
        Go on from the last checkpoint in OUT.
    overwrite
        Replace the run that OUT holds.
    options
        Options of the model.
    """
    from bouton.models import learn as learn_file
    from bouton.report.learned import write_page

    run = learn_file(
        data,
        out,
        model=model,
        components=components,
        seed=seed,
        epochs=epochs,
        shuffle=shuffle,
        centre=centre,
        patch_size=patch_size,
        patches=patches,
        rotations=rotations,
        resume=resume,
        overwrite=overwrite,
        progress=True,
        **options,
    )
    for note in run.notes:
        print(f"note: {note}")
    figures = ", ".join(f"{name} {float(value):.4g}" for name, value in run.circuit.summary(run.state).items())
    print(f"learned from {run.steps} samples; {figures}")
    print(f"model: {out / 'model.safetensors'}")
    page = write_page(out)
    if page is not None:
        print(f"page: {page}")


@app.command
def show(folder: Path, /, *, out: Path | None = None) -> None:
    """Draw what a run learned, as PNG files, and make its page anew where it learned from patches of images.

    Parameters
    ----------
    folder
        Folder that `bouton learn` wrote.
    out
        Where the figures go. Default: FOLDER/figures.
    """
    from bouton.report.learned import show as draw
    from bouton.report.learned import write_page

    for path in [*draw(folder, out), write_page(folder)]:
        if path is not None:
            print(path)


@app.command
def audit(name: str = "all", /) -> None:
    """Show what each plasticity rule sees: the locality table, derived from the traced computation.

    Parameters
    ----------
    name
        A name from `bouton list`, or "all".
    """
    from bouton.papers import available, load
    from bouton.plasticity import audit as audit_circuit

    papers = [paper.name for paper in available()] if name == "all" else [load(name).name]
    for paper in map(load, papers):
        for section in paper.sections:
            for circuit in paper.section(section).circuits(paper.settings("smoke", section)):
                print(f"{paper.name}, {section}: {type(circuit).__name__}")
                for row in audit_circuit(circuit).rows():
                    print(f"  {row['pathway']} ({row['rule']}): {row['verdict']}")
                    for column in ("what it does", "synapses", "each synapse sees", "derived from"):
                        if row.get(column):
                            print(f"    {column}: {row[column]}")


@app.command
def info() -> None:
    """Show versions, devices, float width and flags: what a result depends on."""
    import os

    import jax

    from bouton.engine import versions

    facts = versions() | {
        "devices": ", ".join(f"{device.platform}:{device.id}" for device in jax.devices()),
        "float width": "64 bits" if jax.config.jax_enable_x64 else "32 bits",  # pyright: ignore
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", "(not set)"),
        "compiled programs": jax.config.jax_compilation_cache_dir or f"not kept: {why_not_kept()}",  # pyright: ignore
    }
    table(("what", "value"), [(name, value) for name, value in facts.items()])


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; errors become one sentence and an exit code.

    Exit code 0: done. 2: something was wrong with the arguments, the data or a file. 130: interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    if "jax" not in sys.modules:
        fold_loops()
    keep_compiled()
    try:
        app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _fail(str(error), error, debug, 2)
    except KeyboardInterrupt as error:
        _fail(str(error) or "interrupted", error, debug, 130)
    except (BoutonError, OSError) as error:
        _fail(_sentence(error), error, debug, 2)
    sys.exit(0)


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _fail(message: str, error: BaseException, debug: bool, code: int) -> None:
    if debug:
        raise error
    print(f"bouton: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)
