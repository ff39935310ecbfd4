"""/return-forms of the API (回传).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject, Model


class FormOut(Model):
    """A shipped form of returns."""

    name: str
    form: JsonObject


class ReturnFormsApi:
    """/return-forms of the API (回传)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_return_forms(self) -> list[FormOut]:
        """列出回传格式: GET /api/v1/return-forms."""
        return self.calls.ask(list[FormOut], "GET", "/api/v1/return-forms")
