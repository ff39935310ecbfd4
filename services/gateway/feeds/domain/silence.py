"""Whether a source is silent for too long."""

from datetime import datetime, timedelta


def is_silent(heard_at: datetime | None, watched_from: datetime | None, minutes: int, now: datetime) -> bool:
    """Say whether nothing came for longer than the `minutes` that were set (0 for no limit); all is business time.

    Silence before `watched_from`, when the limit was set, does not count.
    """
    since = max((one for one in (heard_at, watched_from) if one is not None), default=None)
    return minutes > 0 and since is not None and now - since > timedelta(minutes=minutes)
