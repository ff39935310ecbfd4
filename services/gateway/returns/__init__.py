"""回传: what became of a rating or an order here goes back to the platform that it came from."""
