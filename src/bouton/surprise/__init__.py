"""Learning in volatile worlds: how surprising an observation is, and how much to forget for it.

=========================  =========================================================================================
filter                     what it is
=========================  =========================================================================================
`exact_bayes`              exact inference: a hypothesis for every possible time of the last change
`MessagePassing`           of these, the N most probable
`StratifiedResampling`     of these, N, dropped at random without bias
`ParticleFilter`           N particles, each of which draws whether the world has just changed
`VariationalSMiLe`         one belief, which forgets by the Bayes factor surprise
`SMiLe`                    one belief, which moves as far as the confidence-corrected surprise allows
`DeltaRule`                delta rules of Nassar et al., whose rate follows surprise and run length
`LeakyIntegrator`          leaky integration, without surprise
=========================  =========================================================================================

Each is a circuit, of any conjugate family: `GaussianMean`, `GaussianUnknown`, `Categorical`, `Bernoulli`, `Poisson`, or
one of your own (`ConjugateFamily`). `Tracker` puts one to work on series: all at once or observation by observation,
with gaps, many series side by side; `family_for` and `filter_for` choose one for a series of which little is known,
and `detected_changes` says when it changed. `VolatileWorld` draws series whose truth is known.
"""

from bouton.engine import rollout as follow
from bouton.surprise.baselines import DeltaRule, DeltaRuleState, LeakyInfo, LeakyIntegrator, LeakyState
from bouton.surprise.discrete import Bernoulli, Categorical, Poisson
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.gaps import Sighting, WithGaps, sightings
from bouton.surprise.gaussian import GaussianMean, GaussianUnknown
from bouton.surprise.measures import FilterInfo, Surprise, SurpriseFilter, surprise_of
from bouton.surprise.message_passing import MessagePassing, exact_bayes
from bouton.surprise.messages import MessageFilter, MessageInfo, Messages
from bouton.surprise.particles import ParticleFilter, Particles
from bouton.surprise.series import detected_changes, family_for, filter_for
from bouton.surprise.smile import Belief, SMiLe, SMiLeInfo, VariationalSMiLe
from bouton.surprise.stratified import StratifiedResampling
from bouton.surprise.tracker import Tracked, Tracker
from bouton.surprise.tuning import mean_squared_errors
from bouton.surprise.worlds import History, VolatileWorld, error_after_change, squared_errors

__all__ = [
    "Belief",
    "Bernoulli",
    "Categorical",
    "ConjugateFamily",
    "DeltaRule",
    "DeltaRuleState",
    "FilterInfo",
    "GaussianMean",
    "GaussianUnknown",
    "History",
    "LeakyInfo",
    "LeakyIntegrator",
    "LeakyState",
    "MessageFilter",
    "MessageInfo",
    "MessagePassing",
    "Messages",
    "ParticleFilter",
    "Particles",
    "Poisson",
    "SMiLe",
    "SMiLeInfo",
    "Sighting",
    "StratifiedResampling",
    "Surprise",
    "SurpriseFilter",
    "Tracked",
    "Tracker",
    "VariationalSMiLe",
    "VolatileWorld",
    "WithGaps",
    "detected_changes",
    "error_after_change",
    "exact_bayes",
    "family_for",
    "filter_for",
    "follow",
    "mean_squared_errors",
    "sightings",
    "squared_errors",
    "surprise_of",
]
