"""Correlation-invariant plasticity: of neurons with rates, and of spiking neurons."""
