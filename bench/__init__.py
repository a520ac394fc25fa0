"""Measurements against floors and peers, as ratios within one run: `python -m bench` writes bench/results."""
