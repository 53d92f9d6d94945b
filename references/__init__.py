"""The published algorithms in plain NumPy, in the symbols of the papers, to read beside them."""
