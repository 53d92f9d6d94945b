"""Behaviour: agents that learn while they act, and the worlds that they act in.

A world is a state and a step, an agent is a circuit that offers an action, and `ClosedLoop` is the circuit of both: the
engine records it, checkpoints it and resumes it like every other.
"""

from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.arena import Pose, RangeSensors
from bouton.behaviour.closed_loop import ClosedLoop, LoopInfo, LoopState, ticks
from bouton.behaviour.environments import Visit, act_in, as_environment
from bouton.behaviour.food_arena import FoodArena, FoodState
from bouton.behaviour.gates import BurstGate, Gate, WindowGate
from bouton.behaviour.mapping_network import MappingInfo, MappingNetwork, MappingState
from bouton.behaviour.obstacle_arena import ObstacleArena, ObstacleState
from bouton.behaviour.open_loop import correlation_curve, input_correlations
from bouton.behaviour.reversal_task import Cue, ReversalState, ReversalTask, Trial
from bouton.behaviour.sequence_learner import (
    SequenceAgent,
    SequenceInfo,
    SequenceLearner,
    SequenceState,
    Stimulus,
)
from bouton.behaviour.world import World

__all__ = [
    "Agent",
    "AgentInfo",
    "BurstGate",
    "ClosedLoop",
    "Cue",
    "Experience",
    "FoodArena",
    "FoodState",
    "Gate",
    "LoopInfo",
    "LoopState",
    "MappingInfo",
    "MappingNetwork",
    "MappingState",
    "ObstacleArena",
    "ObstacleState",
    "Pose",
    "RangeSensors",
    "ReversalState",
    "ReversalTask",
    "SequenceAgent",
    "SequenceInfo",
    "SequenceLearner",
    "SequenceState",
    "Stimulus",
    "Trial",
    "Visit",
    "WindowGate",
    "World",
    "act_in",
    "as_environment",
    "correlation_curve",
    "input_correlations",
    "ticks",
]
