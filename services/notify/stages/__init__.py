"""The stages of a decision, a file each: (notice, situation) -> the verdict that ends it, or None to go on."""
