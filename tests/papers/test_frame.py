"""The frame of a paper, on a toy paper: running, judging, and writing whole reports or none."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.errors import InputError, MissingDependencyError
from bouton.papers import AtLeast, AtMost, Claim, Decreasing, Equals, Figure, IsTrue, Paper, Requirement, reproduce


@dataclass(frozen=True)
class ToySettings:
    n_samples: int = 20
    rates: tuple[float, ...] = (0.1, math.nan)


def toy_experiment(settings, seed, progress):
    progress("sampling", 0.5)
    samples = np.random.default_rng(seed).normal(size=settings.n_samples)
    return {"samples": samples, "mean": samples.mean(), "falling": np.array([3.0, 2.0, 1.0])}


def toy_figure(results):
    from bouton.report import figures

    return figures.curves(np.arange(len(results["samples"])), {"samples": results["samples"]})


def claim(name, relation, measure):
    return Claim(name, f"The claim {name}.", 1.0, "the toy paper, section 2", relation, measure)


TOY = Paper(
    name="toy-paper",
    title="A Toy Paper",
    authors=("Lovelace, Ada", "Charles Babbage"),
    year=1843,
    topic="similarity",
    bibtex="@article{toy, title = {A Toy Paper}}",
    url="https://doi.org/10.0000/toy",
    summary="Draws numbers.",
    scales={"smoke": ToySettings(), "laptop": ToySettings(200), "paper": ToySettings(2000)},
    experiment=toy_experiment,
    claims=(
        claim("mean", AtMost(5), lambda results: results["mean"]),
        claim("falls", Decreasing(), lambda results: results["falling"]),
        claim("impossible", AtLeast(10), lambda results: results["mean"]),
        claim("nan", AtLeast(0), lambda results: np.float32(np.nan)),
        claim("broken", IsTrue(), lambda results: results["absent"]),
    ),
    figures=(Figure("samples", "Look at the samples.", toy_figure),),
)


def strict_loads(path: Path):
    def refuse(literal):
        raise AssertionError(f"{literal} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def files_in(folder: Path):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_reproduction_judges_and_writes(tmp_path):
    stages = []
    outcome = reproduce(TOY, "smoke", 3, tmp_path, progress=lambda stage, fraction=None: stages.append(stage))
    assert [judgement.held for judgement in outcome.judgements] == [True, True, False, False, False]
    assert (outcome.claims_held, outcome.claims_total) == (2, 5)
    assert outcome.figure_errors == {}
    assert stages[0] == "sampling"
    assert outcome.report == tmp_path / "toy-paper" / "report.html"
    assert files_in(tmp_path) == [
        "index.html",
        "toy-paper",
        "toy-paper/outcome.json",
        "toy-paper/report.html",
        "toy-paper/thumbnail-dark.png",
        "toy-paper/thumbnail-light.png",
    ]
    page = outcome.report.read_text(encoding="utf-8")
    assert "2 of 5" in page
    assert "Ada Lovelace, Charles Babbage, 1843" in page


def test_the_outcome_is_strict_and_complete_json(tmp_path):
    reproduce(TOY, "smoke", 3, tmp_path)
    outcome = strict_loads(tmp_path / "toy-paper" / "outcome.json")
    assert outcome["format"] == 1
    assert (outcome["name"], outcome["title"], outcome["scale"], outcome["seed"]) == TOY_RUN
    assert outcome["settings"] == {"n_samples": 20, "rates": [0.1, "nan"]}
    assert set(outcome["versions"]) == VERSIONS
    assert (outcome["claims_held"], outcome["claims_total"], outcome["float_width"]) == (2, 5, 32)
    assert outcome["seconds"] >= 0
    columns = {"name", "statement", "published", "source", "measured", "tolerance", "held", "remark"}
    assert all(set(row) == columns for row in outcome["claims"])
    measured = {row["name"]: row["measured"] for row in outcome["claims"]}
    assert measured["falls"] == [3.0, 2.0, 1.0]
    assert measured["nan"] == "nan"
    assert measured["broken"] == "could not be measured: KeyError: 'absent'"


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

    paper = replace(TOY, claims=(claim("file", IsTrue(), fail),), figures=(Figure("file", "A file.", fail),))
    reproduce(paper, "smoke", 0, tmp_path)
    for name in ("outcome.json", "report.html"):
        text = (tmp_path / "toy-paper" / name).read_text(encoding="utf-8")
        assert "data.npy" in text
        assert str(tmp_path) not in text


def test_a_crash_leaves_no_report(tmp_path):
    def crash(settings, seed, progress):
        raise RuntimeError("the experiment broke")

    with pytest.raises(RuntimeError, match="broke"):
        reproduce(replace(TOY, experiment=crash), "smoke", 0, tmp_path / "new" / "reports")
    assert files_in(tmp_path) == []


def test_a_crash_leaves_an_older_report_as_it_was(tmp_path):
    def crash(settings, seed, progress):
        raise KeyboardInterrupt

    reproduce(TOY, "smoke", 0, tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files_in(tmp_path) if (tmp_path / name).is_file()}
    with pytest.raises(KeyboardInterrupt):
        reproduce(replace(TOY, experiment=crash), "smoke", 1, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert len(files_in(tmp_path)) == len(before) + 1


def test_results_that_are_no_mapping_are_refused_and_leave_nothing(tmp_path):
    paper = replace(TOY, experiment=lambda settings, seed, progress: [1, 2])
    with pytest.raises(InputError, match="must return a mapping, got list"):
        reproduce(paper, "smoke", 0, tmp_path)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("place", ["file", "file/below", "reports"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_experiment(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "reports" / "toy-paper").mkdir(parents=True)
    (tmp_path / "reports" / "toy-paper" / "report.html").mkdir()
    before = files_in(tmp_path)

    def never(settings, seed, progress):
        raise AssertionError("the experiment must not start")

    with pytest.raises(InputError, match=r"cannot write to the folder|is a folder"):
        reproduce(replace(TOY, experiment=never), "smoke", 0, tmp_path / place)
    assert files_in(tmp_path) == before


def test_a_figure_that_fails_is_reported_and_the_rest_stands(tmp_path):
    def fail(results):
        raise ValueError("no ink left")

    paper = replace(TOY, figures=(Figure("broken", "Look for ink.", fail), *TOY.figures))
    outcome = reproduce(paper, "smoke", 0, tmp_path)
    assert outcome.figure_errors == {"broken": "ValueError: no ink left"}
    written = strict_loads(tmp_path / "toy-paper" / "outcome.json")
    assert written["figures"] == [
        {"name": "broken", "error": "ValueError: no ink left"},
        {"name": "samples", "error": None},
    ]
    page = outcome.report.read_text(encoding="utf-8")
    assert "could not be drawn: ValueError: no ink left" in page
    assert page.count("data:image/") == 2


def test_without_figures_old_thumbnails_go(tmp_path):
    reproduce(TOY, "smoke", 0, tmp_path)
    reproduce(replace(TOY, figures=()), "smoke", 0, tmp_path)
    assert files_in(tmp_path / "toy-paper") == ["outcome.json", "report.html"]


def test_the_locality_table_comes_from_the_audit(tmp_path):
    paper = replace(TOY, circuits=lambda settings: ("circuit A", "circuit B"))
    reproduce(paper, "smoke", 0, tmp_path, audit=lambda circuit: [{"circuit": circuit, "verdict": "local"}])
    rows = strict_loads(tmp_path / "toy-paper" / "outcome.json")["locality"]
    assert rows == [{"circuit": "circuit A", "verdict": "local"}, {"circuit": "circuit B", "verdict": "local"}]


def test_an_audit_that_fails_is_shown_as_failed(tmp_path):
    def fail(circuit):
        raise TypeError("not a circuit")

    paper = replace(TOY, circuits=lambda settings: ("circuit A",))
    reproduce(paper, "smoke", 0, tmp_path, audit=fail)
    page = (tmp_path / "toy-paper" / "report.html").read_text(encoding="utf-8")
    assert "the audit failed: TypeError: not a circuit" in page


def test_the_same_run_gives_the_same_measurements_and_figures(tmp_path):
    pages = []
    for folder in ("one", "two"):
        reproduce(TOY, "smoke", 7, tmp_path / folder)
        outcome = strict_loads(tmp_path / folder / "toy-paper" / "outcome.json")
        outcome.pop("seconds")
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
        ({"scales": {}}, "scales of toy-paper"),
        ({"scales": {"huge": ToySettings()}}, "got huge"),
        ({"claims": ()}, "at least one claim"),
        ({"claims": TOY.claims * 2}, "'broken' occurs twice"),
        ({"figures": TOY.figures * 2}, "'samples' occurs twice"),
    ],
)
def test_a_paper_is_checked_when_it_is_made(change, message):
    with pytest.raises(InputError, match=message):
        replace(TOY, **change)


def test_citations():
    assert TOY.citation == "Lovelace & Babbage 1843"
    assert replace(TOY, authors=("Ada Lovelace",)).citation == "Lovelace 1843"
    assert replace(TOY, authors=("van Hemmen, J. Leo", "B", "C")).citation == "van Hemmen et al. 1843"


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_rounding_for_the_reader_never_contradicts_the_verdict(bound, value):
    judgement = claim("bound", AtLeast(bound), lambda results: value).judge({})
    shown = float(judgement.shown.replace("\N{MINUS SIGN}", "-").replace(" × 10", "e").translate(SUPERSCRIPTS))
    assert judgement.held == (value >= bound)
    assert (shown >= bound) == judgement.held


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize("value", [np.bool_(True), np.array(True), [np.bool_(True)]])
def test_truth_values_of_numpy_are_truth_values(value):
    assert claim("truth", IsTrue(), lambda results: value).judge({}).held


@pytest.mark.parametrize("value", [np.int64(5), np.float32(5), np.array(5), np.array([5, 5]), (5, np.int8(5))])
def test_numbers_of_numpy_are_numbers(value):
    assert claim("number", Equals(5), lambda results: value).judge({}).held


def test_claims_are_asked_only_at_the_scales_at_which_they_can_be_measured(tmp_path):
    large = replace(claim("large", AtLeast(0.0), lambda results: results["mean"]), scales=("paper",))
    paper = replace(TOY, claims=(*TOY.claims, large))
    assert large not in paper.claims_at("smoke")
    assert large in paper.claims_at("paper")
    outcome = reproduce(paper, "smoke", 0, tmp_path)
    assert "large" not in {judgement.name for judgement in outcome.judgements}
    assert outcome.claims_total == len(TOY.claims)
