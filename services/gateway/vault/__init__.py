"""The vault: what people are called, how they are reached and what they wrote, encrypted with a key for each person."""
