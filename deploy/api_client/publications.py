"""/publications of the API (好差评公开).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls
from .common import Kept, State


class PublicationsApi:
    """/publications of the API (好差评公开)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_publications(
        self, *, state: State | str | None = None, after: str | None = None, limit: int | None = None
    ) -> list[Kept]:
        """评价人同意公开的评价，按状态，最新在前: GET /api/v1/publications."""
        return self.calls.ask(
            list[Kept], "GET", "/api/v1/publications", query={"state": state, "after": after, "limit": limit}
        )
