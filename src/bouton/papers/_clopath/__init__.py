"""The parts of the reproduction of voltage-based plasticity."""
