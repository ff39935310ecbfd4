"""Messages over HTTP: lists of them, and who got how many in which week."""

from datetime import date
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from services.notify.domain import SUPERVISION_OFFICE
from services.notify.domain_burden import DEFINITIONS, Arrival, count, week_of
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from tests.notify.conftest import OpenDatabase
from tests.notify.made import FakeChannel
from tests.notify.test_api import UNIT, ask, running, told_service

JULY_3 = date(2023, 7, 3)


async def sent_service(open_database: OpenDatabase) -> None:
    """Make a service whose two tasks were told about on 30 June and 3 July, and sent on the latter."""
    db = await told_service(open_database, tasks=2)
    sender = Sender(db, [FakeChannel()], instruments=Instruments(CollectorRegistry()))
    for _ in range(3):
        await sender.step()


async def test_messages_are_listed_with_the_notices_in_them(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await sent_service(open_database)

    async with running(tmp_path) as client:
        found = (await ask(client, "/parcels?recipient=u1&from=2023-06-30&to=2023-07-03")).json()

    (parcel,) = found["items"]
    assert (parcel["day"], parcel["urgent"], parcel["sent_at"]) == (
        "2023-07-03",
        False,
        "2023-07-03T01:00:00Z",
    )
    assert (parcel["notices"], len(parcel["notice_ids"]), found["next"]) == (4, 4, None)


async def test_pages_of_messages_follow_each_other(open_database: OpenDatabase, tmp_path: Path) -> None:
    await sent_service(open_database)

    async with running(tmp_path) as client:
        first = (await ask(client, "/parcels?limit=1")).json()
        second = (await ask(client, f"/parcels?limit=1&after={first['next']}")).json()
        unknown = await ask(client, "/parcels?after=nothing")

    seen = {one["recipient"] for one in (*first["items"], *second["items"])}
    assert (seen, second["next"]) == ({"u1", SUPERVISION_OFFICE}, None)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "page.unknown")


async def test_a_unit_sees_its_own_messages_and_nobody_elses(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await sent_service(open_database)

    async with running(tmp_path) as client:
        own = (await ask(client, "/parcels", UNIT)).json()["items"]
        others = await ask(client, f"/burden/messages?unit={SUPERVISION_OFFICE}", UNIT)

    assert {one["recipient"] for one in own} == {"u1"}
    assert others.status_code == 403


async def test_a_period_that_ends_before_it_begins_is_refused(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await sent_service(open_database)

    async with running(tmp_path) as client:
        refused = await ask(client, "/parcels?from=2023-07-02&to=2023-07-01")

    assert (refused.status_code, refused.json()["code"]) == (422, "parcels.period")


async def test_messages_are_counted_by_recipient_and_week_with_what_is_counted(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await sent_service(open_database)

    async with running(tmp_path) as client:
        found: dict[str, Any] = (
            await ask(client, "/burden/messages?from=2023-07-01&to=2023-07-31&unit=u1")
        ).json()

    (week,) = found["items"]
    assert (week["week_from"], week["week_to"]) == ("2023-07-03", "2023-07-09")
    assert (week["messages"], week["routine"], week["urgent"], week["notices"]) == (1, 1, 0, 4)
    assert week["channels"] == {"log": 1}
    assert set(found["definitions"]) == set(DEFINITIONS)


def test_messages_of_a_week_are_added_up_and_weeks_begin_on_monday() -> None:
    sunday = date(2023, 7, 9)
    said = [
        Arrival("u1", "log", urgent=False, notices=3, day=JULY_3),
        Arrival("u1", "sms", urgent=True, notices=1, day=sunday),
        Arrival("u1", "log", urgent=False, notices=1, day=date(2023, 7, 10)),
    ]

    counted = count(said)

    first = counted["u1", JULY_3]
    assert list(counted) == [("u1", JULY_3), ("u1", date(2023, 7, 10))]
    assert (first.messages, first.routine, first.urgent, first.notices) == (2, 1, 1, 4)
    assert (first.channels, week_of(sunday)) == ({"log": 1, "sms": 1}, JULY_3)
