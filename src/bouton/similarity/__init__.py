"""Similarity matching: circuits whose outputs keep the similarities of their inputs."""

from bouton.similarity.snmf import SNMFInfo, SNMFNetwork, SNMFState, UnitReport

__all__ = ["SNMFInfo", "SNMFNetwork", "SNMFState", "UnitReport"]
