"""The events that services exchange: one CloudEvents envelope and one file of frozen models for each feed."""

from shared.events.envelope import FEEDS, OWNERS, Envelope, Event, Feed, models

__all__ = ["FEEDS", "OWNERS", "Envelope", "Event", "Feed", "models"]
