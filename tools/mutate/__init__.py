"""Mutations of plasticity rules: each is changed in small ways, one at a time, and the laws must notice."""
