"""/event-schemas of the API (事件契约).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, in_path


class EventSchemasApi:
    """/event-schemas of the API (事件契约)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_event_schemas_by_type_json(self, *, type_: str) -> JsonObject:
        """某类事件 data 的 JSON Schema，不需要密钥: GET /api/v1/event-schemas/{type}.json."""
        return self.calls.ask(JsonObject, "GET", f"/api/v1/event-schemas/{in_path(type_)}.json")
