"""The inner HTTP interface of services, asked through the app that `build` puts together."""

from datetime import date
from pathlib import Path

import pytest

from services.notify import handlers
from shared.database import Database
from shared.principal import Principal
from shared.testing import FakeClock
from tests.notify.conftest import OpenDatabase
from tests.notify.made import adopt_shipped_rules, at, tell
from tests.notify.monitoring.made import ACCEPTED, OVERDUE, decide, hear
from tests.notify.test_api import ask, running
from tests.notify.timeline.services import CODE, accepted, completed, paused, resumed, unit_with

BEGAN = "2023-06-12 10:00"
UNIT = Principal(id="k", role="unit", unit="zjj", scopes=frozenset({"tasks:read"}))
NOBODYS = Principal(id="k", role="unit", scopes=frozenset({"tasks:read"}))


async def heard(open_database: OpenDatabase) -> Database:
    """Hear of five services: overdue, due later after a pause, paused, finished, and of a strange code."""
    clock = FakeClock(ACCEPTED)
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_unit_registered, unit_with())
    stories = [
        (accepted(BEGAN, "a:1"),),
        (accepted(BEGAN, "a:2", promised=20),),
        (accepted(BEGAN, "a:3"), completed("2023-06-13 10:00", "a:3")),
        (accepted(BEGAN, "a:4", unit_code="strange"),),
        (accepted("2023-06-12 11:00"), paused("2023-06-13 10:00"), resumed("2023-06-15 10:00")),
        (paused("2023-06-16 10:00", 2),),
    ]
    events = [event for story in stories for event in story]
    await hear(db, *events)
    clock.instant = OVERDUE
    await decide(db)
    return db


async def listed(tmp_path: Path, query: str = "", who: Principal | None = None) -> list[tuple[str, str]]:
    async with running(tmp_path) as client:
        answer = await ask(client, f"/services{query}", *([who] if who else []))
    return [(one["service_id"], one["state"]) for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [("a:1", "overdue"), ("a:2", "open"), ("a:4", "overdue"), ("s1:370123", "paused")]),
        ("?state=overdue", [("a:1", "overdue"), ("a:4", "overdue")]),
        ("?state=paused", [("s1:370123", "paused")]),
        ("?unit=zjj&state=overdue", [("a:1", "overdue")]),
        ("?unit=u9", []),
    ],
)
async def test_services_are_listed_by_where_they_stand_and_who_answers(
    open_database: OpenDatabase, tmp_path: Path, query: str, found: list[tuple[str, str]]
) -> None:
    await heard(open_database)

    assert await listed(tmp_path, query) == found


async def test_a_unit_sees_its_own_services_only(open_database: OpenDatabase, tmp_path: Path) -> None:
    await heard(open_database)
    own = await listed(tmp_path, "?state=overdue", UNIT)

    async with running(tmp_path) as client:
        paths = ("/services?unit=u9", "/services/a:4", "/services/a:1")
        answers = [await ask(client, path, UNIT) for path in paths]
        nobodys = await ask(client, "/services", NOBODYS)

    assert own == [("a:1", "overdue")]
    assert [one.status_code for one in answers] == [403, 404, 200]
    assert (nobodys.status_code, nobodys.json()["code"]) == (403, "services.not_yours")


async def test_a_service_explains_itself(open_database: OpenDatabase, tmp_path: Path) -> None:
    await heard(open_database)

    async with running(tmp_path) as client:
        found = (await ask(client, "/services/a:1")).json()
        stands_still = (await ask(client, "/services/s1:370123")).json()

    assert found["explanation"] == "承诺10个工作日，自受理次日起算，末日遇休息日顺延，应于2023年6月27日前办结"
    assert (found["unit"], found["unit_code"], found["basis"]) == ("zjj", CODE, "counted")
    assert [one["rung"] for one in found["notices"]] == ["warned", "due", "overdue", "overdue"]
    assert found["notices"][0]["planned_at"] == at(date(2023, 6, 25)).isoformat().replace("+00:00", "Z")
    assert [one["resumed_at"] is None for one in stands_still["pauses"]] == [False, True]
    assert (stands_still["due_at"], stands_still["notices"]) == (None, [])


async def test_a_page_leads_to_the_next(open_database: OpenDatabase, tmp_path: Path) -> None:
    await heard(open_database)

    async with running(tmp_path) as client:
        first = (await ask(client, "/services?limit=3")).json()
        rest = (await ask(client, f"/services?limit=3&after={first['next']}")).json()
        lost = await ask(client, "/services?after=x")

    assert (first["next"], rest["next"]) == ("a:4", None)
    assert [one["service_id"] for one in rest["items"]] == ["s1:370123"]
    assert (lost.status_code, lost.json()["code"]) == (422, "page.unknown")


async def test_what_is_not_there_is_said_by_its_id(open_database: OpenDatabase, tmp_path: Path) -> None:
    await heard(open_database)

    async with running(tmp_path) as client:
        answer = await ask(client, "/services/a:9")

    assert (answer.status_code, answer.json()["code"]) == (404, "service.not_found")
