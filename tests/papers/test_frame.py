"""The frame of a paper, on a toy paper: measuring once, judging, and writing whole reports or none."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.errors import InputError, MissingDependencyError
from bouton.papers import (
    AtLeast,
    AtMost,
    Check,
    Decreasing,
    Equals,
    Figure,
    IsTrue,
    Paper,
    Requirement,
    Section,
    Statement,
    basis,
    judge,
    measure,
    report,
    reproduce,
)


@dataclass(frozen=True)
class ToySettings:
    n_samples: int = 20
    rates: tuple[float, ...] = (0.1, math.nan)


def toy_measure(settings, seed):
    samples = np.random.default_rng(seed).normal(size=settings.n_samples)
    return {"samples": samples, "mean": samples.mean(), "falling": np.array([3.0, 2.0, 1.0])}


def toy_figure(results):
    from bouton.report import figures

    return figures.curves(np.arange(len(results["samples"])), {"samples": results["samples"]})


def check(name, relation, measure, on="", **options):
    return Check(name, f"The check {name}.", relation, measure, basis.paper("section 2"), on=on, **options)


def section(*checks, measure=toy_measure, figures=(), **options):
    return Section(
        settings={"smoke": ToySettings(), "laptop": ToySettings(200), "paper": ToySettings(2000)},
        measure=measure,
        checks=checks,
        holds=dict,
        breaks={check.name: {} for check in checks},
        figures=figures,
        **options,
    )


def only(part, **changes):
    """Return the toy paper with one section and no statements."""
    return replace(TOY, statements=(), sections={"only": part}, **changes)


MEAN = check("mean", AtMost(5), lambda results: results["mean"], on="numbers")
FIGURE = Figure("samples", "Look at the samples.", toy_figure)
TOY = Paper(
    name="toy-paper",
    title="A Toy Paper",
    authors=("Lovelace, Ada", "Charles Babbage"),
    year=1843,
    topic="similarity",
    bibtex="@article{toy, title = {A Toy Paper}}",
    url="https://doi.org/10.0000/toy",
    summary="Draws numbers.",
    statements=(
        Statement("numbers", "Numbers are small and fall.", basis.paper("abstract")),
        Statement("speech", "It speaks.", basis.paper("abstract", recalled=True), not_asked="nobody listens"),
        Statement("large", "Numbers are large.", basis.authors("their table")),
    ),
    sections={
        "draws": section(
            MEAN,
            check("falls", Decreasing(), lambda results: results["falling"], on="numbers"),
            check("impossible", AtLeast(10), lambda results: results["mean"], on="numbers"),
            check("large", AtLeast(10), lambda results: results["mean"], on="large", scales=("paper",)),
            figures=(FIGURE,),
        ),
        "others": section(
            check("nan", AtLeast(0), lambda results: np.float32(np.nan)),
            check("broken", IsTrue(), lambda results: results["absent"]),
        ),
    },
)


def strict_loads(path: Path):
    def refuse(literal):
        raise AssertionError(f"{literal} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def files_in(folder: Path):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.thorough
def test_a_reproduction_judges_and_writes(tmp_path):
    stages = []
    outcome = reproduce(TOY, "smoke", 3, tmp_path, progress=lambda stage, fraction=None: stages.append(stage))
    assert [statement.verdict for statement in outcome.statements] == ["held in part", "not asked", "not asked"]
    assert [judgement.held for judgement in outcome.judgements] == [True, True, False, None, False, False]
    assert outcome.counts == {"paper": (0, 3)}
    assert outcome.figure_errors == {}
    assert stages == ["draws (seed 3)", "others (seed 3)", "judging and drawing"]
    assert outcome.report == tmp_path / "toy-paper" / "report.html"
    assert files_in(tmp_path) == [
        "index.html",
        "results",
        "results/toy-paper",
        "results/toy-paper/draws-smoke-seed3-float32.npz",
        "results/toy-paper/others-smoke-seed3-float32.npz",
        "toy-paper",
        "toy-paper/outcome.json",
        "toy-paper/report.html",
        "toy-paper/thumbnail-dark.png",
        "toy-paper/thumbnail-light.png",
    ]
    page = outcome.report.read_text(encoding="utf-8")
    for text in ("0 of 3", "Ada Lovelace, Charles Babbage, 1843", "held in part", "nobody listens", "recalled"):
        assert text in page


@pytest.mark.thorough
def test_the_outcome_is_strict_and_complete_json(tmp_path):
    reproduce(TOY, "smoke", 3, tmp_path)
    outcome = strict_loads(tmp_path / "toy-paper" / "outcome.json")
    assert outcome["format"] == 2
    assert (outcome["name"], outcome["title"], outcome["scale"], outcome["seed"]) == TOY_RUN
    assert outcome["settings"]["draws"] == {"n_samples": 20, "rates": [0.1, "nan"]}
    assert set(outcome["versions"]) == VERSIONS
    assert outcome["claims_held"] == {"paper": {"held": 0, "asked": 3}}
    assert outcome["float_width"] == 32
    assert outcome["seconds"] >= 0
    numbers = outcome["statements"][0]
    assert (numbers["name"], numbers["basis"], numbers["verdict"]) == ("numbers", "paper", "held in part")
    assert {row["name"]: row["verdict"] for row in numbers["judgements"]} == {
        "mean": "held",
        "falls": "held",
        "impossible": "not held",
    }
    assert numbers["judgements"][1]["measured"] == [3.0, 2.0, 1.0]
    measured = {row["name"]: row["measured"] for row in outcome["further"]}
    assert measured == {"nan": "nan", "broken": "could not be measured: KeyError: 'absent'"}


VERSIONS = {
    *("bouton", "python", "jax", "jaxlib", "numpy", "scipy", "scikit-learn", "equinox"),
    "system",
    "cpu",
    "loops",
    "device",
}
TOY_RUN = ("toy-paper", "A Toy Paper", "smoke", 3)


def test_the_outcome_does_not_tell_whose_machine_it_was(tmp_path):
    def fail(results):
        raise FileNotFoundError(f"no file {tmp_path}/secret/data.npy")

    paper = only(section(check("file", IsTrue(), fail), figures=(Figure("file", "A file.", fail),)))
    reproduce(paper, "smoke", 0, tmp_path)
    for name in ("outcome.json", "report.html"):
        text = (tmp_path / "toy-paper" / name).read_text(encoding="utf-8")
        assert "data.npy" in text
        assert str(tmp_path) not in text


def counting(calls, measure=toy_measure):
    def counted(settings, seed):
        calls.append(seed)
        return measure(settings, seed)

    return counted


def test_what_is_stored_is_not_measured_again(tmp_path):
    calls = []
    paper = only(section(check("mean", AtMost(5), lambda results: results["mean"]), measure=counting(calls)))
    first = reproduce(paper, "smoke", 0, tmp_path)
    written = first.report.stat().st_mtime_ns
    again = reproduce(paper, "smoke", 0, tmp_path)
    assert (calls, again, again.report.stat().st_mtime_ns) == ([0], first, written)
    assert measure(paper, "smoke", 0, tmp_path)["only"]["mean"] == first.further[0].measured
    reproduce(paper, "smoke", 1, tmp_path)
    reproduce(paper, "laptop", 0, tmp_path)
    reproduce(paper, "smoke", 0, tmp_path, again=True)
    assert calls == [0, 1, 0, 0]


def test_other_settings_are_measured_anew(tmp_path):
    calls = []
    part = section(measure=counting(calls))
    reproduce(only(part), "smoke", 0, tmp_path)
    reproduce(only(replace(part, settings={"smoke": ToySettings(30)})), "smoke", 0, tmp_path)
    assert calls == [0, 0]


def test_damaged_results_are_measured_anew(tmp_path):
    calls = []
    paper = only(section(measure=counting(calls)))
    reproduce(paper, "smoke", 0, tmp_path)
    (stored,) = (tmp_path / "results").rglob("*.npz")
    stored.write_bytes(stored.read_bytes()[:100])
    reproduce(paper, "smoke", 0, tmp_path)
    assert calls == [0, 0]


def test_a_killed_run_keeps_its_finished_sections(tmp_path):
    def crash(settings, seed):
        raise KeyboardInterrupt

    calls = []
    whole = {"first": section(measure=counting(calls)), "second": section(measure=crash)}
    with pytest.raises(KeyboardInterrupt):
        reproduce(replace(TOY, statements=(), sections=whole), "smoke", 0, tmp_path)
    whole = {"first": whole["first"], "second": section(measure=counting(calls))}
    reproduce(replace(TOY, statements=(), sections=whole), "smoke", 0, tmp_path)
    assert calls == [0, 0]


@pytest.mark.thorough
def test_a_section_by_itself(tmp_path):
    outcome = reproduce(TOY, "smoke", 0, tmp_path, sections=["others"])
    assert outcome.notes == ("Not run: draws.",)
    assert [statement.verdict for statement in outcome.statements] == ["not asked"] * 3
    assert len(list((tmp_path / "results").rglob("*.npz"))) == 1
    whole = reproduce(TOY, "smoke", 0, tmp_path)
    assert whole.notes == ()
    assert reproduce(TOY, "smoke", 0, tmp_path, sections=["others"]).statements == whole.statements
    with pytest.raises(InputError, match="has no section 'other': it has draws, others"):
        reproduce(TOY, "smoke", 0, tmp_path, sections=["other"])


def test_several_seeds_give_shares_and_spreads(tmp_path):
    bound = check("positive", AtLeast(0.0), lambda results: results["mean"])
    outcome = reproduce(only(section(bound)), "smoke", 0, tmp_path, seeds=range(5))
    means = [np.random.default_rng(seed).normal(size=20).mean() for seed in range(5)]
    (judgement,) = outcome.further
    assert judgement.share == f"{sum(mean >= 0 for mean in means)} of 5"
    assert judgement.held == (means[0] >= 0)
    assert outcome.seed == 0
    page = outcome.report.read_text(encoding="utf-8")
    assert f"held in {judgement.share} seeds" in page
    assert judgement.spread in page
    assert reproduce(only(section(bound)), "smoke", 3, tmp_path).further[0].share == ""


@pytest.mark.thorough
def test_a_report_is_drawn_anew_without_measuring(tmp_path):
    with pytest.raises(InputError, match="run bouton reproduce toy-paper first"):
        report(TOY, "smoke", tmp_path)
    first = reproduce(TOY, "smoke", 2, tmp_path)

    def never(settings, seed):
        raise AssertionError("nothing must be measured")

    later = {
        name: replace(part, measure=never, settings={"smoke": ToySettings(7)}) for name, part in TOY.sections.items()
    }
    drawn = report(replace(TOY, sections=later), "smoke", tmp_path)
    assert drawn.judgements == first.judgements
    assert drawn.seed == 2
    assert "Measured with other sources, settings or versions" in drawn.notes[0]


@pytest.mark.parametrize("value", [object(), np.array([object()]), {"a": [{1, 2}]}, lambda: 0])
def test_results_that_cannot_be_stored_are_refused_by_their_place(tmp_path, value):
    paper = only(section(measure=lambda settings, seed: {"fine": 1, "odd": value}))
    with pytest.raises(InputError, match=r"results\['odd'\].* must be a plain value or an array"):
        reproduce(paper, "smoke", 0, tmp_path)


def test_results_come_back_as_they_were(tmp_path):
    results = {
        "numbers": (1, 2.5, float("inf"), None, True, "text"),
        "nested": {"a": [np.arange(3), {"b": np.float32(0.1)}], 3: "three", ("x", 1): ()},
        "words": np.array(["a", "bc"]),
        "complex": np.array([1 + 2j], np.complex64),
        "empty": np.zeros((0, 3), np.int8),
    }
    found = measure(only(section(measure=lambda settings, seed: results)), "smoke", 0, tmp_path)["only"]
    assert list(found) == list(results)
    assert found["numbers"] == results["numbers"]
    assert found["nested"][3], found["nested"]["x", 1] == ("three", ())
    assert found["nested"]["a"][1]["b"] == np.float32(0.1)
    assert type(found["nested"]["a"][1]["b"]) is np.float32
    for name in ("words", "complex", "empty"):
        np.testing.assert_array_equal(found[name], results[name], strict=True)


def test_a_crash_leaves_no_report(tmp_path):
    def crash(settings, seed):
        raise RuntimeError("the experiment broke")

    with pytest.raises(RuntimeError, match="broke"):
        reproduce(only(section(measure=crash)), "smoke", 0, tmp_path / "new" / "reports")
    assert files_in(tmp_path) == []


@pytest.mark.thorough
def test_a_crash_leaves_an_older_report_as_it_was(tmp_path):
    def crash(settings, seed):
        raise KeyboardInterrupt

    reproduce(TOY, "smoke", 0, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path) if (tmp_path / name).is_file()}
    with pytest.raises(KeyboardInterrupt):
        reproduce(only(section(measure=crash)), "smoke", 1, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_results_that_are_no_mapping_are_refused_and_leave_nothing(tmp_path):
    with pytest.raises(InputError, match="must be a mapping, got list"):
        reproduce(only(section(measure=lambda settings, seed: [1, 2])), "smoke", 0, tmp_path)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("place", ["file", "file/below", "reports"])
def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "reports" / "toy-paper").mkdir(parents=True)
    (tmp_path / "reports" / "toy-paper" / "report.html").mkdir()
    before = files_in(tmp_path)

    def never(settings, seed):
        raise AssertionError("nothing must be measured")

    with pytest.raises(InputError, match=r"cannot write to the folder|is a folder"):
        reproduce(only(section(measure=never)), "smoke", 0, tmp_path / place)
    assert files_in(tmp_path) == before


def test_a_figure_that_fails_is_reported_and_the_rest_stands(tmp_path):
    def fail(results):
        raise ValueError("no ink left")

    paper = only(section(figures=(Figure("broken", "Look for ink.", fail), FIGURE)))
    outcome = reproduce(paper, "smoke", 0, tmp_path)
    assert outcome.figure_errors == {"only.broken": "ValueError: no ink left"}
    written = strict_loads(tmp_path / "toy-paper" / "outcome.json")
    assert written["figures"] == [
        {"name": "only.broken", "error": "ValueError: no ink left"},
        {"name": "only.samples", "error": None},
    ]
    page = outcome.report.read_text(encoding="utf-8")
    assert "could not be drawn: ValueError: no ink left" in page
    assert page.count("data:image/") == 2


@pytest.mark.thorough
def test_the_main_figure_comes_first(tmp_path):
    paper = replace(TOY, sections={"a": section(figures=(replace(FIGURE, name="x"), FIGURE))}, statements=())
    reproduce(replace(paper, main_figure=("a", "samples")), "smoke", 0, tmp_path)
    written = strict_loads(tmp_path / "toy-paper" / "outcome.json")
    assert [figure["name"] for figure in written["figures"]] == ["a.samples", "a.x"]


def test_without_figures_old_thumbnails_go(tmp_path):
    reproduce(TOY, "smoke", 0, tmp_path)
    reproduce(only(section()), "smoke", 0, tmp_path)
    assert files_in(tmp_path / "toy-paper") == ["outcome.json", "report.html"]


def test_the_locality_table_comes_from_the_audit_and_says_nothing_twice(tmp_path):
    paper = only(section(circuits=lambda settings: ("circuit A", "circuit B", "circuit A")))
    reproduce(paper, "smoke", 0, tmp_path, audit=lambda circuit: [{"circuit": circuit, "verdict": "local"}])
    rows = strict_loads(tmp_path / "toy-paper" / "outcome.json")["locality"]
    assert rows == [{"circuit": "circuit A", "verdict": "local"}, {"circuit": "circuit B", "verdict": "local"}]


def test_an_audit_that_fails_is_shown_as_failed(tmp_path):
    def fail(circuit):
        raise TypeError("not a circuit")

    reproduce(only(section(circuits=lambda settings: ("circuit A",))), "smoke", 0, tmp_path, audit=fail)
    page = (tmp_path / "toy-paper" / "report.html").read_text(encoding="utf-8")
    assert "the audit failed: TypeError: not a circuit" in page


@pytest.mark.thorough
def test_the_same_run_gives_the_same_measurements_and_figures(tmp_path):
    pages = []
    for folder in ("one", "two"):
        reproduce(TOY, "smoke", 7, tmp_path / folder)
        outcome = strict_loads(tmp_path / folder / "toy-paper" / "outcome.json")
        outcome.pop("seconds")
        outcome.pop("stamp")
        pages.append((outcome, (tmp_path / folder / "toy-paper" / "thumbnail-light.png").read_bytes()))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("scale", "seed", "message"),
    [("huge", 0, "scale must be one of smoke, laptop, paper"), ("smoke", -1, "seed must not")],
)
def test_a_wrong_scale_or_seed_is_refused(tmp_path, scale, seed, message):
    with pytest.raises(InputError, match=message):
        reproduce(TOY, scale, seed, tmp_path)
    assert files_in(tmp_path) == []


def test_a_missing_package_is_named_with_its_extra(tmp_path):
    paper = replace(TOY, requires=(Requirement("json", "data"), Requirement("no_such_package", "parquet")))
    with pytest.raises(MissingDependencyError, match=r"no_such_package: pip install 'bouton\[parquet\]'"):
        reproduce(paper, "smoke", 0, tmp_path)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Toy Paper"}, "lower-case"),
        ({"name": "../toy"}, "lower-case"),
        ({"sections": {}}, "at least one section"),
        ({"sections": ("a", "b", "a")}, "'a' occurs twice"),
        ({"statements": TOY.statements * 2}, "'large' occurs twice"),
    ],
)
def test_a_paper_is_checked_when_it_is_made(change, message):
    with pytest.raises(InputError, match=message):
        replace(TOY, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {}}, "got none"),
        ({"settings": {"huge": ToySettings()}}, "got huge"),
        ({"checks": (MEAN, MEAN)}, "'mean' occurs twice"),
        ({"figures": (FIGURE, FIGURE)}, "'samples' occurs twice"),
        ({"breaks": {}}, "each check needs results that break it"),
        ({"breaks": {"mean": {}, "other": {}}}, "'other'"),
    ],
)
def test_a_section_is_checked_when_it_is_made(change, message):
    with pytest.raises(InputError, match=message):
        replace(section(MEAN), **change)


def test_a_check_that_bears_on_no_statement_is_refused():
    with pytest.raises(InputError, match=r"only\.mean of toy-paper bears on no statement: 'numbers'"):
        only(section(MEAN)).section("only")


@pytest.mark.parametrize(("kind", "source", "message"), [("rumour", "x", "got 'rumour'"), ("paper", " ", "must say")])
def test_a_basis_is_known_and_says_where(kind, source, message):
    with pytest.raises(InputError, match=message):
        basis.Basis(kind, source)


def test_citations():
    assert TOY.citation == "Lovelace & Babbage 1843"
    assert replace(TOY, authors=("Ada Lovelace",)).citation == "Lovelace 1843"
    assert replace(TOY, authors=("van Hemmen, J. Leo", "B", "C")).citation == "van Hemmen et al. 1843"


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_rounding_for_the_reader_never_contradicts_the_verdict(bound, value):
    judgement = judge(check("bound", AtLeast(bound), lambda results: value), {})
    shown = float(judgement.shown.replace("\N{MINUS SIGN}", "-").replace(" × 10", "e").translate(SUPERSCRIPTS))
    assert judgement.held == (value >= bound)
    assert (shown >= bound) == judgement.held


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("value", [np.bool_(True), np.array(True), [np.bool_(True)]])
def test_truth_values_of_numpy_are_truth_values(value):
    assert judge(check("truth", IsTrue(), lambda results: value), {}).held


@pytest.mark.parametrize("value", [np.int64(5), np.float32(5), np.array(5), np.array([5, 5]), (5, np.int8(5))])
def test_numbers_of_numpy_are_numbers(value):
    assert judge(check("number", Equals(5), lambda results: value), {}).held
