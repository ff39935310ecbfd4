"""The crash matrix of notify: the real service is killed at every step of its pipeline, and all is compared."""
