"""Schema versions of the metrics database, oldest first."""
