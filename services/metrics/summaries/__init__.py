"""Summaries of the feeds: 12345 by day, week and month, 好差评 by month, as of an instant; papers are made of them."""
