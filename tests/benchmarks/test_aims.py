"""Aims are judged by the figures: on made-up ones, where it is known what holds."""

import pytest
from benchmarks.names import AUTO, BLOCKED, BLOCKS, BOUTON, FASTMATH, LAYER_PLAIN, NUMPY, PLAIN, PRODUCTS

from benchmarks import aims


def problem(name, times, **more):
    contenders = [{"name": who, "microseconds_per_sample": {"median": time}} for who, time in times.items()]
    return {"name": name, "dtype": "float32", "threads": 1, "contenders": contenders} | more


def step(name, bouton=1.0, fastmath=1.5, numpy=50.0, plain=1.0, blocked=1.0):
    times = {BOUTON: bouton, PLAIN: plain, BLOCKED: blocked, FASTMATH: fastmath, NUMPY: numpy}
    return problem(name, {who: time for who, time in times.items() if time is not None})


def layer(name, plain=6.0, auto=2.0, block=2.0, products=1.0):
    times = {LAYER_PLAIN: plain, AUTO: auto} | dict.fromkeys(BLOCKS, 10 * plain) | {BLOCKS[2]: block}
    return problem(name, times | {PRODUCTS: products}, active_fraction=1.0)


def pynsm(*ratios):
    contenders = [{"name": "bouton", "ratio": 1.0}, *({"name": "pynsm", "ratio": ratio} for ratio in ratios)]
    return {"threads": 2, "problems": [{"name": "64x16", "contenders": contenders}]}


def judged(cases=(), weights=(), nonnegative=()):
    found = aims.judged({"cases": list(cases), "weights": list(weights), "nonnegative": list(nonnegative)})
    return dict(zip(("fastmath", "large", "numpy", "pynsm", "blocks", "auto", "products"), found, strict=True))


def test_nothing_measured_is_neither_held_nor_missed():
    for each in judged(nonnegative=[{"threads": 1, "problems": []}]).values():
        assert each["held"] is None
        assert each["figures"] == []


def test_small_shapes_leave_the_aims_for_large_ones_open():
    found = judged([step("64x16")], [layer("64x16")])
    assert {name for name, each in found.items() if each["held"] is None} == {"large", "pynsm", "blocks", "products"}


def test_the_worst_figure_comes_first_and_decides():
    outcome = judged([step("784x50", fastmath=3.0), step("64x16", fastmath=0.5), step("3072x400")])["fastmath"]
    assert outcome["held"] is False
    assert outcome["figures"] == [
        ("64x16, float32, 1 thread", 0.5),
        ("3072x400, float32, 1 thread", 1.5),
        ("784x50, float32, 1 thread", 3.0),
    ]


@pytest.mark.parametrize(("time", "held"), [(2.0, True), (1.99, False)])
def test_an_aim_for_large_shapes_looks_at_those_alone(time, held):
    cases = [step("64x16", fastmath=0.1), step("784x200", fastmath=5.0), step("3072x400", fastmath=time)]
    outcome = judged(cases)["large"]
    assert outcome["held"] is held
    assert len(outcome["figures"]) == 2


def test_without_numba_its_aims_stay_open():
    found = judged([step("784x200", fastmath=None)])
    assert found["fastmath"]["held"] is found["large"]["held"] is None
    assert found["numpy"]["held"] is True


def test_the_fastest_way_of_pynsm_counts():
    found = judged(nonnegative=[pynsm(100.0, 30.0)])["pynsm"]
    assert (found["held"], found["figures"]) == (True, [("64x16, float32, 2 threads", 30.0)])
    assert judged(nonnegative=[pynsm(100.0, 10.0)])["pynsm"]["held"] is False


def test_the_automatic_choice_is_held_against_the_best_of_both():
    good = judged([step("64x16", bouton=1.05)], [layer("64x16", auto=2.1)])["auto"]
    assert good["held"] is True
    assert good["bound"] == 1.1
    bad = judged([step("64x16", bouton=1.05, blocked=0.5)], [layer("64x16", auto=2.1)])["auto"]
    assert bad["held"] is False
    assert bad["figures"][0] == ("64x16, float32, 1 thread", pytest.approx(2.1))


@pytest.mark.parametrize(("block", "blocks", "products"), [(2.0, True, True), (2.5, False, True), (3.1, False, False)])
def test_blocks_at_the_largest_shape(block, blocks, products):
    found = judged(weights=[layer("3072x400", block=block), layer("64x16", block=100.0)])
    assert (found["blocks"]["held"], found["products"]["held"]) == (blocks, products)
    assert found["blocks"]["figures"] == [("3072x400, float32, 1 thread, 100% active", pytest.approx(6 / block))]
    assert found["products"]["figures"][0][1] == pytest.approx(block)
