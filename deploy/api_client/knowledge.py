"""/knowledge of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class EntryView(Model):
    """An entry; the hotline may answer with it while it is `valid`."""

    answer: str
    category: str
    edited_at: dt.datetime
    edited_by: str
    id: str
    reviewed_at: dt.datetime | None
    reviewed_by: str
    title: str
    unit_id: str
    valid: bool
    valid_until: dt.date | None
    valid_word: str
    version: int
    withdrawn_at: dt.datetime | None


class EditBody(Model):
    """An entry written anew; refused when it has moved on since `if_version`."""

    answer: str
    title: str
    unit_id: str
    category: list[str] = Field(default_factory=list)
    if_version: int | None = None
    valid_until: dt.date | None = None


class EntryBody(Model):
    """An entry; see `Entry`."""

    answer: str
    title: str
    unit_id: str
    category: list[str] = Field(default_factory=list)
    valid_until: dt.date | None = None


class ReviewBody(Model):
    """Until when a unit stands for an entry; None for no end."""

    valid_until: dt.date | None = None


class KnowledgeApi:
    """/knowledge of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_knowledge(
        self,
        *,
        q: str | None = None,
        category: str | None = None,
        unit: str | None = None,
        stale: bool | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[EntryView]:
        """检索知识库: GET /api/v1/knowledge."""
        return self.calls.ask(
            list[EntryView],
            "GET",
            "/api/v1/knowledge",
            query={
                "q": q,
                "category": category,
                "unit": unit,
                "stale": stale,
                "after": after,
                "limit": limit,
            },
        )

    def post_knowledge(
        self, body: EntryBody | JsonObject, *, idempotency_key: str | None = None
    ) -> EntryView:
        """编写知识条目: POST /api/v1/knowledge."""
        return self.calls.ask(
            EntryView, "POST", "/api/v1/knowledge", headers={"Idempotency-Key": idempotency_key}, body=body
        )

    def put_knowledge_by_entry_id(self, body: EditBody | JsonObject, *, entry_id: str) -> EntryView:
        """修改知识条目: PUT /api/v1/knowledge/{entry_id}."""
        return self.calls.ask(EntryView, "PUT", f"/api/v1/knowledge/{in_path(entry_id)}", body=body)

    def post_knowledge_by_entry_id_review(
        self, body: ReviewBody | JsonObject, *, entry_id: str, idempotency_key: str | None = None
    ) -> EntryView:
        """审核知识条目: POST /api/v1/knowledge/{entry_id}/review."""
        return self.calls.ask(
            EntryView,
            "POST",
            f"/api/v1/knowledge/{in_path(entry_id)}/review",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_knowledge_by_entry_id_withdrawal(
        self, *, entry_id: str, idempotency_key: str | None = None
    ) -> EntryView:
        """撤下知识条目: POST /api/v1/knowledge/{entry_id}/withdrawal."""
        return self.calls.ask(
            EntryView,
            "POST",
            f"/api/v1/knowledge/{in_path(entry_id)}/withdrawal",
            headers={"Idempotency-Key": idempotency_key},
        )
