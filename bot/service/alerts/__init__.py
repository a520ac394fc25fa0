"""Alerts of other machines: taken in, told, and decided on by people."""
