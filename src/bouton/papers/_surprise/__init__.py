"""The parts of the reproduction of learning under surprise: settings, tables, curves, predictions, claims, figures."""
