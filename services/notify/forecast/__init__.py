"""What will be sent to whom in the next days, and what a change of rules, calendar or contacts would change of it.

A forecast is a rehearsal: the engine and the sender themselves run over a copy of the database, on a clock that jumps
from one planned instant to the next, into channels that only take notes (ADR 15).
"""
