"""The version of bouton."""

__version__ = "0.1.0"
