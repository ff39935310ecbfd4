"""What the events told of tasks is held against the tables, field by field."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_told import Difference, Told, differences
from services.tasks.ledger.repository_told import read_ledger
from services.tasks.models import ClockRow, TaskRow, TaskUnitRow
from shared.database import Database
from shared.events.supervision import (
    ClockStarted,
    ClockStopped,
    ExtensionDecided,
    ExtensionRequested,
    TaskCarriedOver,
    TaskClosed,
    TaskLit,
    TaskNormalised,
    TaskRegistered,
    TaskReopened,
    UnitRole,
)
from shared.testing import DRILL_START, FakeClock, published, sqlite_database
from tests.tasks import factories as make

NOW, DAY = DRILL_START, date(2023, 6, 30)
REGISTERED = TaskRegistered(
    task_id="t", kind="action", units=(UnitRole(unit_id="b", role="lead"), UnitRole(unit_id="a", role="lead"))
)


def told(*events: object) -> dict[str, object]:
    heard = Told()
    for event in events:
        heard.hear(event)
    return dict(heard.tasks["t"])


def test_a_registration_tells_the_facts_and_the_roles_in_one_order() -> None:
    found = told("what is no event of the ledger", REGISTERED)

    assert (found["state"], found["kind"], found["units"]) == ("registered", "action", "lead:a lead:b")


def test_the_day_of_the_first_closing_stays_until_the_task_is_owed_again() -> None:
    closed = TaskClosed(task_id="t", state="closed", closed_at=NOW)
    standing = TaskNormalised(task_id="t", state="standing", since=NOW, closed_at=NOW + timedelta(days=1))
    again = TaskReopened(task_id="t", state="reopened")

    steps = [told(closed, standing), told(closed, standing, again), told(standing)]

    assert [one["closed_at"] for one in steps] == [NOW, None, NOW + timedelta(days=1)]
    assert [one["state"] for one in steps] == ["standing", "reopened", "standing"]


def test_what_is_carried_over_has_its_new_day_and_a_light_its_last() -> None:
    over = TaskCarriedOver(task_id="t", state="assigned", due_on=DAY)
    lights = [TaskLit(task_id="t", light=light, rule="r", version=1) for light in ("green", "red")]

    found = told(REGISTERED, over, *lights)

    assert (found["deadline"], found["in_year_scope"], found["light"]) == (DAY, False, "red")


def test_a_clock_has_its_days_while_it_runs_and_its_stop_behind() -> None:
    start = ClockStarted(
        task_id="t", clock="finish", kind="action", started_at=NOW, recorded_at=NOW, due_at=NOW
    )
    stop = ClockStopped(task_id="t", clock="finish", stopped_at=NOW)

    states = [told(start), told(start, stop), told(start, stop, start)]

    assert [(one["clock finish due_at"], one["clock finish stopped_at"]) for one in states] == [
        (NOW, None),
        (None, NOW),
        (NOW, None),
    ]


def test_an_extension_is_told_when_it_is_asked_for_and_when_it_is_decided() -> None:
    ask = ExtensionRequested(
        task_id="t", number=1, clock="finish", unit_id="a", old_due_at=NOW, wanted_on=DAY
    )
    decided = ExtensionDecided(task_id="t", number=1, clock="finish", granted_on=DAY, outcome="granted")

    states = [told(ask), told(ask, decided)]

    assert [(one["extension 1 state"], one["extension 1 granted_on"]) for one in states] == [
        ("pending", None),
        ("granted", DAY),
    ]


def test_what_differs_is_named_by_task_and_field() -> None:
    found = differences({"a": {"x": DAY, "y": None}, "b": {}}, {"a": {"x": True, "y": None}, "c": {}})

    assert found == [
        Difference("a", "x", "2023-06-30", "True"),
        Difference("b", "task", "told", ""),
        Difference("c", "task", "", "in the table"),
    ]
    assert found[0].words() == "事项 a 的 x：应为 2023-06-30，实为 True"
    assert differences({"a": {"x": None}}, {"a": {}}) == []
    assert "应为 （无）" in found[2].words()


@pytest.fixture
async def ledger(tmp_path: Path) -> Database:
    """Make a ledger of two tasks, one of which was assigned and accepted."""
    db = sqlite_database("tasks", tmp_path, FakeClock())
    await make.confirm(
        db, make.document([make.task("1"), make.task("2")], targets=(), cadences=(), doubts=())
    )
    for move in (Move.ASSIGN, Move.ACCEPT):
        await make.move(db, move, make.OFFICE, number="1", reason="说明")
    return db


async def compared(db: Database) -> list[Difference]:
    heard = Told()
    for one in await published(db):
        heard.hear(one.data)
    _head, found = await db.look(read_ledger)
    return differences(heard.tasks, found)


async def test_every_quiet_update_is_found_and_named(ledger: Database) -> None:
    before, one = await compared(ledger), make.task_id("1")
    async with ledger.transaction() as tx:
        await tx.session.execute(
            update(TaskRow).where(TaskRow.id == one).values(state="closed", deadline=date(2024, 1, 1))
        )
        await tx.session.execute(
            update(TaskUnitRow).where(TaskUnitRow.task_id == one).values(role="cooperating")
        )
        await tx.session.execute(
            update(ClockRow).where(ClockRow.task_id == one, ClockRow.stopped_at.is_(None)).values(due_at=NOW)
        )
    after = await compared(ledger)
    await ledger.close()

    assert before == []
    assert {(found.task, found.field.split()[-1]) for found in after} >= {
        (one, "state"),
        (one, "deadline"),
        (one, "units"),
        (one, "due_at"),
    }
    assert {found.task for found in after} == {one}
