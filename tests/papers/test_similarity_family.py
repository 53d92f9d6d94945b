"""The page of the similarity matching family: a whole smoke run, every claim measured, every figure drawn."""

import json
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._similarity_family.sections import SECTIONS

PAPER = load("similarity-matching-family")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    outcome = reproduce(PAPER, "smoke", 0, folder)
    return outcome, json.loads(
        (folder / "similarity-matching-family" / "outcome.json").read_text(encoding="utf-8"), parse_constant=int
    )


def test_every_claim_is_measured_and_every_figure_drawn(smoke):
    outcome, written = smoke
    assert outcome.figure_errors == {}
    unmeasured = [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])]
    assert unmeasured == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke")) > 0
    assert all("problem" not in row for row in written["locality"])


def test_only_the_fast_form_of_what_is_here_is_not_local(smoke):
    own = ("SimilarityMatching", "PrincipalSubspaceNetwork", "WhiteningNetwork", "SourceSeparationNetwork")
    verdicts = {}
    for row in smoke[1]["locality"]:
        verdicts.setdefault(row["circuit"], []).append(row["verdict"])
    for circuit in (*own, "NonnegativeSimilarityMatching", "SparseDictionaryNetwork"):
        assert set(verdicts[circuit]) == {"local"}
    assert any(verdict.startswith("NOT LOCAL") for verdict in verdicts["FastSimilarityMatching"])


def test_what_does_not_depend_on_the_scale_holds_at_the_smallest(smoke):
    held = {judgement.name: judgement.held for judgement in smoke[0].judgements}
    scale_free = ("principal.fast", "dictionary.threshold")
    assert {name: held[name] for name in scale_free} == dict.fromkeys(scale_free, True)


@pytest.mark.parametrize("name", SECTIONS)
def test_names_begin_with_the_section(name):
    section = SECTIONS[name]
    named = [part.name for part in (*section.CLAIMS, *section.FIGURES)]
    assert named
    assert all(part.startswith((f"{name}.", f"{name}-")) for part in named)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_setting_is_plain(name):
    for settings in SECTIONS[name].SCALES.values():
        assert is_dataclass(settings)
        values = [getattr(settings, field.name) for field in fields(settings)]
        assert all(isinstance(value, int | float | str | tuple) for value in values)


def test_the_same_seed_gives_the_same_results():
    from bouton.papers._similarity_family import separation

    settings = separation.SCALES["smoke"]
    first, second, other = (separation.measure(settings, seed) for seed in (3, 3, 4))
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)
    assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_receptive_fields_of_known_shape_are_measured():
    from bouton.papers._similarity_family.ring import shapes

    degrees = np.arange(360)
    one = ((degrees < 30) | (degrees >= 330)).astype(float)
    two = ((degrees < 10) | ((degrees >= 100) & (degrees < 120))).astype(float)
    silent = np.zeros(360)
    widths, bumps = shapes(np.stack([one, two, silent], axis=1))
    assert widths.tolist() == [60, 30]
    assert bumps.tolist() == [1, 2]
