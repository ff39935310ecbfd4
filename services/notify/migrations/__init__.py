"""Schema versions of the notify database, oldest first."""
