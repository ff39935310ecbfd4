"""`/rules` over HTTP: who may read, set and try rules, and what is answered."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.notify import handlers
from services.notify.forecast.service import Forecaster
from services.notify.permissions import permit
from services.notify.rulebooks.api import build_router
from shared.principal import Principal, sign
from shared.testing import FakeClock, sqlite_database
from shared.web import create_app, principal_check
from tests.notify.made import at, clock_started, tell
from tests.notify.rulebooks.books import Json, begin, book, with_rule

SECRET = "a secret that the gateway and this service share"
SCOPES = frozenset({"tasks:read", "tasks:write"})
OFFICE = Principal(id="s1", role="supervisor", scopes=SCOPES)
UNIT = Principal(id="k", role="unit", unit="u1", scopes=SCOPES)
NOW = at(date(2023, 6, 26))
NOON = book(at="12:00")


class Caller:
    """Somebody who asks."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, path: str = "/rules", who: Principal = OFFICE) -> Json:
        return await self._said("GET", path, who)

    async def put(self, rules: Json, query: str = "", who: Principal = OFFICE, **more: Any) -> Json:  # noqa: ANN401 - JSON.
        body = {"rules": rules, "made_from": 1, "reason": "中午提醒", **more}
        return await self._said("PUT", f"/rules{query}", who, json=body)

    async def _said(self, method: str, path: str, who: Principal, **said: Any) -> Json:  # noqa: ANN401 - JSON.
        headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
        return (await self.client.request(method, path, headers=headers, **said)).json()


@pytest_asyncio.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    """A service with one task of a unit, due on 30 June."""
    db = sqlite_database("notify", tmp_path, FakeClock(NOW))
    await begin(db)
    await tell(db, handlers.on_clock_started, clock_started(recorded_at=NOW))
    router = build_router(db, permit(principal_check(SECRET)), Forecaster(db, ["log"]))
    transport = httpx.ASGITransport(create_app("notify", routers=[router]))
    async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
        yield Caller(client)
    await db.close()


async def test_the_rules_that_hold_say_who_set_them_when_and_why(caller: Caller) -> None:
    first = await caller.ask()
    put = await caller.put(NOON)
    now = await caller.ask(who=UNIT)

    assert (first["version"], first["shipped"], first["made_by"]) == (1, True, "")
    assert (put["version"], put["changed"], put["dry_run"], put["notices"]) == (2, True, False, None)
    about = {name: now[name] for name in ("version", "shipped", "made_at", "made_by", "reason")}
    assert about == {
        "version": 2,
        "shipped": False,
        "made_at": "2023-06-26T01:00:00Z",
        "made_by": "s1",
        "reason": "中午提醒",
    }
    assert now["rules"][0]["at"] == "12:00:00"


async def test_a_copy_of_what_is_read_can_be_handed_in(caller: Caller) -> None:
    read = await caller.ask()
    read["rules"][0]["overdue"]["then_every"] = 5

    said = await caller.put(read, made_from=read["version"])

    assert said["difference"] == {
        "rules": [
            {
                "change": "changed",
                "kind": "*",
                "plan": None,
                "level": None,
                "unit": None,
                "fields": [{"field": "overdue.then_every", "before": 10, "after": 5}],
            }
        ],
        "parcels": [],
    }


async def test_all_versions_stay_to_be_read(caller: Caller) -> None:
    await caller.put(NOON)

    listed = await caller.ask("/rules/versions")
    old = await caller.ask("/rules/versions/1")
    none = await caller.ask("/rules/versions/3")

    assert [(one["version"], one["made_by"]) for one in listed] == [(2, "s1"), (1, "")]
    assert (old["version"], old["rules"][0]["at"]) == (1, "09:00:00")
    assert (none["code"], none["field"]) == ("rules.version_unknown", "version")


async def test_a_dry_run_names_the_rules_that_change_and_writes_nothing(caller: Caller) -> None:
    said = await caller.put(with_rule(kind="order"), "?dry_run=true", reason="")

    assert (said["version"], said["changed"], said["dry_run"], said["notices"]) == (2, True, True, None)
    assert [(one["change"], one["kind"]) for one in said["difference"]["rules"]] == [("added", "order")]
    assert (await caller.ask())["version"] == 1


async def test_a_dry_run_forecasts_the_notices_that_come_go_and_move(caller: Caller) -> None:
    document = book(at="12:00", before=[{"days": -2, "tell": ["lead"]}])

    notices = (await caller.put(document, "?dry_run=true&days=7"))["notices"]

    assert (notices["first"], notices["last"]) == ("2023-06-26", "2023-07-02")
    assert [one["offset_days"] for one in notices["added"]] == [-2]
    assert [one["offset_days"] for one in notices["dropped"]] == [-3]
    moved = [(one["before"]["planned_at"], one["after"]["planned_at"]) for one in notices["moved"]]
    assert moved == [("2023-06-30T01:00:00Z", "2023-06-30T04:00:00Z")]
    assert notices["summary"] == "3 条提醒变化：新增 1，减少 1，改期 1"
    assert (await caller.ask())["version"] == 1


@pytest.mark.parametrize(
    ("who", "query", "changes", "code"),
    [
        (UNIT, "", {}, "role.refused"),
        (UNIT, "?dry_run=true", {}, "role.refused"),
        (OFFICE.model_copy(update={"role": "sysadmin"}), "", {}, "role.refused"),
        (OFFICE.model_copy(update={"scopes": frozenset({"tasks:read"})}), "", {}, "scope.missing"),
        (OFFICE, "", {"reason": ""}, "rules.reason"),
        (OFFICE, "", {"made_from": 7}, "rules.stale"),
        (OFFICE, "?dry_run=true", {"made_from": 7}, "rules.stale"),
        (OFFICE, "", {"rules": {}}, "rules.invalid"),
        (OFFICE, "?dry_run=true&days=7", {"rules": {}}, "rules.invalid"),
        (OFFICE, "?days=7", {}, "rules.days"),
        (OFFICE, "?dry_run=true&days=93", {}, "request.invalid"),
        (OFFICE, "", {"made_from": None}, "request.invalid"),
    ],
)
async def test_what_may_not_be_set_is_refused_and_the_rules_stay(
    caller: Caller, who: Principal, query: str, changes: dict[str, Any], code: str
) -> None:
    refused = await caller.put(changes.pop("rules", NOON), query, who, **changes)

    assert refused["code"] == code
    assert (await caller.ask())["version"] == 1


async def test_the_faults_are_listed_one_by_one(caller: Caller) -> None:
    refused = await caller.put(with_rule(unit="u9", level="high"))

    assert (refused["status"], refused["field"]) == (422, "rules.1.level")
    assert [one["field"] for one in refused["faults"]] == ["rules.1.level", "rules.1.unit"]
