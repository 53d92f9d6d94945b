"""What the command line draws on the terminal: tables, and what a long job is doing."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bouton.papers import Judgement, Outcome

__all__ = ["Stages", "show_outcome", "table", "total_counts"]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table without borders."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    printed = Table(*columns, header_style="bold", box=None, pad_edge=False)
    for row in rows:
        printed.add_row(*(Text(cell) for cell in row))
    Console().print(printed)


def show_outcome(outcome: "Outcome") -> None:
    """Print what a reproduction came to: the paper's statements with their checks, then the further measurements."""
    from bouton.report import BASES, counts_text

    for statement in outcome.statements:
        print(f"{statement.verdict:<12}  {statement.sentence} [{BASES[statement.basis]}: {statement.source}]")
        if not statement.judgements:
            print(f"              not asked here: {statement.reason}")
        for judgement in statement.judgements:
            _show_judgement(judgement, "    ")
    asked = [judgement for judgement in outcome.further if judgement.held is not None]
    if outcome.further:
        unasked = len(outcome.further) - len(asked)
        print("further measurements" + (f" ({unasked} more are not asked at this scale)" if unasked else ""))
    for judgement in asked:
        _show_judgement(judgement, "    ")
    for figure, error in outcome.figure_errors.items():
        print(f"figure {figure} could not be drawn: {error}")
    for note in outcome.notes:
        print(note)
    print(f"{outcome.name}: {outcome.report} ({outcome.seconds:.0f} s); {counts_text(outcome.counts)}")


def _show_judgement(judgement: "Judgement", indent: str) -> None:
    from bouton.report import BASES

    basis = BASES[judgement.basis] + (f": {judgement.source}" if judgement.source else "")
    print(f"{indent}{judgement.verdict:<12}  {judgement.section}.{judgement.name}: {judgement.sentence}")
    if judgement.held is None:
        print(f"{indent}              not asked at this scale; expected {judgement.expected} [{basis}]")
        return
    seeds = f"; held in {judgement.share} seeds, {judgement.spread}" if judgement.share else ""
    print(f"{indent}              measured {judgement.shown}; expected {judgement.expected} [{basis}]{seeds}")
    if judgement.remark:
        print(f"{indent}              {judgement.remark}")


def total_counts(outcomes: "Sequence[Outcome]") -> str:
    """Say how many claims held over several papers, by basis."""
    from bouton.report import counts_text

    total: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        for basis, (held, asked) in outcome.counts.items():
            before = total.get(basis, (0, 0))
            total[basis] = (before[0] + held, before[1] + asked)
    return counts_text(total)


class Stages:
    """Show on the terminal what a reproduction is doing."""

    def __enter__(self) -> Callable[..., None]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("starting", total=1.0)

        def progress(stage: str, fraction: float | None = None) -> None:
            self._bar.update(
                task, description=stage, completed=fraction or 0.0, total=None if fraction is None else 1.0
            )

        return progress

    def __exit__(self, *error: object) -> None:
        self._bar.stop()
