"""Tests of the dispatch directory."""
