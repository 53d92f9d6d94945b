"""Learning in volatile worlds: how surprising an observation is, and how much to forget for it."""

from bouton.surprise.baselines import DeltaRule, DeltaRuleState, LeakyInfo, LeakyIntegrator, LeakyState
from bouton.surprise.discrete import Bernoulli, Categorical, Poisson
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.gaussian import GaussianMean, GaussianUnknown
from bouton.surprise.measures import FilterInfo, Surprise, SurpriseFilter, surprise_of
from bouton.surprise.message_passing import MessagePassing, exact_bayes
from bouton.surprise.messages import MessageInfo, Messages
from bouton.surprise.particles import ParticleFilter, Particles
from bouton.surprise.smile import Belief, SMiLe, SMiLeInfo, VariationalSMiLe
from bouton.surprise.stratified import StratifiedResampling
