"""Public lists 晾晒榜 of the kinds that have one: what was said, by whom, and whether it was kept."""
