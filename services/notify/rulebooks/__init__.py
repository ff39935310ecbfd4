"""The notice rules as people change them: what is handed in is checked, tried, stored as a version and kept."""
