"""The ledger, a task and its light as of any past instant are what people saw then."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.tasks.daybreak import Daybreak
from services.tasks.ledger.as_of import TaskThen, list_as_of, show_as_of
from services.tasks.ledger.commands import Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_as_of import FILTERS, PAGING, Past, matches, read_instant
from services.tasks.ledger.domain_query import TaskQuery, read_query
from services.tasks.ledger.history import restore, snapshot
from services.tasks.ledger.repository import hold
from services.tasks.models import TaskRow
from services.tasks.units.service import UnitEdit, edit_unit
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Conflict, Invalid, NotFound
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import PLAN, A, B, unit_id

NOW = at_local(date(2023, 7, 10), 15)
MAY, JUNE, JULY = (at_local(date(2023, month, 1), 12) for month in (5, 6, 7))
PAST = Past(
    kind="action",
    plan="p1",
    state="assigned",
    light="green",
    number="7",
    title="推行网上申报",
    body="比例达到95%以上。",
    deadline=make.JUNE,
    units=(("lead", "u1"), ("responsible", "u2")),
)


async def seen(db: Database, instant: datetime, number: str = "1") -> TaskThen:
    async with db.reading() as session:
        return await show_as_of(session, instant, make.task_id(number))


async def numbers(db: Database, instant: datetime, **asked: str) -> list[str]:
    async with db.reading() as session:
        page = await list_as_of(session, instant, read_query(asked))
    return [task.number for task in page.items]


async def live_through_june(db: Database, clock: FakeClock) -> None:
    """Assign in May, report in June, hand in and close in July; it was due on 30 June."""
    await make.move(db, Move.ASSIGN, at=MAY)
    await make.move(db, Move.ACCEPT, at=MAY)
    await make.move(db, Move.PROGRESS, at=JUNE, progress=40, report=Report(note="已过半"))
    clock.instant = JULY
    await make.walk(db, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2023-06-30", end_of_day(date(2023, 6, 30))),
        ("2023-07-10", NOW),
        ("2023-06-30T12:00:00Z", at_local(date(2023, 6, 30), 20)),
        ("2023-06-30T12:00+08:00", at_local(date(2023, 6, 30), 12)),
        ("2023-06-30T12:00", at_local(date(2023, 6, 30), 12)),
        ("2023-06-30 12:00", at_local(date(2023, 6, 30), 12)),
    ],
)
def test_a_day_means_its_end_in_shanghai_and_today_means_now(said: str, instant: datetime) -> None:
    assert read_instant(said, NOW) == instant


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2023-07-11", "as_of.future"),
        ("2023-07-10T15:01", "as_of.future"),
        ("30.6.2023", "as_of.invalid"),
        ("2023-06-30T12:00 08:00", "as_of.invalid"),
    ],
)
def test_what_is_not_past_or_cannot_be_read_is_refused(said: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_instant(said, NOW)

    assert (refused.value.code, refused.value.field) == (code, "as_of")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, True),
        ({"plan": "p1", "state": "assigned", "light": "green"}, True),
        ({"plan": "p2"}, False),
        ({"kind": "action"}, True),
        ({"kind": "duty"}, False),
        ({"state": "closed"}, False),
        ({"light": "red"}, False),
        ({"unit": "u2"}, True),
        ({"unit": "u2", "role": "lead"}, False),
        ({"role": "cooperating"}, False),
        ({"due_from": "2023-06-30", "due_to": "2023-06-30"}, True),
        ({"due_from": "2023-07-01"}, False),
        ({"due_to": "2023-06-29"}, False),
        ({"q": "7"}, True),
        ({"q": "网上"}, True),
        ({"q": "95%"}, True),
        ({"q": "电力"}, False),
    ],
)
def test_the_past_is_filtered_as_the_present(asked: dict[str, str], *, expected: bool) -> None:
    assert matches(PAST, read_query(asked)) is expected


@pytest.mark.parametrize("asked", [{"due_from": "2023-01-01"}, {"due_to": "2023-12-31"}])
def test_a_task_without_a_date_is_in_no_range_of_dates(asked: dict[str, str]) -> None:
    undated = Past(**{name: getattr(PAST, name) for name in Past.__slots__} | {"deadline": None})

    assert not matches(undated, read_query(asked))


@pytest.mark.parametrize(
    ("kind", "seen_by", "expected"),
    [
        ("order", None, True),
        ("order", "u2", True),
        ("order", "u9", False),
        ("order", "", False),
        ("rectification", "u9", False),
        ("action", "u9", True),
    ],
)
def test_a_private_task_of_the_past_is_shown_to_its_units_alone(
    kind: str, seen_by: str | None, *, expected: bool
) -> None:
    task = Past(**{name: getattr(PAST, name) for name in Past.__slots__} | {"kind": kind})

    assert matches(task, read_query({}, seen_by=seen_by)) is expected


def test_nobody_asks_for_the_eyes_of_another() -> None:
    with pytest.raises(Invalid) as refused:
        read_query({"seen_by": "u1"})

    assert refused.value.code == "query.filter_unknown"


def test_every_filter_of_the_list_is_one_of_the_past_too() -> None:
    assert set(FILTERS) == set(TaskQuery.__slots__) - PAGING


async def test_a_task_is_what_it_was(ledger: Database, clock: FakeClock) -> None:
    await live_through_june(ledger, clock)

    then = await seen(ledger, JUNE)

    assert (then.state, then.state_word, then.progress, then.revision) == ("in_progress", "办理", 40, 4)
    assert [one.move for one in then.revisions] == ["register", "assign", "accept", "progress"]
    assert (then.submitted_at, then.closed_at, then.as_of) == (None, None, JUNE)
    assert [(one.unit_id, one.state) for one in then.parts] == [
        (unit_id(A), "in_progress"),
        (unit_id(B), "assigned"),
    ]
    assert [one.note for one in then.reports] == ["已过半"]


async def test_the_clocks_of_a_task_are_what_they_were(ledger: Database, clock: FakeClock) -> None:
    await live_through_june(ledger, clock)

    then = {one.name: one for one in (await seen(ledger, JUNE)).clocks}
    later = {one.name: one for one in (await seen(ledger, JULY)).clocks}

    assert (then["finish"].stopped_at, then["sign"].stopped_at) == (None, MAY)
    assert (later["finish"].stopped_at, later["finish"].due_at) == (JULY, end_of_day(make.JUNE))


@pytest.mark.parametrize(
    ("day", "colour"),
    [
        (date(2023, 5, 22), "green"),
        (date(2023, 6, 22), "yellow"),
        (date(2023, 6, 23), "yellow"),
        (date(2023, 6, 30), "yellow"),
        (date(2023, 7, 1), "red"),
        (date(2023, 7, 2), "done"),
    ],
)
async def test_the_light_is_computed_for_the_instant_though_nothing_happened_on_it(
    ledger: Database, clock: FakeClock, day: date, colour: str
) -> None:
    await live_through_june(ledger, clock)

    then = await seen(ledger, at_local(day, 0, 1))

    assert (then.light, then.lit.light, then.lit.rule) == (colour, colour, "deadline-and-pace")
    assert then.lit.inputs["date"] == day.isoformat()


async def test_what_is_seen_now_is_what_was_seen_then(ledger: Database, clock: FakeClock) -> None:
    clock.instant = MAY
    looks: list[tuple[datetime, TaskThen]] = []
    for days, move in enumerate((Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.RETURN)):
        clock.instant = MAY + timedelta(days=days)
        await make.move(ledger, move, reason="佐证不全")
        looks.append((clock.instant, await seen(ledger, clock.instant)))

    assert [await seen(ledger, instant) for instant, _ in looks] == [then for _, then in looks]


async def test_the_list_of_the_past_holds_what_stood_in_it(db: Database, clock: FakeClock) -> None:
    await make.confirm(db, make.document())
    clock.instant = JUNE
    await make.register(db, number="9", units=(("lead", unit_id(B)),))
    await make.move(db, Move.ASSIGN, number="2")

    assert await numbers(db, MAY) == ["1", "2", "3"]
    assert await numbers(db, MAY, state="assigned") == []
    assert await numbers(db, JUNE, state="assigned") == ["2"]
    assert await numbers(db, JUNE, unit=unit_id(B), role="lead") == ["9"]
    assert await numbers(db, JUNE, plan=PLAN, light="undated") == ["3"]


async def test_the_list_turns_red_on_the_day_after(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 12, 1))
    await Daybreak(ledger).step()

    assert await numbers(ledger, end_of_day(make.JUNE), light="red") == []
    assert await numbers(ledger, end_of_day(date(2023, 7, 1)), light="red") == ["1"]


async def test_pages_of_the_past_follow_each_other(ledger: Database) -> None:
    async with ledger.reading() as session:
        first = await list_as_of(session, JUNE, TaskQuery(limit=2))
        second = await list_as_of(session, JUNE, TaskQuery(limit=2, after=first.next or ""))

    assert [[task.number for task in page.items] for page in (first, second)] == [["1", "2"], ["3"]]
    assert (first.next, second.next, first.as_of) == (make.task_id("2"), None, JUNE)


async def test_a_page_of_the_past_after_a_task_that_is_not_there_is_refused(ledger: Database) -> None:
    with pytest.raises(Invalid, match="翻页请用"):
        await numbers(ledger, JUNE, after="none")


async def test_a_text_that_a_document_changed_later_reads_as_it_did(ledger: Database) -> None:
    for at, body in ((JUNE, "第二稿"), (JULY, "第三稿")):
        tasks = [make.task("1", body=body), *make.document().tasks[1:]]
        await make.confirm(ledger, make.document(tasks), content=body, at=at)

    assert [(await seen(ledger, when)).body for when in (MAY, JUNE, JULY)] == [
        "做好这件事。",
        "第二稿",
        "第三稿",
    ]
    assert await numbers(ledger, JUNE, q="第二稿") == ["1"]


async def test_units_are_called_what_they_were_called(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY
    async with ledger.transaction() as tx:
        edit = UnitEdit(unit_id=unit_id(A), name="甲委员会", aliases=(A,), take_over=False)
        await edit_unit(tx, edit, make.act(at=JULY))

    assert [(await seen(ledger, when)).units[0].name for when in (JUNE, JULY)] == [A, "甲委员会"]


async def test_a_task_that_came_later_was_not_there(ledger: Database) -> None:
    with pytest.raises(NotFound) as refused:
        await seen(ledger, at_local(date(2023, 4, 24)))

    assert refused.value.code == "as_of.not_yet"
    assert await numbers(ledger, at_local(date(2023, 4, 24))) == []


async def test_a_task_that_never_was_is_not_found(ledger: Database) -> None:
    with pytest.raises(NotFound) as refused:
        await seen(ledger, JUNE, "99")

    assert refused.value.code == "task.not_found"


async def test_a_snapshot_holds_all_that_a_task_is(ledger: Database, clock: FakeClock) -> None:
    await live_through_june(ledger, clock)
    async with ledger.reading() as session:
        held = await hold(session, make.task_id("1"))
        said = snapshot(held)

    again = restore(said, ())
    assert snapshot(again) == said
    assert (again.task.due_at, again.task.deadline) == (held.task.due_at, held.task.deadline)


async def test_columns_younger_than_a_snapshot_have_their_defaults(ledger: Database) -> None:
    async with ledger.reading() as session:
        said = snapshot(await hold(session, make.task_id("1")))
    del said["level"], said["source_ref"]

    again = restore(said, ()).task
    assert (again.level, again.source_ref) == ("normal", None)
    assert {column.key for column in TaskRow.__mapper__.columns} - set(said) == {
        "body",
        "level",
        "source_ref",
    }


async def look(caller: Caller, path: str, **asked: str) -> Any:  # noqa: ANN401 - JSON.
    answer = await caller.get(path, **asked)
    return {"status": answer.status_code, **answer.json()}


async def test_the_api_shows_the_past(filled: Caller) -> None:
    page = await look(filled, "/tasks", as_of="2023-06-30", light="yellow")
    task = await look(filled, f"/tasks/{make.task_id('1')}", as_of="2023-07-01")

    assert (page["as_of"], [one["number"] for one in page["items"]]) == ("2023-06-30T15:59:59Z", ["1"])
    assert (task["light"], task["as_of"], task["revisions"][0]["move"]) == (
        "red",
        "2023-07-01T15:59:59Z",
        "register",
    )


@pytest.mark.parametrize("path", ["/tasks", f"/tasks/{make.task_id('1')}"])
async def test_the_api_refuses_the_future_and_what_it_cannot_read(filled: Caller, path: str) -> None:
    answers = [await look(filled, path, as_of=said) for said in ("2999-01-01", "soon")]

    assert [(one["status"], one["code"]) for one in answers] == [
        (422, "as_of.future"),
        (422, "as_of.invalid"),
    ]


async def test_an_empty_instant_asks_for_the_present(filled: Caller) -> None:
    page = await look(filled, "/tasks", as_of="")
    task = await look(filled, f"/tasks/{make.task_id('1')}", as_of="")

    assert (page["as_of"], task["moves"][0]) == (None, "assign")


async def test_before_the_first_snapshot_the_ledger_says_from_when_on_it_can_tell(
    ledger: Database, clock: FakeClock
) -> None:
    await live_through_june(ledger, clock)
    await make.forget_snapshots(ledger, MAY)

    with pytest.raises(Conflict) as refused:
        await seen(ledger, MAY)
    with pytest.raises(Conflict, match="2023-06-01T04:00"):
        await numbers(ledger, MAY)

    assert (refused.value.code, refused.value.details) == ("as_of.unrecorded", {"first": JUNE.isoformat()})
    assert ((await seen(ledger, JUNE)).state, await numbers(ledger, JUNE)) == ("in_progress", ["1", "2", "3"])


async def test_a_task_to_which_nothing_happened_since_is_what_it_is(ledger: Database) -> None:
    await make.forget_snapshots(ledger, MAY)

    then = await seen(ledger, JUNE, "2")
    assert (then.state, then.body, then.revision) == ("registered", "做好这件事。", 1)
