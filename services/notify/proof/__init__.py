"""Proof of notice: what a task's units were told, when, how, with what answer, held against the archive."""
