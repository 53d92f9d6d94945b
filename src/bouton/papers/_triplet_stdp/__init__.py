"""The parts of the reproduction of triplet STDP."""
