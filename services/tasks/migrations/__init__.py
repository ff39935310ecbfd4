"""Schema versions of the tasks database, oldest first."""
