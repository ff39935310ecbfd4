"""Benchmarks: each prints ours, the baseline measured in the same run, and the ratio."""
