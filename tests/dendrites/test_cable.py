"""Compartments: closed forms of passive cables, Rall's equivalent cylinder, reciprocity, and what is refused."""

import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dendrites import Cable, Morphology, MorphologySection, PassiveMembrane, reference_cell
from bouton.errors import InputError


def cylinder(length, diameter, size):
    return Cable.of(Morphology.cylinders([("cable", length, diameter, None)]), {"cable": size})


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_sealed_cylinder_has_the_input_resistance_of_cable_theory_to_second_order():
    membrane = PassiveMembrane()
    assert membrane.length_constant(1.0) == 500.0
    length, diameter = 400.0, 1.0
    infinite = 1e-6 * 2 / np.pi * np.sqrt(1e4 * 100.0) * (diameter * 1e-4) ** -1.5
    exact = infinite / np.tanh(length / membrane.length_constant(diameter))
    errors = []
    for size in (20, 40, 80):
        cable = cylinder(length, diameter, size)
        # All of a current into the very end passes the cytoplasm between it and the centre of the first compartment.
        half = 100.0 * 1e-2 * (length / size / 2) / (np.pi * diameter**2 / 4)
        errors.append(abs(float(cable.input_resistance(0)) + half - exact))
    assert errors[-1] < 1e-4 * exact
    np.testing.assert_allclose(np.array(errors[:-1]) / errors[1:], 4.0, rtol=0.1)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_ralls_tree_is_its_equivalent_cylinder():
    # d^(3/2) = 2 d'^(3/2), and equal electrotonic lengths of both.
    thin = 2.0 * 2 ** (-2 / 3)
    length = 300.0 * np.sqrt(thin / 2.0)
    tree = Morphology.cylinders([("stem", 300, 2, None), ("a", length, thin, "stem"), ("b", length, thin, "stem")])
    errors = []
    for size in (30, 60, 120):
        branched = Cable.of(tree, {"stem": size, "a": size, "b": size})
        current = jnp.zeros(3 * size).at[0].set(0.1)
        one, other = branched.steady(current), cylinder(600.0, 2.0, 2 * size).steady(current[: 2 * size])
        np.testing.assert_allclose(one[size : 2 * size], one[2 * size :], rtol=1e-12)
        errors.append(float(np.abs(one[: 2 * size] / other - 1).max()))
    # Branches are connected to the centre of their parent's last compartment, each by half of its cytoplasm, as if the
    # others took no part in it: an error of first order in the length of a compartment.
    assert errors[-1] < 3e-4
    np.testing.assert_allclose(np.array(errors[:-1]) / errors[1:], 2.0, rtol=0.1)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_transfer_is_reciprocal_and_all_current_leaks():
    cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    places = (0, 14, 100, 190, 270)
    unit = np.zeros((len(cable), len(places)))
    unit[places, range(len(places))] = 1.0
    voltage = np.asarray(cable.steady(jnp.asarray(unit)))
    transfer = voltage[list(places)]
    np.testing.assert_allclose(transfer, transfer.T, rtol=1e-10)
    np.testing.assert_allclose(np.asarray(cable.leak) @ voltage, 1.0, rtol=1e-10)
    np.testing.assert_allclose(transfer[0, 0], 71.3, rtol=0.01)


def test_places_and_ways():
    cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    assert len(cable) == 271
    assert cable.within("basal0").tolist() == list(range(1, 21))
    assert (cable.at("trunk", 0.0), cable.at("trunk", 1.0), cable.at("soma", 0.4)) == (161, 190, 0)
    assert cable.distance[14] == pytest.approx(12.5 + 135.0)
    assert cable.distance[270] == pytest.approx(12.5 + 600 + 195.0)
    with pytest.raises(InputError, match=r"a position on trunk must be between 0 and 1, got 1\.5"):
        cable.at("trunk", 1.5)
    with pytest.raises(InputError, match="there is no section 'axon'"):
        cable.within("axon")


def test_a_branch_in_the_middle_hangs_on_the_compartment_there():
    sections = [
        MorphologySection("stem", (0.0, 100.0), (2.0, 2.0)),
        MorphologySection("side", (0.0, 50.0), (1.0, 1.0), "stem", 0.5),
    ]
    cable = Cable.of(Morphology(sections), {"stem": 5, "side": 1})
    assert cable.tree.parents == (-1, 0, 1, 2, 3, 2)
    assert cable.distance[5] == pytest.approx(40 + 25)


@pytest.mark.usefixtures("float64")
def test_tapering_sections_have_the_area_and_resistance_of_cones():
    cone = MorphologySection("cone", (0.0, 40.0), (3.0, 1.0))
    area, resistance = (each.sum() for each in cone.pieces(np.linspace(0, 40, 9)))
    assert area == pytest.approx(np.pi * 2.0 * np.hypot(40, 1.0))
    assert resistance == pytest.approx(4 * 40 / (np.pi * 3.0))


def test_the_rule_of_d_lambda_makes_compartments_odd_and_short_enough():
    membrane = PassiveMembrane()
    sections = reference_cell().sections
    sizes = {section.name: membrane.compartments_by_frequency(section) for section in sections}
    assert (sizes["soma"], sizes["basal0"], sizes["trunk"], sizes["tuft0"]) == (1, 9, 11, 7)
    assert len(Cable.of(reference_cell())) == 1 + 8 * 9 + 11 + 4 * 7


def test_long_compartments_are_told_with_the_number_that_is_needed():
    with pytest.warns(UserWarning, match=r"dendrite has compartments of 150 um.*\(61\.24 um\): give it at least 5"):
        Cable.of(
            Morphology.cylinders([("soma", 20, 20, None), ("dendrite", 300, 1.5, "soma")]), {"soma": 1, "dendrite": 2}
        )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MorphologySection("d", (0.0, 10.0), (0.0, 1.0)), "diameters of d must be positive, got 0 um"),
        (lambda: MorphologySection("d", (0.0, 0.0), (1.0, 1.0)), "distances of d must begin with 0 and rise"),
        (lambda: MorphologySection("d", (0.0,), (1.0,)), "d needs at least two points"),
        (lambda: MorphologySection("d", (0.0, 1.0), (1.0, 1.0), "s", 1.2), "d must be attached between 0 and 1"),
        (lambda: Morphology([]), "at least one section"),
        (lambda: Morphology.cylinders([("a", 1, 1, None), ("a", 1, 1, "a")]), "'a' occurs twice"),
        (lambda: Morphology.cylinders([("a", 1, 1, "b"), ("b", 1, 1, "a")]), "the first section is the root"),
        (lambda: Morphology.cylinders([("a", 1, 1, None), ("b", 1, 1, "c")]), "b hangs on 'c', which does not come"),
        (lambda: Cable.of(reference_cell(), {"axon": 3}), "there is no section 'axon'"),
        (lambda: Cable.of(reference_cell(), {"trunk": 0}), "trunk needs at least one compartment, got 0"),
        (lambda: PassiveMembrane(resistivity=0.0), "resistivity must be"),
    ],
)
def test_impossible_neurons_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()
