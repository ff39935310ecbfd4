"""Rebuilding: what is recomputed from the archive, what is taken over as people set it, and how two are compared."""
