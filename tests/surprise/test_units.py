"""What a series has in common is no matter: not its level, not its scale, at no door; or the series is refused."""

import jax
import numpy as np
import pytest

import bouton
from bouton.cli import main
from bouton.errors import InputError
from bouton.surprise import (
    GaussianMean,
    MessagePassing,
    Tracker,
    WithGaps,
    detected_changes,
    family_for,
    filter_for,
    sightings,
)

RNG = np.random.default_rng(1)
SERIES = np.r_[RNG.normal(0, 1, 100), RNG.normal(6, 1, 100), RNG.normal(-3, 1, 100)]
OFFSETS = [(1e8, 1), (1.7e9, 1), (0, 1e25), (0, 1e-25), (1e30, 1e25), (-5e12, 1e3)]
FILTERS = [("gaussian", m) for m in ("messages", "variational", "particles", "stratified", "leaky", "delta", "smile")]
FILTERS += [("gaussian-unknown", method) for method in ("messages", "variational", "particles", "stratified")]


def followed(series, family, method):
    return Tracker(filter_for(family_for(series, family), method)).filter(series)


@pytest.mark.thorough
@pytest.mark.parametrize(("family", "method"), FILTERS)
def test_level_and_scale_are_no_matter(family, method):
    plain = followed(SERIES, family, method)
    for level, scale in OFFSETS:
        found = followed(level + scale * SERIES, family, method)
        np.testing.assert_array_equal(detected_changes(found), detected_changes(plain))
        mean, expected = (each.estimate.reshape(len(SERIES), -1)[:, 0] for each in (found, plain))
        np.testing.assert_allclose((mean - level) / scale, expected, rtol=0, atol=1e-4)
        if method != "leaky":
            np.testing.assert_allclose(found.shannon - np.log(scale), plain.shannon, rtol=0, atol=1e-3)
            deviation, expected = (each.deviation.reshape(len(SERIES), -1)[:, 0] for each in (found, plain))
            np.testing.assert_allclose(deviation / scale, expected, rtol=1e-3)
        if family == "gaussian-unknown":
            np.testing.assert_allclose(found.estimate[:, 1] * scale**2, plain.estimate[:, 1], rtol=1e-3)


@pytest.mark.thorough
def test_one_by_one_and_side_by_side_are_as_good():
    kind = MessagePassing(GaussianMean(1.0, 1e9, 5.0), 0.01, 50)
    whole = Tracker(kind).filter(1e9 + SERIES)
    single, both = Tracker(kind), Tracker(kind, n_streams=2)
    one_by_one = [float(single.update(1e9 + y).estimate) for y in SERIES]
    side_by_side = both.filter(1e9 + np.c_[SERIES, SERIES]).estimate[:, 1]
    # To the rounding of single precision around 0, where numbers at 1e9 are 64 apart.
    np.testing.assert_allclose(one_by_one, whole.estimate, rtol=0, atol=1e-5)
    np.testing.assert_allclose(side_by_side, whole.estimate, rtol=0, atol=1e-5)
    near = Tracker(MessagePassing(GaussianMean(1.0, 0.0, 5.0), 0.01, 50))
    near.filter(SERIES)
    assert float(single.surprise(1e9 + 3.0).shannon) == pytest.approx(float(near.surprise(3.0).shannon), abs=1e-4)


@pytest.mark.thorough
def test_whole_numbers_beyond_doubles_keep_their_differences():
    level = 1_700_000_000_000_000_000  # nanoseconds, where doubles are 256 apart
    steps = np.round(100 * SERIES).astype(np.int64)
    found = Tracker(MessagePassing(GaussianMean(100.0, float(level), 500.0), 0.01, 50)).filter(level + steps)
    plain = Tracker(MessagePassing(GaussianMean(100.0, 0.0, 500.0), 0.01, 50)).filter(steps)
    np.testing.assert_array_equal(found["log_bayes_factor"], plain["log_bayes_factor"])


def test_missing_observations_stay_missing_at_a_high_level():
    series = np.where(np.arange(300) % 7 == 3, np.nan, SERIES)
    kind = filter_for(GaussianMean(1.0, 1e9, 5.0), "variational")
    found = Tracker(kind, missing="skip").filter(1e9 + series)
    assert found["log_bayes_factor"][3] == 0
    assert np.isfinite(found.estimate).all()


@pytest.mark.thorough
def test_numbers_too_coarse_for_the_noise_are_refused():
    kind = MessagePassing(GaussianMean(1.0), 0.01, 50)
    words = r"observation at \[0\] lies 1e\+09 .* float32 are 64 apart, against a deviation of the noise of 1"
    with pytest.raises(InputError, match=words):
        Tracker(kind).filter(1e9 + SERIES)
    with pytest.raises(InputError, match=words):
        Tracker(kind).update(1e9)
    for circuit, events in [(kind, 1e9 + SERIES), (WithGaps(kind), sightings(kind.family, 1e9 + SERIES))]:
        with pytest.raises(InputError, match="take off what the observations have in common"):
            bouton.run(circuit, events, key=jax.random.key(0))


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_double_precision_takes_them():
    kind = MessagePassing(GaussianMean(1.0, prior_deviation=1e9), 0.01, 50)
    assert detected_changes(Tracker(kind).filter(1e9 + SERIES)).tolist() == [100, 200]


@pytest.mark.thorough
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_command_line_has_both_precisions(tmp_path, capsys, precision):
    np.save(tmp_path / "y.npy", SERIES + 1e9)
    before = jax.config.jax_enable_x64
    try:
        with pytest.raises(SystemExit) as done:
            main(["surprise", str(tmp_path / "y.npy"), "--out", str(tmp_path / "s"), "--precision", precision])
    finally:
        jax.config.update("jax_enable_x64", before)
    assert done.value.code == 0
    assert "changes noticed: 3" in capsys.readouterr().out
