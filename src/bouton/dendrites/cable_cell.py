r"""A neuron of passive cables with AMPA and NMDA synapses, solved by implicit steps.

.. math::

    C_i \dot V_i = -g_{L,i}(V_i - E_L) + \sum_j g_{ij}(V_j - V_i) - [g_{A,i} + g_{N,i} B(V_i)](V_i - E) + I_i

A step of backward Euler takes all conductances at its end and the NMDA current along its tangent S at the old voltage:

.. math::

    \Big(\tfrac{C_i}{h} + g_{L,i} + g_{A,i} + S_i + \sum_j g_{ij}\Big) V_i' - \sum_j g_{ij} V_j' =
    \Big(\tfrac{C_i}{h} + S_i\Big) V_i + g_{L,i} E_L + g_{A,i} E - g_{N,i} B(V_i)(V_i - E) + I_i .

Crank-Nicolson is half such a step with conductances of its middle, then :math:`2 V' - V`: of second order. Where the
system of a step is not positive definite any more (the negative slope of many synapses, a step too long), the voltage
becomes NaN, and a run stops. Temperature does not enter. All is computed relative to rest (:math:`E_L`), so that a
small response keeps its digits in single precision.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._arguments import as_tuple
from bouton._checked import Checked
from bouton._fields import Positive, check_fields
from bouton.dendrites.cable import Cable
from bouton.dynamics import GlutamateReceptors
from bouton.engine import Circuit
from bouton.errors import InputError

__all__ = ["CableCell", "CableEvent", "CableInfo", "CableState", "Electrode"]


class Electrode(Checked):
    """An electrode in a compartment: it injects a current, or holds the voltage.

    Parameters
    ----------
    compartment : int
        Where. Default 0, the soma.
    mode : {"current", "voltage"}
        What is commanded: nA, or mV. Default "current".
    series_resistance : float
        In voltage mode, in MOhm. Default 1e-3, an ideal clamp.

    Raises
    ------
    InputError
        If an argument is out of its range.
    """

    compartment: int = eqx.field(static=True, default=0)
    mode: Literal["current", "voltage"] = eqx.field(static=True, default="current")
    series_resistance: Positive = 1e-3

    def __check_init__(self) -> None:
        check_fields(self)
        if self.mode not in ("current", "voltage"):
            raise InputError(f"mode must be 'current' or 'voltage', got {self.mode!r}")


class CableEvent(NamedTuple):
    """What happens in a time step.

    Parameters
    ----------
    activations : array (sites,)
        How many synapses of each site glutamate reaches at its beginning.
    command : array ()
        Of the electrode: nA, or mV where it holds the voltage.
    """

    activations: Float[Array, "*time sites"]
    command: Float[Array, "*time"]


class CableState(NamedTuple):
    """What is needed to go on.

    Parameters
    ----------
    depolarisation : array (compartments,)
        Voltage relative to rest, in mV.
    gates : array (receptors, exponentials, sites)
        Of AMPA and NMDA, the slow and the fast exponential, in numbers of synapses.
    """

    depolarisation: Float[Array, " compartments"]
    gates: Float[Array, "receptors exponentials sites"]


class CableInfo(NamedTuple):
    """What one may look at.

    Parameters
    ----------
    y : array ()
        Voltage of the first compartment, the soma, relative to rest, in mV.
    local : array (sites,)
        Voltage of the sites of synapses, relative to rest, in mV.
    currents : array (receptors,)
        Currents through AMPA and NMDA receptors, all sites together, in nA; inward ones are negative.
    axial : array ()
        Current that enters the first compartment from its neighbours, in nA.
    lowest_pivot : array ()
        Least pivot of the step's system, in uS: positive where the step is safe.
    """

    y: Float[Array, ""]
    local: Float[Array, " sites"]
    currents: Float[Array, " receptors"]
    axial: Float[Array, ""]
    lowest_pivot: Float[Array, ""]


class Advanced(NamedTuple):
    """What a step left behind: arranged depolarisation, gates, parts of `CableInfo`, and C/h + slope at sites (uS)."""

    depolarisation: Array
    gates: Array
    local: Array
    currents: Array
    axial: Array
    lowest_pivot: Array
    margin: Array


class CableCell(Circuit[CableState, CableInfo]):
    """A neuron of passive cables with AMPA and NMDA synapses on some compartments, and one electrode.

    Parameters
    ----------
    cable : Cable
        The compartments.
    sites : sequence of int
        Compartments that have synapses, each once.
    receptors : GlutamateReceptors
        Of each synapse. Default: the set "polsky".
    electrode : Electrode
        Default: injects current into the first compartment.
    method : {"backward-euler", "crank-nicolson"}
        Default "backward-euler".
    time_step : float
        In ms. Default 0.025.

    Raises
    ------
    InputError
        If a compartment does not exist or is named twice, or another argument is out of its range.

    Examples
    --------
    Twenty synapses on a thin dendrite bring it to 38 mV above rest, one more to 51: an NMDA spike.

    >>> import bouton, jax, numpy as np
    >>> from bouton.dendrites import Cable, CableCell, CableEvent, reference_cell
    >>> cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    >>> cell = CableCell(cable, cable.within("basal0")[11:15], time_step=0.1)
    >>> for synapses in ([5, 5, 5, 5], [6, 5, 5, 5]):
    ...     activations = np.zeros((400, 4))
    ...     activations[100] = synapses
    ...     run = bouton.run(cell, CableEvent(activations, np.zeros(400)), key=jax.random.key(0), record={"local": 1})
    ...     print(round(float(run.recordings["local"].values.max())))
    38
    51
    """

    cable: Cable
    sites: tuple[int, ...] = eqx.field(static=True, converter=as_tuple)
    receptors: GlutamateReceptors = GlutamateReceptors()
    electrode: Electrode = Electrode()
    method: Literal["backward-euler", "crank-nicolson"] = eqx.field(static=True, default="backward-euler")
    time_step: Positive | Float[Array, ""] = 0.025

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.sites:
            raise InputError("sites must name at least one compartment that has synapses")
        if len(set(self.sites)) < len(self.sites):
            raise InputError(f"sites must name each compartment once, got {self.sites}: activate it more than once")
        for name, place in (*(("sites", site) for site in self.sites), ("electrode", self.electrode.compartment)):
            if not 0 <= place < len(self.cable):
                raise InputError(f"{name} names compartment {place}, but there are 0 to {len(self.cable) - 1}")
        if self.method not in ("backward-euler", "crank-nicolson"):
            raise InputError(f"method must be 'backward-euler' or 'crank-nicolson', got {self.method!r}")

    @property
    def event(self) -> CableEvent:
        """One time step: activations (sites,) and the electrode's command."""
        width: Any = jnp.result_type(float)
        leaves: Any = jax.ShapeDtypeStruct((len(self.sites),), width), jax.ShapeDtypeStruct((), width)
        return CableEvent(*leaves)

    def init(self, key: PRNGKeyArray) -> CableState:
        """Return a neuron at rest, without glutamate."""
        return CableState(jnp.zeros(len(self.cable)), jnp.zeros((2, 2, len(self.sites))))

    def respond(self, state: CableState, x: CableEvent) -> Float[Array, ""]:
        """Return the voltage of the first compartment after the time step, relative to rest, in mV."""
        return self.step(jax.random.key(0), state, x)[1].y

    def step(self, key: PRNGKeyArray, state: CableState, x: CableEvent) -> tuple[CableState, CableInfo]:
        """Go on by a time step."""
        tree = self.cable.tree
        done = self.advance(self.passive, tree.arrange(state.depolarisation), state.gates, x.activations, x.command)
        info = CableInfo(done.depolarisation[tree.slots[0]], done.local, done.currents, done.axial, done.lowest_pivot)
        return CableState(tree.restore(done.depolarisation), done.gates), info

    def check(self, events: Any) -> None:
        """Refuse negative numbers of activated synapses."""
        lowest = np.asarray(events.activations).min(initial=0)
        if lowest < 0:
            raise InputError(f"activations are numbers of synapses and cannot be negative, got {lowest:g}")

    @property
    def advice(self) -> str:
        """What to change where a run diverges."""
        return "take a smaller time_step: many synapses on one compartment make the implicit step singular"

    @property
    def passive(self) -> tuple[Array, Array, Array]:
        """Arranged for the solver: what is constant in the diagonal, the coupling, and C/h."""
        cable, step = self.cable, self._implicit
        storage, diagonal = cable.capacitance / step, cable.conductance
        if self._clamped:
            diagonal = diagonal.at[self.electrode.compartment].add(1 / self.electrode.series_resistance)
        tree = cable.tree
        coupling = tree.rootless(-cable.axial)
        return tree.arrange(storage + diagonal, 1.0), tree.arrange(coupling), tree.arrange(storage)

    def advance(
        self,
        passive: tuple[Array, Array, Array],
        depolarisation: Float[Array, "slots *batch"],
        gates: Float[Array, "receptors exponentials sites *batch"],
        activations: Float[Array, "sites *batch"],
        command: Float[Array, "*batch"],
    ) -> Advanced:
        """Go on by a time step, for one neuron or a batch of them; depolarisations are in the order of the solver."""
        tree, batch, rest = self.cable.tree, depolarisation.ndim - 1, self.cable.rest
        diagonal, coupling, storage = passive
        at = tree.slots[list(self.sites)]
        # Glutamate comes at the beginning of the step; conductances are taken where the implicit part looks.
        raised = gates + activations[None, None]
        after = raised * self._decay(self.time_step, batch)
        seen = after if self.method == "backward-euler" else raised * self._decay(self._implicit, batch)
        ampa, nmda = (peak * (each[0] - each[1]) for peak, each in zip(self.receptors.peaks, seen, strict=True))
        local, driving = _take(depolarisation, at), self.receptors.reversal - rest
        current, slope = self.receptors.nmda(nmda, local + rest)
        margin = _column(_take(storage, at), batch) + slope
        place = np.full(tree.n_slots, len(at))
        place[at] = np.arange(len(at))
        own = _column(diagonal, batch) + _spread(ampa + slope, place)
        right = _column(storage, batch) * depolarisation + _spread(ampa * driving + slope * local - current, place)
        needle = int(tree.slots[self.electrode.compartment])
        right = right.at[needle].add((command - rest) / self.electrode.series_resistance if self._clamped else command)
        solved, lowest = tree.solve_arranged(own, coupling, right)
        solved = jnp.where(lowest[None] > 0, solved, jnp.nan)
        there = _take(solved, at)
        through = ampa * (there - driving), current + slope * (there - local)
        currents = jnp.stack([jnp.sum(each, axis=0) for each in through])
        root, neighbours = int(tree.slots[0]), np.flatnonzero(np.array(tree.parents) == 0)
        across = _take(solved, tree.slots[neighbours]) - solved[root][None]
        axial = jnp.sum(_column(_take(self.cable.axial, neighbours), batch) * across, axis=0)
        new = solved if self.method == "backward-euler" else 2 * solved - depolarisation
        return Advanced(new, after, _take(new, at), currents, axial, lowest, margin)

    @property
    def _clamped(self) -> bool:
        return self.electrode.mode == "voltage"

    @property
    def _implicit(self) -> Any:
        return self.time_step if self.method == "backward-euler" else self.time_step / 2

    def _decay(self, step: Any, batch: int) -> Array:
        return jnp.exp(-step / jnp.asarray(self.receptors.decays)).reshape(2, 2, *(1,) * (1 + batch))


def _column(values: Array, batch: int) -> Array:
    return values.reshape(*values.shape, *(1,) * batch)


def _take(values: Array, rows: np.ndarray) -> Array:
    return values.at[np.asarray(rows, np.int32)].get(mode="promise_in_bounds")


def _spread(values: Array, rows: np.ndarray) -> Array:
    """Return values of sites at their slots, and zeros elsewhere: `rows` has each slot's site, or one past the last."""
    return _take(jnp.concatenate([values, jnp.zeros_like(values[:1])]), rows)
