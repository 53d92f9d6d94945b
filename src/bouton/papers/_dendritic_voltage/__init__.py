"""The parts of the reproduction of plasticity by dendritic voltage."""
