"""Tests of rectifications."""
