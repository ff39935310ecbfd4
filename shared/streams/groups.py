"""Who reads what: the groups of every stream; the owner makes them before its first append."""

from shared.events.envelope import FEEDS, Feed

ARCHIVE = "archive"

# Renaming a group starts a new one: every stream is read again, and trimming waits for it.
GROUPS: dict[Feed, tuple[str, ...]] = {
    "supervision": ("notify", "metrics", ARCHIVE),
    "deadlines": ("tasks", "metrics", ARCHIVE),
    "ratings": ("tasks", "notify", "metrics", ARCHIVE),
    "hotline": ("tasks", "metrics", ARCHIVE),
    "exchange": ("tasks", "notify", ARCHIVE),
    "assessment": ("notify", ARCHIVE),
}


def feeds_of(group: str) -> tuple[Feed, ...]:
    """List the feeds that a group reads; all of them, with or without a handler, or trimming would wait for ever."""
    return tuple(feed for feed in FEEDS if group in GROUPS[feed])
