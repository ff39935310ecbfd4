"""Periods of assessment 考核周期: open, previewed, closed and final, with appeals and exemptions."""
