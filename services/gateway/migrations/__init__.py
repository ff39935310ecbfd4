"""Schema versions of the gateway database, oldest first."""
