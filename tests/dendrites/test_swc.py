"""Reconstructed neurons from files."""

import importlib.util
import sys

import numpy as np
import pytest

from bouton.dendrites import Cable, Morphology
from bouton.errors import InputError, MissingDependencyError

needs_morphio = pytest.mark.skipif(importlib.util.find_spec("morphio") is None, reason="MorphIO is not installed")

SWC = """\
# a soma of one point, a dendrite that forks, an axon
1 1 0 0 0 8 -1
2 3 8 0 0 1 1
3 3 58 0 0 1 2
4 3 98 30 0 0.5 3
5 3 98 -30 0 0.5 3
6 3 138 -60 0 0.25 5
7 2 0 -8 0 0.5 1
8 2 0 -60 0 0.5 7
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cell.swc"
    path.write_text(SWC)
    return path


@needs_morphio
def test_a_reconstructed_neuron_becomes_sections(file):
    neuron = Morphology.read(file)
    soma, stem, *forks = neuron.sections
    assert (soma.length, soma.diameters) == (pytest.approx(16.0), (pytest.approx(16.0),) * 2)
    assert (stem.parent, stem.length, stem.diameters) == ("soma", pytest.approx(50.0), (2.0, 2.0))
    assert [fork.parent for fork in forks] == [stem.name] * 2
    assert sorted(fork.length for fork in forks) == pytest.approx([50.0, 100.0])
    assert len(Morphology.read(file, axon=True).sections) == 5
    cable = Cable.of(neuron)
    assert np.asarray(cable.capacitance).sum() > 1e-5 * np.pi * 16**2
    assert 100 < float(cable.input_resistance(0)) < 2000


@needs_morphio
def test_files_that_are_no_neuron_are_refused(tmp_path):
    path = tmp_path / "cell.swc"
    with pytest.raises(InputError, match="cannot be read as a morphology"):
        Morphology.read(path)
    path.write_text("1 1 0 0 0 not-a-radius -1\n")
    with pytest.raises(InputError, match="cannot be read as a morphology"):
        Morphology.read(path)
    path.write_text("1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n")
    with pytest.raises(InputError, match="has no soma of a size"):
        Morphology.read(path)


def test_without_morphio_the_extra_is_named(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "morphio", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'bouton\[morphology\]'"):
        Morphology.read(file)
