"""Summaries: the ledger summed up for a week, month or quarter, as of its end, from which papers are made."""
