"""The comparison with PyTorch: our own numbers without a peer, and the same problem for both."""

import json
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import credit, credit_cases

pytestmark = pytest.mark.thorough


def test_layers_that_predict_are_handed_over_with_their_draws(tmp_path):
    credit_cases.write("predictive", tmp_path / "problem.npz")
    given = np.load(tmp_path / "problem.npz")
    net = credit_cases.net_of("predictive", "CLAPP")
    events, state = credit_cases.problem("predictive", net)
    np.testing.assert_array_equal(given["inputs"], events.inputs)
    np.testing.assert_array_equal(given["r2"][1], state.layers[2].retrodiction[1].weight)
    drawn = net.drawn(jax.random.fold_in(credit_cases.KEY, 3))
    assert given["others"].shape == (320, 3, 3, 2, 50)
    assert given["others"][3, 1, 2, 1, 7] == int(50 * drawn.sample[1, 2, 1, 0, 7])
    np.testing.assert_array_equal(given["turns"][3], drawn.turn < 0.5)
    assert len(credit_cases.product_shapes("predictive")) == 3 * (2 + 3 * 4)


def test_without_a_peer_our_own_nets_are_measured(tmp_path, capsys):
    credit.main(quick=True, out=tmp_path / "credit.json")
    assert "PyTorch left out" in capsys.readouterr().out
    rows = json.loads((tmp_path / "credit.json").read_text(encoding="utf-8"))
    assert [row["rule"] for row in rows] == [*credit_cases.RULES["dense"], "matrix products alone"]
    assert all(row["samples per s"] > 0 for row in rows)
    assert all(np.isfinite(row["loss"]) for row in rows if row["who"] == "bouton")


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_the_peer_is_handed_the_same_problem(kind, tmp_path):
    credit_cases.write(kind, tmp_path / "problem.npz")
    given = np.load(tmp_path / "problem.npz")
    net = credit_cases.net_of(kind, "backpropagation")
    events, state = credit_cases.problem(kind, net)
    if kind == "convolution":
        assert given["inputs"].shape[2:] == (3, 14, 14)
        # Of the first square of the first map, the value of channel 2 at row 1, column 0.
        assert given["w0"][5, 2, 1, 0] == state.weights[0][5, (1 * 3 + 0) * 3 + 2]
        assert given["inputs"][0, 1, 2, 3, 4] == events.inputs[0, 1, 3, 4, 2]
    else:
        np.testing.assert_array_equal(given["w1"], state.weights[1])
    last = len(net.stages) - 1
    assert given[f"f{last}"].shape == given[f"w{last}"].shape
    shapes = credit_cases.product_shapes(kind)
    assert len(shapes) == 3 * len(net.stages) - 1
