"""Scoring: pure arithmetic from what was measured to points, lines, scores and ranks."""
