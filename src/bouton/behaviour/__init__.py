"""Behaviour: agents that learn while they act, and the worlds that they act in.

A world is a state and a step, an agent is a circuit that offers an action, and `ClosedLoop` is the circuit of both: the
engine records it, checkpoints it and resumes it like every other.
"""

from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.arena import Pose, RangeSensors
from bouton.behaviour.choice_model import ChoiceInfo, ChoiceModel, ChoiceState
from bouton.behaviour.closed_loop import ClosedLoop, LoopInfo, LoopState, ticks
from bouton.behaviour.delayed_reward import DelayedRewardNetwork, DelayedTrial, TrialInfo, TrialState, sequential_xor
from bouton.behaviour.environments import Visit, act_in, as_environment
from bouton.behaviour.food_arena import FoodArena, FoodState
from bouton.behaviour.gates import BurstGate, Gate, WindowGate
from bouton.behaviour.inverse_correlation import InverseCorrelation, InverseState
from bouton.behaviour.mapping_network import MappingInfo, MappingNetwork, MappingState
from bouton.behaviour.obstacle_arena import ObstacleArena, ObstacleState
from bouton.behaviour.open_loop import correlation_curve, input_correlations
from bouton.behaviour.perturbed_network import PerturbedInfo, PerturbedNetwork, PerturbedState
from bouton.behaviour.practice import practice
from bouton.behaviour.readout_learning import ForceLearning, Outputs, ReadoutLearning, RewardLearning, RewardState
from bouton.behaviour.reservoir import Moment, ReservoirInfo, ReservoirNetwork, ReservoirState
from bouton.behaviour.reversal_blocks import live_through
from bouton.behaviour.reversal_task import Cue, ReversalState, ReversalTask, Trial
from bouton.behaviour.reversal_trials import (
    MONKEY,
    Blocks,
    LearningCurve,
    Milestones,
    Trials,
    block_lengths,
    learning_curve,
    reaches,
    trials_of,
)
from bouton.behaviour.reward_expectation import RewardExpectation
from bouton.behaviour.sequence_learner import (
    SequenceAgent,
    SequenceInfo,
    SequenceLearner,
    SequenceState,
    Stimulus,
)
from bouton.behaviour.working_memory import (
    MemoryState,
    WorkingMemory,
    bump_position,
    memory_projection,
    remember,
    square_cue,
)
from bouton.behaviour.world import World

__all__ = [
    "MONKEY",
    "Agent",
    "AgentInfo",
    "Blocks",
    "BurstGate",
    "ChoiceInfo",
    "ChoiceModel",
    "ChoiceState",
    "ClosedLoop",
    "Cue",
    "DelayedRewardNetwork",
    "DelayedTrial",
    "Experience",
    "FoodArena",
    "FoodState",
    "ForceLearning",
    "Gate",
    "InverseCorrelation",
    "InverseState",
    "LearningCurve",
    "LoopInfo",
    "LoopState",
    "MappingInfo",
    "MappingNetwork",
    "MappingState",
    "MemoryState",
    "Milestones",
    "Moment",
    "ObstacleArena",
    "ObstacleState",
    "Outputs",
    "PerturbedInfo",
    "PerturbedNetwork",
    "PerturbedState",
    "Pose",
    "RangeSensors",
    "ReadoutLearning",
    "ReservoirInfo",
    "ReservoirNetwork",
    "ReservoirState",
    "ReversalState",
    "ReversalTask",
    "RewardExpectation",
    "RewardLearning",
    "RewardState",
    "SequenceAgent",
    "SequenceInfo",
    "SequenceLearner",
    "SequenceState",
    "Stimulus",
    "Trial",
    "TrialInfo",
    "TrialState",
    "Trials",
    "Visit",
    "WindowGate",
    "WorkingMemory",
    "World",
    "act_in",
    "as_environment",
    "block_lengths",
    "bump_position",
    "correlation_curve",
    "input_correlations",
    "learning_curve",
    "live_through",
    "memory_projection",
    "practice",
    "reaches",
    "remember",
    "sequential_xor",
    "square_cue",
    "ticks",
    "trials_of",
]
