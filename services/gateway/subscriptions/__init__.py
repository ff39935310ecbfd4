"""Subscriptions: what downstream systems get of the archive over webhooks, history first, in order per subject."""
