"""Publication of ratings: what may be shown to everybody, because the rater said so and a person let it go."""
