"""`duban rebuild metrics`: where the databases and the archive are, the replay with its progress, and the swap."""
