"""A year of 办件, ratings and 12345 orders through real processes, held against the raw input."""
