"""Tests of arrears."""
