"""Archived events become returns once each, whatever order the streams come in and whoever reads."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.gateway.returns import repository
from services.gateway.returns.domain import Step
from services.gateway.returns.feeder import Feeder
from services.gateway.returns.models import ReturnCursor, ReturnSubject
from services.gateway.returns.service import take
from shared.events.envelope import Event
from shared.events.orders import OrderAnswered, OrderMerged, OrderOpened, OrderReturned, OrderVisited
from shared.events.rectifications import RectificationCalledBack
from shared.events.supervision import ExtensionDecided, ExtensionRequested, TaskAccepted, TaskReopened
from shared.testing import DRILL_START
from tests.gateway.returns.world import STEPS_OF_RATING, Desk, answered, ordered, rated, rectified

URL = "http://127.0.0.1:9/"


async def steps(desk: Desk) -> list[str]:
    return [row.step for row in await desk.rows()]


async def subjects(desk: Desk) -> int:
    async with desk.db.reading() as session:
        return await session.scalar(select(func.count()).select_from(ReturnSubject)) or 0


async def test_a_bad_rating_and_its_steps_are_known_and_a_good_one_is_not(desk: Desk) -> None:
    await desk.target(URL)
    await desk.hear(rated(1), rated(2, level=5), rated(3, level=3), *rectified())

    assert (await steps(desk), await subjects(desk)) == (STEPS_OF_RATING, 1)


async def test_a_source_without_a_target_is_owed_nothing(desk: Desk) -> None:
    await desk.hear(rated(), *rectified())

    assert (await steps(desk), await subjects(desk)) == ([], 1)


async def test_only_wanted_steps_go_back(desk: Desk) -> None:
    await desk.target(URL, steps=(Step.REPLIED,))
    await desk.hear(rated(), *rectified())

    assert await steps(desk) == ["replied"]


async def test_what_comes_before_its_own_rating_is_placed_when_that_comes(desk: Desk) -> None:
    await desk.target(URL, steps=(Step.ACCEPTED, Step.CLOSED))
    await desk.hear(*rectified())
    before = await desk.states()
    await desk.hear(rated())

    assert before == ["unplaced"] * 4
    assert await desk.states() == ["waiting", "dismissed", "dismissed", "waiting"]
    assert {row.source_id for row in await desk.rows()} == {"push"}


async def test_an_archive_that_is_read_again_makes_nothing_twice(desk: Desk) -> None:
    await desk.target(URL)
    await desk.hear(rated(), *rectified())
    before = [(row.id, row.occurrence) for row in await desk.rows()]
    async with desk.db.transaction() as tx:
        await tx.session.execute(update(ReturnCursor).values(position=0))
    await desk.feed()

    assert [(row.id, row.occurrence) for row in await desk.rows()] == before


async def test_a_new_cursor_begins_at_the_end_unless_told_where(desk: Desk) -> None:
    await desk.target(URL)
    await desk.archive(rated(), *rectified())
    await desk.feed()
    at_end = await steps(desk)
    async with desk.db.transaction() as tx:
        await tx.session.execute(ReturnCursor.__table__.delete())  # type: ignore[attr-defined]  # It is a table.
    desk.feeder = Feeder(desk.db, begin=0, scanned=2)
    await desk.feed()

    assert (at_end, await steps(desk)) == ([], STEPS_OF_RATING)


@pytest.mark.slow
async def test_readers_at_the_same_time_write_once(desk: Desk) -> None:
    await desk.target(URL)
    await desk.feed()
    await desk.archive(*(one for n in range(1, 11) for one in (rated(n), *rectified(n))))
    readers = [Feeder(desk.db, scanned=7) for _ in range(4)]
    for _ in range(12):
        await asyncio.gather(*(reader.step() for reader in readers))

    assert len(await steps(desk)) == 40


async def test_a_page_that_another_reader_had_first_is_left(desk: Desk) -> None:
    await desk.feed()
    await desk.archive(rated())
    async with desk.db.reading() as session:
        stale = await repository.entries_behind(session, 0)
    await desk.feed()
    async with desk.db.transaction() as tx:
        taken = await take(tx, stale, real_now=DRILL_START)

    assert not taken


async def test_an_event_that_cannot_be_read_is_passed_by(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.target(URL)
    wrong = TaskAccepted.model_construct(task_id="t1", state=5)  # type: ignore[arg-type]  # What can not be read.
    await desk.hear(rated(), wrong, *rectified())

    assert await steps(desk) == STEPS_OF_RATING
    assert "goes back nowhere" in caplog.text


async def test_a_step_that_comes_again_counts_on(desk: Desk) -> None:
    again: list[Event] = [TaskReopened(task_id="t1", state="reopened"), *rectified()[1:]]
    await desk.target(URL)
    await desk.hear(rated(), *rectified(), *again)

    rows = await desk.rows()
    assert [(row.step, row.occurrence) for row in rows if row.step in {"closed", "reopened"}] == [
        ("closed", 1),
        ("reopened", 1),
        ("closed", 2),
    ]


def of(event: type[Event], **fields: Any) -> Event:  # noqa: ANN401 - the event's.
    return event.model_validate(
        {"task_id": "t9", "order_id": "o9", "rating_id": "o9", "unit_id": "u1", **fields}
    )


RETURNED = {"reason": "not_ours", "hop": 1}
ASKED = {"number": 1, "clock": "finish"}
SAID: list[tuple[Event, str, dict[str, object]]] = [
    (of(OrderReturned, **RETURNED), "return_requested", RETURNED | {"unit_id": "u1", "granted": None}),
    (
        of(OrderReturned, **RETURNED, granted=True),
        "return_decided",
        RETURNED | {"unit_id": "u1", "granted": True},
    ),
    (
        of(ExtensionRequested, **ASKED, old_due_at=DRILL_START, wanted_on=date(2023, 7, 1)),
        "extension_requested",
        ASKED | {"unit_id": "u1", "old_due_at": "2023-06-20T01:00:00Z", "wanted_on": "2023-07-01"},
    ),
    (
        of(ExtensionDecided, **ASKED, granted_on=date(2023, 7, 1)),
        "extension_decided",
        ASKED | {"granted_on": "2023-07-01", "outcome": "granted"},
    ),
    (
        of(ExtensionDecided, **ASKED, outcome="withdrawn"),
        "extension_decided",
        ASKED | {"granted_on": None, "outcome": "withdrawn"},
    ),
    (
        of(OrderVisited, attempt=1, reached=True, resolved="yes", level=4),
        "called_back",
        {"attempt": 1, "reached": True, "resolved": "yes", "level": 4},
    ),
    (
        of(RectificationCalledBack, attempt=2, reached=False),
        "called_back",
        {"attempt": 2, "reached": False, "level": None},
    ),
]


@pytest.mark.parametrize(("event", "step", "content"), SAID)
async def test_each_event_says_its_step_with_codes_and_dates(
    desk: Desk, event: Event, step: str, content: dict[str, object]
) -> None:
    await desk.target(URL, "hotline")
    await desk.hear(ordered(9), OrderOpened(task_id="t9", order_id="o9"), event)

    (row,) = await desk.rows()
    assert (row.step, json.loads(row.content)) == (step, content)
    assert row.happened_at == DRILL_START


async def test_retention_that_passed_the_cursor_is_jumped(desk: Desk) -> None:
    await desk.target(URL)
    await desk.feed()
    await desk.archive(rated(), *rectified())
    async with desk.db.transaction() as tx:
        await (await tx.session.connection()).exec_driver_sql("DELETE FROM archive WHERE position < 3")
    await desk.feed()
    async with desk.db.reading() as session:
        assert await repository.cursor_position(session) == 6


async def test_a_merged_order_is_told_under_its_own_number_what_happens_to_the_other(desk: Desk) -> None:
    await desk.target(URL, "hotline")
    opened = [OrderOpened(task_id=f"t-o{n}", order_id=f"o{n}") for n in (1, 2, 3)]
    merged = [OrderMerged(task_id=f"t-o{n}", order_id=f"o{n}", into=f"t-o{n + 1}") for n in (1, 2)]
    of_main = [one for one in answered(3) if not isinstance(one, OrderOpened)]
    own_answers = [
        OrderAnswered(task_id=f"t-o{n}", order_id=f"o{n}", unit_id="u1", late=False) for n in (1, 2)
    ]
    await desk.hear(*(ordered(n) for n in (1, 2, 3)), *opened, *merged)
    await desk.hear(*of_main, *own_answers)

    told = {
        name: [row.step for row in await desk.rows() if row.subject_id == name] for name in ("o1", "o2", "o3")
    }
    assert told["o3"] == ["accepted", "contacted", "answered", "closed"]
    assert [sorted(told[name]) for name in ("o1", "o2")] == [sorted(told["o3"])] * 2
