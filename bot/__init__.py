"""Cellule: an end-to-end-encrypted incident room for Matrix."""

__version__ = "0.2.0"
