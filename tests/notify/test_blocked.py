"""While a task is blocked its units are spared and those of the blocker are told; then the rungs go on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers
from services.notify.domain import (
    SUPERVISION_OFFICE,
    PlannedNotice,
    Reading,
    Situation,
    Verdict,
    late_after,
    rungs,
)
from services.notify.domain_recipients import root_blockers
from services.notify.instruments import Instruments
from services.notify.models import NoticeRow
from services.notify.service_notices import Decision
from services.notify.stages.fold import decide
from services.notify.wording import blocked_text
from shared.events.deadlines import NoticeIssued
from shared.events.supervision import TaskBlocked, TaskUnblocked
from shared.testing import FakeClock, deliver_twice, events_of
from shared.workdays import WorkCalendar
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import (
    JUNE_30,
    adopt_shipped_rules,
    at,
    clock,
    clock_started,
    decide_now,
    rule,
    task_registered,
    tell,
    told,
)

BLOCKED, UNBLOCKED = TaskBlocked(task_id="t1", by="p1"), TaskUnblocked(task_id="t1", by="p1")
SEVENTH, THIRD = date(2023, 6, 21), date(2023, 6, 27)  # Days of the warnings before 30 June.


class Line:
    """A task `t1` of `u1`, due on 30 June, and a problem `p1` of `u2` that blocks it."""

    def __init__(self, open_database: OpenDatabase) -> None:
        self.clock = FakeClock(at(date(2023, 6, 20)))
        self.db = open_database(self.clock)

    async def begin(self, blocker_unit: str = "u2") -> "Line":
        await adopt_shipped_rules(self.db)
        problem = task_registered("p1", ((blocker_unit, "lead"),), title="杆线未迁")
        await tell(self.db, handlers.on_task_registered, task_registered(), problem)
        await tell(self.db, handlers.on_clock_started, clock_started())
        await deliver_twice(self.db, handlers.on_task_blocked, BLOCKED)
        return self

    async def unblock(self, event: TaskUnblocked = UNBLOCKED) -> None:
        await deliver_twice(self.db, handlers.on_task_unblocked, event)

    async def at(self, instant: datetime) -> Sequence[Decision]:
        self.clock.instant = instant
        return await decide_now(self.db)

    async def recorded(self, recipient: str) -> list[tuple[int, str]]:
        stated = select(NoticeRow).where(NoticeRow.recipient == recipient).order_by(NoticeRow.planned_at)
        async with self.db.reading() as session:
            return [(row.offset_days, row.verdict) for row in await session.scalars(stated)]


@ON_BOTH
async def test_the_blocker_is_told_in_place_of_the_blocked_and_the_reason_is_recorded(
    open_database: OpenDatabase,
) -> None:
    line = await Line(open_database).begin()

    decisions = await line.at(at(SEVENTH))

    assert told(decisions) == [("warned", -7, "u2")]
    assert (await line.recorded("u1"))[-1] == (-7, Verdict.HELD_INHIBITED)
    assert [one.recipient for one in await events_of(line.db, NoticeIssued)] == ["u2"]


async def test_the_blocker_reads_what_it_has_to_solve(open_database: OpenDatabase) -> None:
    line = await Line(open_database).begin()

    await line.at(at(SEVENTH))

    async with line.db.reading() as session:
        [text] = await session.scalars(select(NoticeRow.text).where(NoticeRow.text != ""))
    assert "《建设示范路》" in text
    assert text.endswith(blocked_text("杆线未迁"))


@ON_BOTH
async def test_after_the_block_the_last_rung_held_back_goes_out_late_and_then_all_go_on(
    open_database: OpenDatabase,
) -> None:
    line = await Line(open_database).begin()
    await line.at(at(SEVENTH))
    await line.at(at(THIRD))
    line.clock.instant = at(date(2023, 6, 28))
    await line.unblock()

    later = [told(await line.at(at(day))) for day in (date(2023, 6, 28), JUNE_30)]

    assert later == [[("warned", -3, "u1")], [("due", 0, "u1")]]
    assert (await line.recorded("u1"))[-3:] == [
        (-7, Verdict.HELD_INHIBITED),
        (-3, Verdict.SEND_LATE),
        (0, Verdict.SEND),
    ]


@ON_BOTH
async def test_a_task_that_no_rung_of_was_held_back_goes_on_as_if_nothing_had_been(
    open_database: OpenDatabase,
) -> None:
    line = await Line(open_database).begin()
    await line.unblock()

    seen = [told(await line.at(at(day))) for day in (SEVENTH, THIRD)]

    assert seen == [[("warned", -7, "u1")], [("warned", -3, "u1")]]


@ON_BOTH
async def test_a_blocker_that_was_reopened_is_told_again(open_database: OpenDatabase) -> None:
    line = await Line(open_database).begin()
    await line.unblock()
    await deliver_twice(line.db, handlers.on_task_blocked, BLOCKED)

    decisions = await line.at(at(SEVENTH))

    assert told(decisions) == [("warned", -7, "u2")]


async def test_rungs_on_neighbouring_days_are_not_told_twice_after_a_block(
    open_database: OpenDatabase,
) -> None:
    line = await Line(open_database).begin()
    await line.at(at(JUNE_30))
    await line.at(at(date(2023, 7, 3)))
    await line.unblock()

    late = told(await line.at(at(date(2023, 7, 4))))

    assert late == [("overdue", 1, "u1")]


async def test_the_office_hears_of_an_overdue_task_also_while_it_is_blocked(
    open_database: OpenDatabase,
) -> None:
    line = await Line(open_database).begin()
    await line.at(at(JUNE_30))

    decisions = await line.at(at(date(2023, 7, 3)))

    assert told(decisions) == [("overdue", 1, SUPERVISION_OFFICE), ("overdue", 1, "u2")]


async def test_a_unit_that_blocks_its_own_task_is_told_once(open_database: OpenDatabase) -> None:
    line = await Line(open_database).begin(blocker_unit="u1")

    assert told(await line.at(at(SEVENTH))) == [("warned", -7, "u1")]


@ON_BOTH
async def test_all_units_of_a_task_are_told_when_its_block_ends(open_database: OpenDatabase) -> None:
    line = await Line(open_database).begin()
    both = task_registered(units=(("u1", "lead"), ("u3", "responsible")))
    await tell(line.db, handlers.on_task_registered, both, revision=2)
    await line.at(at(SEVENTH))
    await line.unblock()

    decisions = await line.at(at(date(2023, 6, 22)))

    assert sorted(told(decisions)) == [("warned", -7, "u1"), ("warned", -7, "u3")]


async def test_a_task_stays_muted_while_another_still_blocks_it(open_database: OpenDatabase) -> None:
    line = await Line(open_database).begin()
    await tell(line.db, handlers.on_task_blocked, TaskBlocked(task_id="t1", by="p2"))
    await line.unblock()

    decisions = await line.at(at(SEVENTH))

    assert told(decisions) == [("warned", -7, SUPERVISION_OFFICE)]  # Nobody knows who answers for p2.


async def test_what_was_held_back_is_counted(open_database: OpenDatabase) -> None:
    line, registry = await Line(open_database).begin(), CollectorRegistry()
    decisions = await line.at(at(SEVENTH))

    Instruments(registry).decided(decisions, Reading.CAUGHT_UP, line.clock)

    assert registry.get_sample_value("duban_notices_inhibited_total", {"rung": "warned"}) == 1


@pytest.mark.parametrize(
    ("blocks", "roots"),
    [
        ({"t": ["a"]}, ("a",)),
        ({"t": ["a", "b"], "a": ["c"], "b": ["c"]}, ("c",)),
        ({"t": ["a", "b"], "a": ["b"], "b": ["c", "d"]}, ("c", "d")),
        ({}, ()),
    ],
)
def test_who_is_warned_is_who_can_do_something(
    blocks: Mapping[str, list[str]], roots: tuple[str, ...]
) -> None:
    assert root_blockers("t", blocks) == roots


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(at(SEVENTH), Verdict.HELD_INHIBITED), (at(date(2023, 6, 20)), Verdict.HELD_NOT_DUE)],
)
def test_a_spared_recipient_is_held_back_only_once_the_rung_is_due(now: datetime, verdict: Verdict) -> None:
    rung = next(rungs(clock().due_at, rule(), WorkCalendar(), after=-30))
    notice = PlannedNotice(clock(), rung, "u1")
    spared = Situation(now, Reading.CAUGHT_UP, already=False, late_after=late_after(speed=1), inhibited=True)

    assert decide(notice, spared) is verdict
