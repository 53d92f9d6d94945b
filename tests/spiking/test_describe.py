"""What a network says of itself before it runs."""

import jax
import numpy as np
import pytest

from bouton.dynamics import CurrentIntegrateAndFire, DeltaSynapse, EscapeNoise, ExponentialHazard
from bouton.plasticity import BoundedEvents, EligibleSynapse, PairSTDP, RewardModulatedSTDP
from bouton.spiking import NetworkBuilder, cuba_network, stdp_network
from bouton.spiking.assemblies import AssemblyNetwork
from catalogue.systems.assemblies import TINY


@pytest.fixture(scope="module")
def network():
    builder = NetworkBuilder(time_step=0.5, seed=0)
    model = CurrentIntegrateAndFire(
        rest=0.0, reset=0.0, threshold=np.float64(2.0), synapses=(DeltaSynapse(),), time_step=0.5
    )
    inputs, noise = builder.rates("inputs <a>", 4), builder.poisson("noise", 3, 20.0)
    given = builder.spikes("given", [[1.0, 2.0], [3.0]])
    cells = builder.neurons("cells", 10, model, potential=(0.0, 1.0), synaptic=(np.arange(10.0),))
    others = builder.neurons("others", 2, EscapeNoise(model, ExponentialHazard(1.0, 10.0, 0.5)))
    start = EligibleSynapse(np.linspace(1.0, 3.0, 40), 0.0)
    rule = RewardModulatedSTDP(eligibility_time=200.0)
    builder.connect(
        inputs, cells, weight=start, delay=np.repeat([1.0, 2.5], 20), pattern="all_to_all", rule=rule, signal="reward"
    )
    rule = BoundedEvents(PairSTDP(potentiation_time=17.0), 0.0, 4.0)
    builder.connect(noise, cells[2:6], weight=1.5, pattern="all_to_all", rule=rule, delay_in="dendrite")
    builder.connect(given, others, weight=1.0, pattern="one_to_one")
    return builder.build(frame=5.0, capacity=300)


def test_groups_and_projections_are_told(network):
    told = network.describe()
    assert told.heading == (
        "21 neurons in 5 groups, 54 synapses in 3 projections; time step 0.5 ms, frame 5 ms (10 steps)"
    )
    assert told.groups.column("group") == ("inputs <a>", "noise", "given", "cells", "others")
    assert told.groups.column("counted") == ("0 to 3", "4 to 6", "7 to 8", "9 to 18", "19 to 20")
    assert told.groups.column("what") == (
        "GivenRates",
        "PoissonSource",
        "GivenSpikes",
        "CurrentIntegrateAndFire",
        "EscapeNoise",
    )
    assert told.groups.column("start")[3:] == (
        "potential from 0 to 1, receptor 0 given, 0 to 9, mean 4.5",
        "at rest",
    )
    parameters = told.groups.column("parameters")
    assert parameters[1:3] == ("rate=20", "3 spikes")
    assert "threshold=2," in parameters[3]
    assert "hazard=ExponentialHazard(threshold=1, " in parameters[4]
    ways = told.projections
    assert ways.column("from") == ("inputs <a>", "noise", "given")
    assert ways.column("to") == ("cells", "cells[2:6]", "others")
    assert ways.column("synapses") == ("40", "12", "2")
    assert (ways.column("out"), ways.column("in")) == (("10", "4", "1"), ("4", "3", "1"))
    assert ways.column("weight") == ("1 to 3, mean 2", "1.5", "1")
    assert ways.column("delay, ms") == ("1 to 2.5, mean 1.75 (axon)", "0.5 (dendrite)", "0.5 (axon)")
    assert ways.column("signal") == ("reward", "", "")
    rules = ways.column("learns")
    assert rules[0].startswith("RewardModulatedSTDP(")
    assert "eligibility_time=200" in rules[0]
    assert rules[1].startswith("BoundedEvents(rule=PairSTDP(")
    assert ("potentiation_time=17" in rules[1], rules[2]) == (True, "nothing")


def test_the_order_of_updates_names_what_is_plastic(network):
    told = network.describe()
    assert told.order == (
        "neurons go on over the step: cells, others; then what synapses read of them",
        "spikes arrive, projection by projection; plastic synapses with the delay in the axon run on_pre (no. 0)",
        "who reaches the threshold fires, and the sources: inputs <a>, noise, given",
        "plastic synapses of neurons that fired run on_post (no. 0)",
        "synapses with the delay in the dendrite run on_pre at spikes that set out, on_post at those that have come "
        "back, and send with the new weight (no. 1)",
        "what synapses read of neurons is changed by the spikes of the step",
    )
    assert told.notes == (
        "A frame brings the current into each group and the signals reward and the rates of inputs <a>.",
        "What changes synapses between spikes is made up for at the end of each frame (no. 0).",
    )
    assert cuba_network(50).describe().order[-1] == "no synapse learns"


@pytest.mark.thorough
def test_memory_is_that_of_the_arrays(network):
    state = network.init(jax.random.key(0))
    sizes = [sum(leaf.nbytes for leaf in jax.tree.leaves(each) if hasattr(leaf, "nbytes")) for each in (network, state)]
    wiring, own, frame = network.describe().memory.column("size")
    assert (wiring, own, frame) == (f"{sizes[0] / 1e3:.3g} kB", f"{sizes[1] / 1e3:.3g} kB", "2.4 kB")
    assert stdp_network(1000).describe().memory.column("size")[0].endswith(" MB")


def test_it_is_shown_as_text_in_notebooks_and_as_a_page(network, tmp_path):
    told = network.describe()
    lines = str(told).splitlines()
    header = next(line for line in lines if line.strip().startswith("no."))
    place = header.index("synapses")
    assert [line[place:].split()[0] for line in lines[lines.index(header) + 1 :][:3]] == ["40", "12", "2"]
    page = network._repr_html_()
    assert page == told._repr_html_()
    assert "inputs &lt;a&gt;" in page
    assert "<a>" not in page
    assert page.count("<tr>") == 3 + 5 + 3 + 3
    for name, first in (("network.html", "<!doctype html>"), ("network.txt", told.heading)):
        told.write(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").splitlines()[0] == first
    assert page in (tmp_path / "network.html").read_text(encoding="utf-8")


def test_an_assembly_network_describes_all_its_spaces():
    told = AssemblyNetwork(["agent"], TINY).describe()
    assert told.groups.column("group") == ("inputs", "content.E", "content.I", "agent.E", "agent.I")
    assert set(told.projections.column("signal")) == {"", "content", "agent", "content+agent"}
