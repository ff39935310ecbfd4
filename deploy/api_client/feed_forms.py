"""/feed-forms of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model


class FormOut(Model):
    """A shipped form."""

    name: str
    title: str
    form: JsonObject


class FormsOut(Model):
    """All shipped forms, and the code lists by sort and name."""

    forms: list[FormOut]
    lists: JsonObject


class FeedFormsApi:
    """/feed-forms of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_feed_forms(self) -> FormsOut:
        """列出接口格式和代码表: GET /api/v1/feed-forms."""
        return self.calls.ask(FormsOut, "GET", "/api/v1/feed-forms")
