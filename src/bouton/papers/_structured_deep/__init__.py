"""The parts of the reproduction of structured and deep similarity matching."""
