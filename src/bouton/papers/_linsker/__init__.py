"""The parts of the reproduction of Linsker's network."""
