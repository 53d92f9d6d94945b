"""Progress where there is no terminal: a line every half minute, and one at the end."""

import pytest

from bouton.engine import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def lines(capsys):
    return capsys.readouterr().err.splitlines()


def test_a_log_gets_a_line_every_half_minute(clock, capsys):
    with progress.ProgressBar(True, 1000, 0) as bar:
        for step in range(10, 1001, 10):
            clock[0] += 1.0
            bar.update(step, lambda: {"units": 3.0})
    assert lines(capsys) == [
        "learning: 300/1000, 0:01:10 left, 10/s, units 3",
        "learning: 600/1000, 0:00:40 left, 10/s, units 3",
        "learning: 900/1000, 0:00:10 left, 10/s, units 3",
        "learning: 1000/1000, 10/s, units 3",
    ]


def test_a_stream_of_unknown_length_says_how_far_it_is(clock, capsys):
    with progress.ProgressBar(True, None, 50) as bar:
        clock[0] = 31.0
        bar.update(360, dict)
        bar.update(361, dict)
    assert lines(capsys) == ["learning: 360, 10/s", "learning: 361, 10/s"]


def test_what_ended_with_a_line_says_no_more(clock, capsys):
    with progress.ProgressBar(True, 100, 0) as bar:
        clock[0] = 40.0
        bar.update(100, dict)
    assert len(lines(capsys)) == 1


def test_nothing_is_said_unasked(clock, capsys):
    with progress.ProgressBar(False, 100, 0) as bar:
        clock[0] = 40.0
        bar.update(100, lambda: pytest.fail("figures are not computed"))
    assert lines(capsys) == []
