"""/asyncapi of the API (事件契约).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, in_path


class AsyncapiApi:
    """/asyncapi of the API (事件契约)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_asyncapi_by_feed_json(self, *, feed: str) -> JsonObject:
        """某数据流的 AsyncAPI 3 文档，不需要密钥: GET /api/v1/asyncapi/{feed}.json."""
        return self.calls.ask(JsonObject, "GET", f"/api/v1/asyncapi/{in_path(feed)}.json")
