"""Models of recorded spikes by populations: rows, and the program that they are held to."""

import jax
import jax.numpy as jnp
import numpy as np

from bouton.dynamics import AgeBins, Populations
from bouton.engine import rollout
from bouton.recordings import FreeParameters, MesoscopicFit, MesoscopicNetwork, MicroscopicNetwork, winner_take_all
from bouton.recordings.likelihood import Past, RecordedTrial, log_likelihoods
from bouton.recordings.preparation import released_bins
from catalogue.circuits.row import DRAWS, LU, NO_SYNAPSES, CircuitRow
from references import neulvm as reference

KEY = jax.random.key(0)
TWO = Populations((40, 30), ((4.0, 2.0), (-3.0, -2.0)), (11.0, 10.0), (3.7, 3.5), (50.0, 60.0), (300.0, 200.0))
BINS, RATES = AgeBins(n_ages=12), (20.0, 10.0)


def fit():
    rng = np.random.default_rng(0)
    spikes = rng.random((2, 3, 30)) < 0.08
    labels = np.array([0, 0, 1], np.int32)
    smoothed = np.full((2, 2, 18), 0.06, np.float32)
    own = FreeParameters(TWO, ((1, 2), (-3, -4)), ("couplings", "drives"))
    released = released_bins(spikes, BINS)[..., 12:]
    external, rates = np.zeros((2, 2, 18), np.float32), np.full((2, 2), 15.0, np.float32)
    return MesoscopicFit(own, BINS, spikes[..., 12:], released, labels, external, rates, smoothed)


CIRCUITS = {
    "mesoscopic network": CircuitRow(
        lambda: MesoscopicNetwork(TWO, BINS, RATES), audit=NO_SYNAPSES, not_in_float64=DRAWS
    ),
    "microscopic network": CircuitRow(
        lambda: MicroscopicNetwork(TWO, 0.5, RATES), audit=NO_SYNAPSES, not_in_float64=DRAWS
    ),
    "mesoscopic fit": CircuitRow(
        fit,
        audit=NO_SYNAPSES,
        events=lambda rng, circuit: np.asarray(rng.integers(9)),
        unfoldable=LU | {"scatter"},
        why_unfoldable="an event is a gradient of 10 ms, in which potentials are looked up, and a linear solve",
        products=True,
        not_in_float64="whether a step of the search is taken hangs on losses that differ by rounding",
    ),
}


def plain(populations):
    return {
        "N": np.array(populations.sizes, float),
        "a": np.array(populations.membrane_rates),
        "E": np.array(populations.drives),
        "theta": np.array(populations.thresholds),
        "J": np.array(populations.couplings),
        "b": np.array(populations.synaptic_rates),
    }


def drawn(draw, steps, size):
    return np.stack([np.asarray(draw(jax.random.fold_in(KEY, step), (size,))) for step in range(steps)])


def mesoscopic(scheme):
    network = MesoscopicNetwork(winner_take_all(), AgeBins(n_ages=60, scheme=scheme), (5.0, 20.0, 25.0))
    external = np.random.default_rng(0).normal(size=(120, 3))
    _, found = rollout(network, external, KEY, look=lambda state, info: info.fractions)
    own = reference.Meso(reference.WTA, np.array([5.0, 20.0, 25.0]), ages=60, scheme=scheme)
    return {"fractions": (found, own.run(drawn(jax.random.normal, 120, 3), external))}


def microscopic():
    network = MicroscopicNetwork(TWO, 0.5, RATES)
    external = 5 * np.random.default_rng(0).normal(size=(200, 2))
    start = network.init(KEY)
    _, found = rollout(network, external, KEY, start, look=lambda state, info: info.fractions)
    own = reference.micro(
        plain(TWO), np.asarray(start.membrane), np.asarray(start.refractory), np.asarray(start.synaptic),
        np.asarray(start.fractions), drawn(jax.random.uniform, 200, 70), 5e-4, I=external,
    )  # fmt: skip
    return {"fractions": (found, own)}


def likelihood(scheme):
    rng = np.random.default_rng(1)
    bins = AgeBins(n_ages=40, scheme=scheme)
    latents, external = rng.uniform(0.02, 0.12, (100, 2)), rng.normal(size=(100, 2))
    spikes, labels = rng.random((140, 5)) < 0.06, np.array([0, 0, 1, 1, 1])
    released = released_bins(spikes.T, bins)[:, 40:]
    rates = np.array(RATES)
    past = Past(jnp.broadcast_to(rates[:, None] * 4e-3, (2, 40)), jnp.asarray(rates))
    trial = RecordedTrial(
        past, jnp.asarray(external.T), jnp.asarray(spikes[40:].T), jnp.asarray(released), jnp.asarray(labels)
    )
    found = log_likelihoods(TWO.values, bins, jnp.asarray(latents.T), trial)
    age = np.minimum(released[:, 0], 40) + bins.held
    own = reference.log_likelihood(
        plain(TWO), latents, spikes[40:], age, labels, rates, external, ages=40, scheme=scheme
    )
    return {"spikes": (found[0], own[0]), "latents": (found[1], own[1])}


REFERENCES = {
    "neulvm: mesoscopic": lambda: mesoscopic("exp"),
    "neulvm: mesoscopic, euler": lambda: mesoscopic("euler"),
    "neulvm: microscopic": microscopic,
    "neulvm: likelihood": lambda: likelihood("exp"),
    "neulvm: likelihood, euler": lambda: likelihood("euler"),
}
