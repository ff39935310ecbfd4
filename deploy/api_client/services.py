"""/services of the API (提醒服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from .calls import Calls, Model, in_path


class PauseView(Model):
    """A pause; `resumed_at` None while it goes on."""

    number: int
    paused_at: dt.datetime
    reason: str
    resumed_at: dt.datetime | None


class ServiceNoticeView(Model):
    """What was told about a service."""

    decided_at: dt.datetime
    due_at: dt.datetime
    id: str
    late: bool
    occurrence: int
    planned_at: dt.datetime
    recipient: str
    rung: str
    text: str


class ServiceView(Model):
    """A service 办件: 受理, promise, pauses, and how its due instant was computed of these.

    Attributes:
        state: `open`, `overdue`, `paused`, `unlimited`, `completed` or `completed_late`.
        unit: Who answers for its code; None where no unit has that.
        stated_on: The last day that the source itself states.
        unpaused_on: The last day if there had been no pause.
        provisional: `due_at` was counted into a year without an official calendar.
    """

    accepted_at: dt.datetime | None
    basis: str
    completed_at: dt.datetime | None
    due_at: dt.datetime | None
    explanation: str
    item_code: str
    kind: str
    notices: list[ServiceNoticeView]
    pauses: list[PauseView]
    project_no: str
    promised: int | None
    promised_unit: str | None
    provisional: bool
    service_id: str
    source_id: str
    state: str
    stated_on: dt.date | None
    unit: str | None
    unit_code: str
    unpaused_on: dt.date | None


class ServicesView(Model):
    """A page of services, the first accepted first; `next` is the `after` of the page behind it."""

    items: list[ServiceView]
    next: str | None


class ServicesApi:
    """/services of the API (提醒服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_services(
        self,
        *,
        unit: str | None = None,
        state: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> ServicesView:
        """电子监察：列出未办结的办件及其时限、暂停和提醒；state 取 open、overdue 或 paused: GET /api/v1/services."""
        return self.calls.ask(
            ServicesView,
            "GET",
            "/api/v1/services",
            query={"unit": unit, "state": state, "limit": limit, "after": after},
        )

    def get_services_by_service_id(self, *, service_id: str) -> ServiceView:
        """电子监察：查看办件，时限如何算得、提醒过谁: GET /api/v1/services/{service_id}."""
        return self.calls.ask(ServiceView, "GET", f"/api/v1/services/{in_path(service_id)}")
