"""Tests: folders mirror the code; contract, wiring, e2e, chaos and bench cut across."""
