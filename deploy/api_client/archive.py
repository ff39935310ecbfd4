"""/archive of the API (存证).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager

import httpx

from .calls import Calls, Model, in_path


class AnchorView(Model):
    """Where the archive stood when a day began; `hash` in hexadecimal."""

    day: dt.date
    position: int
    hash: str


class HashView(Model):
    """The hash of an entry of the archive."""

    position: int
    hash: str


class AnchorsView(Model):
    """Anchors, the latest first."""

    items: list[AnchorView]


class ArchiveApi:
    """/archive of the API (存证)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_archive_anchors(self, *, from_: dt.date | None = None, limit: int | None = None) -> AnchorsView:
        """列出每日存证：档案位置与哈希: GET /api/v1/archive/anchors."""
        return self.calls.ask(
            AnchorsView, "GET", "/api/v1/archive/anchors", query={"from": from_, "limit": limit}
        )

    def get_archive_hashes_by_position(self, *, position: int) -> HashView:
        """查看某一档案位置的哈希: GET /api/v1/archive/hashes/{position}."""
        return self.calls.ask(HashView, "GET", f"/api/v1/archive/hashes/{in_path(position)}")

    def get_archive_key(self) -> dict[str, str]:
        """查看档案导出的签名公钥: GET /api/v1/archive/key."""
        return self.calls.ask(dict[str, str], "GET", "/api/v1/archive/key")

    def get_archive_export(
        self, *, from_: int | None = None, to: int | None = None, timeout: httpx.Timeout | None = None
    ) -> AbstractContextManager[httpx.Response]:
        """导出一段档案（NDJSON，末行为签名）: GET /api/v1/archive/export."""
        return self.calls.stream(
            "GET", "/api/v1/archive/export", query={"from": from_, "to": to}, timeout=timeout
        )
