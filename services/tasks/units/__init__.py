"""Units and the names that documents print for them; an alias belongs to exactly one unit."""
