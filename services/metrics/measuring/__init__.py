"""Measures: registered functions over facts; one function serves live values, as-of values, rebuilds and scores."""
