"""Kills: every process of the bus is ended with SIGKILL again and again, and what came of it is counted."""
