"""Surveys 测评: who was asked and who answered are known as numbers alone; what was said, only of many together."""
