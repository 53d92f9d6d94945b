"""Judging: checks against the results of their section, and statements by the checks that bear on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

from bouton.papers._frame import Check
from bouton.papers._paper import Paper
from bouton.papers._relations import Relation
from bouton.report import Judgement, StatementJudgement
from bouton.report._text import failure_text, number_text, plain, value_text

__all__ = ["judge", "judged_paper"]


def judge(check: Check, results: Mapping[str, Any], section: str = "") -> Judgement:
    """Measure and judge one check; what cannot be measured is not held and says why.

    Parameters
    ----------
    check : Check
        What is asked.
    results : mapping
        What the section measured.
    section : str, default ""
        Name of the section.

    Returns
    -------
    Judgement

    Examples
    --------
    >>> from bouton.papers import AtLeast, Check, basis
    >>> check = Check("ari", "Clusters are found.", AtLeast(0.99), lambda results: results["ari"], basis.ours())
    >>> judge(check, {"ari": 0.995}).held, judge(check, {"ari": float("nan")}).held, judge(check, {}).measured
    (True, False, "could not be measured: KeyError: 'ari'")
    """
    try:
        measured = _unwrapped(check.measure(results))
        held = bool(check.relation.holds(measured))
        shown = _shown(measured, held, check.relation)
        measured = plain(measured)
    except Exception as error:
        measured = shown = f"could not be measured: {failure_text(error)}"
        held = False
    return replace(
        _unasked(check, section), held=held, measured=measured, shown=shown, remark="" if held else check.remark
    )


def judged_paper(
    paper: Paper, scale: str, results: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[tuple[StatementJudgement, ...], tuple[Judgement, ...]]:
    """Judge a paper by the results of its sections.

    Parameters
    ----------
    paper : Paper
        The paper.
    scale : str
        The scale at which the results were measured.
    results : mapping of str to sequence of mapping
        For each section that was run, its results for each seed; the first is judged, all are counted.

    Returns
    -------
    tuple of StatementJudgement
        The paper's statements in their order.
    tuple of Judgement
        The checks that stand apart.
    """
    bearing: dict[str, list[Judgement]] = {statement.name: [] for statement in paper.statements}
    further: list[Judgement] = []
    for name in paper.sections:
        for check in paper.section(name).checks:
            if name in results and scale in check.scales:
                judgement = _judged_over_seeds(check, results[name], name)
            else:
                judgement = _unasked(check, name)
            (bearing[check.on] if check.on else further).append(judgement)
    statements = tuple(
        StatementJudgement(
            statement.name,
            statement.sentence,
            statement.basis.kind,
            statement.basis.source,
            statement.basis.recalled,
            tuple(bearing[statement.name]),
            statement.not_asked,
        )
        for statement in paper.statements
    )
    return statements, tuple(further)


def _unasked(check: Check, section: str) -> Judgement:
    return Judgement(
        section=section,
        name=check.name,
        sentence=check.sentence,
        expected=str(check.relation) if check.expected is None else check.expected,
        basis=check.basis.kind,
        source=check.basis.source,
        recalled=check.basis.recalled,
        asked=str(check.relation),
        held=None,
        measured=None,
        shown="",
    )


def _judged_over_seeds(check: Check, runs: Sequence[Mapping[str, Any]], section: str) -> Judgement:
    judgements = [judge(check, results, section) for results in runs]
    if len(judgements) == 1:
        return judgements[0]
    numbers = [number for judgement in judgements for number in _numbers(judgement.measured)]
    spread = f"{number_text(min(numbers))} to {number_text(max(numbers))}" if numbers else ""
    held = sum(bool(judgement.held) for judgement in judgements)
    remark = check.remark if held < len(judgements) else ""
    return replace(judgements[0], share=f"{held} of {len(judgements)}", spread=spread, remark=remark)


def _numbers(value: Any) -> Iterable[float]:
    if isinstance(value, list):
        for element in value:
            yield from _numbers(element)
    elif isinstance(value, Real) and not isinstance(value, bool):
        yield float(value)


def _unwrapped(value: Any) -> Any:
    """Turn arrays and their scalars into Python numbers and lists, NaN and infinity kept for the relation to see."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_unwrapped(element) for element in value]
    return value


def _shown(measured: Any, held: bool, relation: Relation) -> str:
    """Round for the reader, but never past the point where the rounded value would be judged differently."""
    for digits in (4, 6, 9):
        if relation.holds(_rounded(measured, digits)) == held:
            return value_text(plain(measured), digits)
    return value_text(plain(measured), 17)


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(element, digits) for element in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
