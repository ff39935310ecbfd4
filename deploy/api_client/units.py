"""/units of the API (督办事项服务).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from .calls import Calls, Json, JsonObject, Model, in_path
from .common import ChangeKind, ChangeOut


class ChangeBody(Model):
    """An order; see `ChangeOrder`. Without `effective_on` it holds from today."""

    kind: ChangeKind | str
    reason: str
    effective_on: dt.date | None = None
    name: str | None = None
    tasks: list[str] = Field(default_factory=list)
    to: str | None = None


class CodesBody(Model):
    """The 统一社会信用代码 of a unit, all of them; see `CodesEdit`."""

    codes: list[str]
    take_over: bool = False


class NewKindOut(Model):
    """A known unit that is of another kind."""

    kind: str
    unit_id: str


class NewNameOut(Model):
    """A name that the ledger does not know yet, and the unit that it will mean."""

    name: str
    unit_id: str


class NewUnitOut(Model):
    """A unit that the ledger does not know yet."""

    id: str
    kind: str
    name: str


class OtherNameOut(Model):
    """A name of the list that means another unit, or a unit of another name, to the ledger."""

    listed: str
    name: str
    unit: str
    unit_id: str


class UnitOut(Model):
    """A unit with all names that documents print for it."""

    aliases: list[str]
    codes: list[str]
    collective: bool
    id: str
    kind: str
    name: str
    revision: int


class ApiUnitBody(Model):
    """How a unit is to be called; see `services.tasks.units.service.UnitEdit`."""

    aliases: list[str]
    name: str | None = None
    take_over: bool = False


class LoadingOut(Model):
    """What loading a list of units did, or would do; see `Loading`."""

    confirmed: bool
    conflicts: list[OtherNameOut]
    differing: list[OtherNameOut]
    kinds: list[NewKindOut]
    listed: int
    names: list[NewNameOut]
    new: list[NewUnitOut]


class UnitsApi:
    """/units of the API (督办事项服务)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def put_units_by_unit_id_codes(self, body: CodesBody | JsonObject, *, unit_id: str) -> UnitOut:
        """设置单位的统一社会信用代码: PUT /api/v1/units/{unit_id}/codes."""
        return self.calls.ask(UnitOut, "PUT", f"/api/v1/units/{in_path(unit_id)}/codes", body=body)

    def get_units(self) -> list[UnitOut]:
        """列出单位: GET /api/v1/units."""
        return self.calls.ask(list[UnitOut], "GET", "/api/v1/units")

    def post_units(
        self, body: Json, *, confirm: bool | None = None, idempotency_key: str | None = None
    ) -> LoadingOut:
        """导入单位清单；confirm=false 只试算: POST /api/v1/units."""
        return self.calls.ask(
            LoadingOut,
            "POST",
            "/api/v1/units",
            query={"confirm": confirm},
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def put_units_by_unit_id(self, body: ApiUnitBody | JsonObject, *, unit_id: str) -> UnitOut:
        """修改单位名称和别名: PUT /api/v1/units/{unit_id}."""
        return self.calls.ask(UnitOut, "PUT", f"/api/v1/units/{in_path(unit_id)}", body=body)

    def post_units_by_unit_id_changes(
        self, body: ChangeBody | JsonObject, *, unit_id: str, idempotency_key: str | None = None
    ) -> ChangeOut:
        """单位更名、合并、移交: POST /api/v1/units/{unit_id}/changes."""
        return self.calls.ask(
            ChangeOut,
            "POST",
            f"/api/v1/units/{in_path(unit_id)}/changes",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )
