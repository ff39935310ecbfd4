"""/published-ratings of the API (好差评公开).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model


class Shown(Model):
    """A rating as everybody sees it."""

    rating_id: str
    level: int
    level_words: str
    unit_code: str
    item_code: str
    reasons: list[str]
    rated_on: str
    text: str
    outcome: str
    published_at: dt.datetime | None


class ShownPage(Model):
    """A page of published ratings; `next` is the `after` of the one behind it, None on the last."""

    items: list[Shown]
    next: str | None


class PublishedRatingsApi:
    """/published-ratings of the API (好差评公开)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_published_ratings(self, *, after: str | None = None, limit: int | None = None) -> ShownPage:
        """已公开的评价，最新在前；不需要密钥: GET /api/v1/published-ratings."""
        return self.calls.ask(
            ShownPage, "GET", "/api/v1/published-ratings", query={"after": after, "limit": limit}
        )
