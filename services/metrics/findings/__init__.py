"""Findings on ratings that look made up: bursts of praise, and many of the same in one minute."""
