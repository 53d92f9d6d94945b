"""How many synapses an NMDA spike takes, and why there is none where there is none."""

from dataclasses import dataclass

import numpy as np

from bouton._arguments import check_sizes
from bouton.dendrites.bistability import fold_points
from bouton.dendrites.cable_cell import CableCell
from bouton.dendrites.stimulate import clustered, stimulate

__all__ = ["SpikeThreshold", "threshold_synapses"]

_AT_ONCE = 16


@dataclass(frozen=True)
class SpikeThreshold:
    """How many synapses it takes.

    Parameters
    ----------
    count : int or None
        The least number whose response is an NMDA spike; None if none is.
    jump : float
        Peak at the soma with that many over that with one less; large where the spike is all-or-none.
    explanation : str
        What was found, in words.
    """

    count: int | None
    jump: float
    explanation: str


def threshold_synapses(
    cell: CableCell,
    *,
    largest: int = 255,
    level: float = -40.0,
    at_least: float = 20.0,
    command: float | None = None,
    onset: float = 10.0,
    duration: float = 100.0,
) -> SpikeThreshold:
    """Return how many synapses, in turn on the cell's sites and activated together, make an NMDA spike.

    A response counts as a spike where the voltage of a site stays above a level for a time; the criterion is that of
    G. Eyal et al., Frontiers in Cellular Neuroscience 12:181, 2018. The search narrows by 16 numbers at once.

    Parameters
    ----------
    cell : CableCell
        The neuron; synapses sit on its sites.
    largest : int
        Largest number that is tried. Default 255.
    level, at_least : float
        In mV and ms. Default -40 and 20.
    command : float, optional
        Of the electrode, all the time. Default: no current, or rest.
    onset, duration : float
        When synapses are activated, and how long is looked at, in ms. Default 10 and 100.

    Returns
    -------
    SpikeThreshold

    Raises
    ------
    InputError
        As `stimulate` does.

    Examples
    --------
    >>> from bouton.dendrites import Cable, CableCell, reference_cell
    >>> cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    >>> cell = CableCell(cable, cable.within("basal0")[11:15], time_step=0.1)
    >>> threshold_synapses(cell).count
    21
    """
    check_sizes(largest=largest)
    peaks: dict[int, float] = {}

    def spikes(counts: np.ndarray) -> np.ndarray:
        found = stimulate(cell, clustered(counts, len(cell.sites)), onset, duration=duration, command=command)
        before = found.at(0)[:, max(np.searchsorted(found.times, onset) - 1, 0)]
        peaks.update(zip(counts.tolist(), (found.peak(0) - before).tolist(), strict=True))
        return np.max([found.time_above(site, level) for site in cell.sites], axis=0) >= at_least - 1e-9

    below, above = 0, largest + 1
    while above - below > 1:
        tried = np.unique(np.linspace(below, above, _AT_ONCE + 2).round().astype(int)[1:-1])
        tried = tried[(tried > below) & (tried < above)]
        yes = spikes(np.pad(tried, (0, _AT_ONCE - len(tried)), mode="edge"))[: len(tried)]
        above = int(tried[yes][0]) if yes.any() else above
        below = int(tried[~yes & (tried < above)].max(initial=below))
    graded = _why_graded(cell)
    if above > largest:
        words = f"no NMDA spike with up to {largest} synapses (above {level:g} mV for {at_least:g} ms)"
        return SpikeThreshold(None, float("nan"), f"{words}: {graded or 'the sites may be too near the soma'}")
    jump = peaks[above] / peaks[below] if below else float("inf")
    words = f"{above} synapses: the peak at the soma is {jump:.3g} times that with one less"
    return SpikeThreshold(above, jump, f"{words}; {graded}" if graded else words)


def _why_graded(cell: CableCell) -> str:
    """Say why responses are graded, where a point neuron would have no two stable states either."""
    receptors, rest = cell.receptors, float(cell.cable.rest)
    if not float(receptors.nmda_conductance):
        return "there are no NMDA receptors"
    if not float(receptors.magnesium):
        return "without magnesium nothing is unblocked by depolarisation, and responses are graded"
    if fold_points(receptors, rest):
        return ""
    return (
        f"with a steepness of {float(receptors.steepness):g} per mV and a rest of {rest:g} mV a point neuron has no "
        "two stable states, so that responses are boosted but graded; with 'polsky' (0.08) and 'human' (0.0766) it has"
    )
