"""Figures as ratios against other software, measured in the same run: `python -m benchmarks`."""
