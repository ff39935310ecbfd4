"""What the feeds tell beside ratings: services 办件 with their limits, and what came of bad ratings 差评整改."""
