"""/contacts of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

from .calls import Calls, JsonObject
from .common import Book


class ContactsApi:
    """/contacts of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_contacts(self) -> Book:
        """查看通讯录：人员、岗位、离岗代理: GET /api/v1/contacts."""
        return self.calls.ask(Book, "GET", "/api/v1/contacts")

    def put_contacts(self, body: Book | JsonObject) -> Book:
        """整体替换通讯录: PUT /api/v1/contacts."""
        return self.calls.ask(Book, "PUT", "/api/v1/contacts", body=body)
