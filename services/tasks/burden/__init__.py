"""减负: what the system itself costs the units, counted."""
