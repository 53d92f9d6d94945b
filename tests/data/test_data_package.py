"""The package as a whole: light to import, and complete."""

import subprocess
import sys

import bouton.data


def test_importing_it_loads_nothing_heavy():
    heavy = ("jax", "scipy", "sklearn", "PIL", "pyarrow", "pandas", "matplotlib")
    code = f"import bouton.data, sys; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there_and_documented():
    for name in bouton.data.__all__:
        assert name == "Seed" or getattr(bouton.data, name).__doc__
