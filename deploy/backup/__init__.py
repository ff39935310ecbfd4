"""Backups of an embedded installation: taken while it runs, as of one instant; put back into a new directory."""
