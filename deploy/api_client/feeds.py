"""/feeds of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import RecordOut


class TakenOut(Model):
    """What became of the records of a request."""

    received: int
    accepted: int = 0
    corrected: int = 0
    repeated: int = 0
    ignored: int = 0
    conflict: int = 0
    rejected: int = 0
    records: list[RecordOut] = Field(default_factory=list)


class FeedsApi:
    """/feeds of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def post_feeds_by_source(
        self,
        body: JsonObject | Sequence[JsonObject] | bytes,
        *,
        source: str,
        content_type: str,
        x_duban_timestamp: str | None = None,
        x_duban_signature: str | None = None,
        idempotency_key: str | None = None,
    ) -> TakenOut:
        """报送办件和评价：按来源的接口格式，一条或一批: POST /api/v1/feeds/{source}."""
        return self.calls.ask(
            TakenOut,
            "POST",
            f"/api/v1/feeds/{in_path(source)}",
            headers={
                "X-Duban-Timestamp": x_duban_timestamp,
                "X-Duban-Signature": x_duban_signature,
                "Idempotency-Key": idempotency_key,
                "content-type": content_type,
            },
            body=body,
        )
