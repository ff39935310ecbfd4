"""The inner HTTP interface, asked through the app that `build` puts together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from services.notify import handlers
from services.notify.api import visible_recipient
from services.notify.app import build
from services.notify.domain import SUPERVISION_OFFICE
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.settings import Settings
from shared.clock import DrillClock
from shared.database import Database
from shared.errors import Forbidden
from shared.principal import Principal, sign
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.made import (
    JUNE_30,
    FakeBus,
    FakeChannel,
    adopt_shipped_rules,
    at,
    clock_started,
    decide_now,
    task_registered,
    tell,
)

SECRET = "a secret that the gateway and this service share"
SUPERVISOR = Principal(id="s", role="supervisor", scopes=frozenset({"tasks:read"}))
UNIT = Principal(id="k", role="unit", unit="u1", scopes=frozenset({"tasks:read"}))


def settings(tmp_path: Path) -> Settings:
    return Settings(
        redis_url=SecretStr("redis://nowhere"),
        principal_secret=SecretStr(SECRET),
        notify_database_url=SecretStr(f"sqlite:///{tmp_path}/notify.db"),
    )


async def told_service(open_database: OpenDatabase, tasks: int = 1) -> Database:
    """Make a service in which the reminder and the first overdue notice of each task went out."""
    clock = FakeClock(at(JUNE_30, 8))
    db = open_database(clock)
    await adopt_shipped_rules(db)
    for number in range(tasks):
        await tell(db, handlers.on_task_registered, task_registered(f"t{number}"))
        await tell(db, handlers.on_clock_started, clock_started(f"t{number}", recorded_at=clock.now()))
    for instant in (at(JUNE_30), at(date(2023, 7, 3))):
        clock.instant = instant
        await decide_now(db)
    return db


@asynccontextmanager
async def running(tmp_path: Path, bus: FakeBus | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Run the app on a drill clock that stands in a night between two rungs."""
    clock = DrillClock(datetime.now(UTC), at(date(2023, 7, 4), 0), speed=1)
    app = build(settings(tmp_path), clock=clock, bus=bus or FakeBus(caught_up=at(date(2023, 8, 1))))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
        client.base_url = httpx.URL("http://notify")
        yield client


async def ask(client: httpx.AsyncClient, path: str, who: Principal | None = SUPERVISOR) -> httpx.Response:
    headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))} if who else {}
    return await client.get(path, headers=headers)


async def items(client: httpx.AsyncClient, path: str, who: Principal = SUPERVISOR) -> list[dict[str, Any]]:
    answer = await ask(client, path, who)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_notices_are_listed_newest_first_with_their_key(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database)

    async with running(tmp_path) as client:
        found = await items(client, "/notices?task=t0")

    assert [one["rung"] for one in found] == ["overdue", "overdue", "due"]
    assert {one["recipient"] for one in found} == {"u1", SUPERVISION_OFFICE}
    assert found[-1]["planned_at"] == "2023-06-30T01:00:00Z"


async def test_notices_can_be_filtered_by_recipient_and_rung(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database, tasks=2)

    async with running(tmp_path) as client:
        of_office = await items(client, f"/notices?recipient={SUPERVISION_OFFICE}")
        due = await items(client, "/notices?rung=due")

    assert {one["rung"] for one in of_office} == {"overdue"}
    assert [one["rung"] for one in due] == ["due", "due"]


async def test_skipped_rungs_are_shown_when_asked_for(open_database: OpenDatabase, tmp_path: Path) -> None:
    await told_service(open_database)

    async with running(tmp_path) as client:
        found = await items(client, "/notices?skipped=true")

    assert [one["offset_days"] for one in found if one["verdict"] == "skipped_before_recorded"] != []
    assert len(found) == 6


async def test_pages_follow_each_other_without_gap_or_overlap(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database, tasks=3)

    async with running(tmp_path) as client:
        seen: list[str] = []
        path: str | None = "/notices?limit=4"
        while path:
            page = (await ask(client, path)).json()
            seen += [one["id"] for one in page["items"]]
            path = page["next"] and f"/notices?limit=4&after={page['next']}"

    assert len(seen) == len(set(seen)) == 9


async def test_a_page_behind_an_unknown_notice_is_refused(
    tmp_path: Path, open_database: OpenDatabase
) -> None:
    await told_service(open_database)

    async with running(tmp_path) as client:
        answer = await ask(client, "/notices?after=nothing")

    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("page.unknown", "after")


async def test_a_unit_sees_its_own_notices_and_nobody_elses(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database)

    async with running(tmp_path) as client:
        own = await items(client, "/notices", UNIT)
        others = await ask(client, f"/notices?recipient={SUPERVISION_OFFICE}", UNIT)

    assert {one["recipient"] for one in own} == {"u1"}
    assert (others.status_code, others.json()["code"]) == (403, "notices.not_yours")


async def test_a_unit_key_without_a_unit_sees_nothing(open_database: OpenDatabase, tmp_path: Path) -> None:
    await told_service(open_database)

    async with running(tmp_path) as client:
        answer = await ask(client, "/notices", UNIT.model_copy(update={"unit": ""}))

    assert answer.status_code == 403


async def test_who_is_not_signed_or_has_no_right_gets_nothing(
    tmp_path: Path, open_database: OpenDatabase
) -> None:
    open_database(FakeClock())

    async with running(tmp_path) as client:
        nobody = await ask(client, "/notices", None)
        feed = await ask(client, "/rules", Principal(id="f", role="feed"))

    assert (nobody.status_code, feed.status_code) == (401, 403)


async def test_a_notice_shows_how_it_was_delivered(open_database: OpenDatabase, tmp_path: Path) -> None:
    db = await told_service(open_database)
    await Sender(db, [FakeChannel()], instruments=Instruments(CollectorRegistry())).step()

    async with running(tmp_path) as client:
        found = await items(client, "/notices?rung=due")

    attempt = {"channel": "log", "number": 1, "outcome": "sent", "detail": "", "at": "2023-07-03T01:00:00Z"}
    attempt["instead_of"] = ""
    assert [one["deliveries"] for one in found] == [[attempt]]


async def test_the_rules_are_shown_with_their_version(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database(FakeClock())

    async with running(tmp_path) as client:
        rules = (await ask(client, "/rules")).json()

    assert rules["version"] == 1
    assert rules["rules"][0]["overdue"]["workdays"] == [1, 5, 10]


async def test_the_service_is_ready_when_its_bus_is(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database(FakeClock())

    async with running(tmp_path) as client:
        ready = await client.get("/readyz")
    async with running(tmp_path, FakeBus(trouble=["relay: top is ahead"])) as client:
        not_ready = await client.get("/readyz")

    assert (ready.status_code, not_ready.status_code) == (200, 503)


async def test_the_metrics_name_lateness_and_what_is_pending(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    open_database(FakeClock())

    async with running(tmp_path) as client:
        text = (await client.get("/metrics")).text

    assert "duban_notice_lateness_seconds_bucket" in text
    assert "duban_notices_pending 0.0" in text


@pytest.mark.parametrize("role", ["unit", "unit_lead", "liaison"])
def test_people_of_a_unit_see_only_what_it_was_told(role: str) -> None:
    person = Principal(id="k", role=role, unit="u1", scopes=frozenset({"tasks:read"}))

    assert visible_recipient(person, "") == "u1"
    with pytest.raises(Forbidden):
        visible_recipient(person, "u2")
