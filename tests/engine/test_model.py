import json

import jax
import numpy as np
import pytest
from toys import ToyCircuit

import bouton
from bouton.engine import _files
from bouton.engine.describe import describe, difference, rebuild
from bouton.errors import CheckpointError
from catalogue import rules

KEY = jax.random.key(0)


def leaves(tree):
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(tree)]


@pytest.mark.thorough
def test_a_circuit_of_boutons_own_comes_back_from_the_file_alone(tmp_path):
    circuit = bouton.similarity.SNMFNetwork(
        n_inputs=4, n_outputs=3, start="random", dynamics=bouton.dynamics.CoordinateDescent(tolerance=1e-3)
    )
    state = bouton.run(circuit, np.random.default_rng(0).normal(size=(50, 4)), key=KEY).state
    bouton.save(tmp_path, circuit, state, data="noise")
    found, found_state = bouton.load(tmp_path)
    assert found == circuit
    assert type(found_state) is type(state)
    assert leaves(found_state) == leaves(state)
    assert json.loads((tmp_path / "model.json").read_text())["facts"] == {"data": "noise"}
    x = np.ones((2, 4), np.float32)
    np.testing.assert_array_equal(bouton.respond(found, found_state, x), bouton.respond(circuit, state, x))


def test_a_circuit_of_ones_own_must_be_handed_over(tmp_path):
    circuit = ToyCircuit()
    state = circuit.init(KEY)
    bouton.save(tmp_path, circuit, state)
    with pytest.raises(CheckpointError, match=r"toys:ToyCircuit is not part of bouton: build the circuit yourself"):
        bouton.load(tmp_path)
    assert leaves(bouton.load(tmp_path, circuit)[1]) == leaves(state)
    with pytest.raises(CheckpointError, match="n_outputs is 3 there and 9 here"):
        bouton.load(tmp_path, ToyCircuit(n_outputs=9))


def test_classes_are_named_as_users_import_them():
    found = describe(bouton.plasticity.Oja(rate=0.5))
    assert found == {"class": "bouton.plasticity:Oja", "fields": {"rate": 0.5}}
    assert describe(bouton.data.random_lines)["function"] == "bouton.data:random_lines"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("bouton.plasticity.rules", "Oja"),
        ("bouton.plasticity.homeostasis", "BCM"),
        ("bouton.plasticity.stdp", "PairSTDP"),
        ("bouton.plasticity.rates", "LearningRate"),
    ],
)
def test_files_that_name_the_module_of_a_class_before_it_moved_are_read(module, name):
    kind = getattr(bouton.plasticity, name)
    made = [row.make() for row in rules.ROWS.values()] + [bouton.plasticity.LearningRate(0.1)]
    present = describe(next(each for each in made if type(each) is kind))
    stored = present | {"class": f"{module}:{name}"}
    assert type(rebuild(stored, {})) is kind
    assert difference(stored, present) == ""


def test_a_circuit_saved_under_the_modules_of_its_parts_is_the_same_circuit(tmp_path):
    circuit = bouton.similarity.SNMFNetwork(n_inputs=2, n_outputs=2)
    state = circuit.init(KEY)
    bouton.save(tmp_path, circuit, state)
    text = (tmp_path / "model.json").read_text()
    content = _files.read_json(tmp_path / "model.json")
    assert '"bouton.similarity:SNMFNetwork"' in text
    content["circuit"]["class"] = "bouton.similarity.snmf:SNMFNetwork"
    _files.write_json(tmp_path / "model.json", content)
    for found, found_state in (bouton.load(tmp_path), bouton.load(tmp_path, circuit)):
        assert found == circuit
        assert leaves(found_state) == leaves(state)


@pytest.mark.parametrize("name", ["bouton.engine.describe:json.dumps", "os:system", "bouton.similarity:SNMFState"])
def test_a_file_cannot_name_other_code(tmp_path, name):
    circuit = bouton.similarity.SNMFNetwork(n_inputs=2, n_outputs=2)
    bouton.save(tmp_path, circuit, circuit.init(KEY))
    content = _files.read_json(tmp_path / "model.json")
    content["circuit"]["class"] = name
    _files.write_json(tmp_path / "model.json", content)
    with pytest.raises(CheckpointError, match=r"not part of bouton|not a module of bouton|has no|is no circuit"):
        bouton.load(tmp_path)


def test_missing_and_damaged_models_are_errors(tmp_path):
    with pytest.raises(CheckpointError, match=r"cannot read .*model\.json: No such file"):
        bouton.load(tmp_path)
    circuit = bouton.similarity.SNMFNetwork(n_inputs=2, n_outputs=2)
    bouton.save(tmp_path, circuit, circuit.init(KEY))
    (tensors,) = tmp_path.glob("model-*.safetensors")
    tensors.write_bytes(tensors.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"model-.*\.safetensors is damaged"):
        bouton.load(tmp_path)
