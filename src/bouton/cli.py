"""The command line: parses, calls, prints. The library does the work; jax is imported only when it is needed."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter

from bouton._cache import keep_compiled, why_not_kept
from bouton._commands import data_app, surprise
from bouton._paper_commands import audit, list_papers, report, reproduce
from bouton._terminal import Integer, OptionalInteger, table
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
app.command(list_papers, name="list")
app.command(reproduce)
app.command(report)
app.command(audit)
app.command(surprise)


@app.command
def learn(
    data: Path,
    /,
    *,
    model: str = "online-snmf",
    components: Integer = 16,
    seed: Integer = 0,
    out: Path,
    epochs: OptionalInteger = None,
    shuffle: bool = True,
    centre: bool = False,
    patch_size: OptionalInteger = None,
    patches: Integer = 100_000,
    rotations: bool | None = None,
    resume: bool = False,
    overwrite: bool = False,
    name: str | None = None,
    columns: Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())] = None,
    header: bool | None = None,
    missing: Literal["error", "skip"] = "error",
    **options: str,
) -> None:
    """Let a model learn a file of data, with checkpoints.

    Ends with OUT/model.json and the tensors that it names; where it learned from patches of images, also with
    OUT/report.html, a page of what it learned. Further options are those of the model, such as --rank-penalty,
    --forgetting and --start of online-snmf, or --nonlinearity quadratic-rectifier of nonlinear-hebbian, which learns
    receptive fields of whitened patches.

    Parameters
    ----------
    data
        .npy, .npz, a table (.csv, .tsv, .txt, .parquet, .feather), or a folder of images.
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
    name
        Which array of an .npz archive.
    columns
        Which columns of a table, by names or numbers from 1, such as --columns height width. Default: all.
    header
        Whether the first row of a text table names the columns. Default: found out.
    missing
        error: rows with a missing value are refused; skip: they are left out.
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
        name=name,
        columns=columns,
        header=header,
        missing=missing,
        **options,
    )
    for note in run.notes:
        print(f"note: {note}")
    figures = ", ".join(f"{name} {float(value):.4g}" for name, value in run.circuit.summary(run.state).items())
    print(f"learned from {run.steps} samples; {figures}")
    print(f"model: {out / 'model.json'}")
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
    from bouton.papers import available

    reproduced = (folder / "outcome.json").is_file()
    if reproduced or (not folder.exists() and str(folder) in [paper.name for paper in available()]):
        name = folder.resolve().name
        page = f": its page is {folder / 'report.html'}" if reproduced else ""
        raise InputError(
            f"{folder} is the reproduction of a paper, not a folder that `bouton learn` wrote{page}; `bouton report "
            f"{name}` draws it anew"
        )
    from bouton.report.learned import show as draw
    from bouton.report.learned import write_page

    for path in [*draw(folder, out), write_page(folder)]:
        if path is not None:
            print(path)


@app.command
def info() -> None:
    """Show versions, devices, float width and flags: what a result depends on."""
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

    Exit code 0: done. 1: whoever reads the output closed it. 2: something was wrong with the arguments, the data or a
    file. 130: interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is escaped: the work is done by then, and a name must not undo it.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    keep_compiled()
    try:
        app(words, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough, as `head` has: nothing more is written, not even at the exit of Python.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except CycloptsError as error:
        _fail(str(error), error, debug, 2)
    except KeyboardInterrupt as error:
        _fail(str(error) or "interrupted", error, debug, 130)
    except (BoutonError, OSError) as error:
        _fail(_sentence(error), error, debug, 2)
    except ValueError as error:
        if "null byte" not in str(error):
            raise
        _fail("no name of a file may hold a NUL character", error, debug, 2)
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
