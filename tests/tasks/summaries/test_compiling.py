"""The ledger is summed up once for each period that is over, and its numbers are the ledger's own."""

import asyncio
import logging
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.tasks.daybreak import Daybreak
from services.tasks.handlers import on_paper_event, on_paper_instructed
from services.tasks.ledger.domain import Move
from services.tasks.ledger.relighting import relight_open
from services.tasks.models import SummaryRow, TaskRow
from services.tasks.summaries.service import compile_owed, keep_owed, keep_summary, switch_kind
from shared.clock import at_local
from shared.database import Database
from shared.events.deadlines import PaperDrafted, PaperInstructed, PaperReleased, PaperWithdrawn
from shared.events.summaries import SummaryCompiled
from shared.testing import FakeClock, deliver_twice, envelope, events_of, sqlite_database
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, unit_id

JULY_3 = at_local(date(2023, 7, 3))
ABOUT = {
    "paper_id": "monthly-2023-06-1",
    "kind": "monthly",
    "period": "2023-06",
    "summary_id": "monthly-2023-06-1",
}


async def owed(db: Database) -> list[str]:
    async with db.reading() as session:
        compiled = await compile_owed(session, db.clock.now())
    async with db.transaction() as tx:
        return [row.id for row in await keep_owed(tx, compiled)]


async def test_a_week_a_month_and_a_quarter_are_summed_up_once(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3

    first, again = await owed(ledger), await owed(ledger)

    assert first == ["weekly-2023-W26-1", "monthly-2023-06-1", "quarterly-2023-Q2-1"]
    assert again == []
    assert [one.summary_id for one in await events_of(ledger, SummaryCompiled)] == first


async def test_a_summary_says_how_the_last_instant_of_its_period_was(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, Move.ASSIGN, at=at_local(date(2023, 5, 10), 10))
    clock.instant = JULY_3
    await make.move(ledger, Move.CANCEL, number="2", at=JULY_3, reason="不再办理")

    await owed(ledger)

    _, month, _ = await events_of(ledger, SummaryCompiled)
    counts = month.totals
    assert (counts.tasks, counts.due, counts.overdue, counts.red, counts.undated) == (3, 1, 1, 1, 1)
    [task] = month.lagging
    assert (task.task_id, task.unit_id, task.reason, task.days) == (
        make.task_id("1"),
        unit_id(A),
        "overdue",
        0,
    )


async def test_a_ledger_that_was_empty_then_is_not_asked_again_and_published_nowhere(
    db: Database, clock: FakeClock
) -> None:
    clock.instant = JULY_3

    assert (len(await owed(db)), await owed(db)) == (3, [])
    assert await events_of(db, SummaryCompiled) == []


async def test_the_day_begins_with_what_is_owed(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3

    await Daybreak(ledger).step()

    assert len(await make.rows(ledger, SummaryRow)) == 3


async def test_a_day_begins_also_where_the_history_does_not_reach_back(
    ledger: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await make.walk(ledger, Move.ASSIGN, at=JULY_3)
    await make.forget_snapshots(ledger, at_local(date(2023, 7, 2)))
    clock.instant = JULY_3

    with caplog.at_level(logging.WARNING):
        await Daybreak(ledger).step()

    assert "no summary: 当时的台账没有留存快照" in caplog.text
    assert await make.rows(ledger, SummaryRow) == []


async def test_two_at_once_compile_one_version(db: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3

    await asyncio.gather(owed(db), owed(db), return_exceptions=True)

    assert [row.version for row in await make.rows(db, SummaryRow)] == [1, 1, 1]


async def test_others_write_while_a_summary_is_compiled(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3

    async with ledger.reading() as session:
        compiled = await compile_owed(session, JULY_3)
        await make.move(ledger, Move.CANCEL, number="2", at=JULY_3, reason="不再办理")
        again = await compile_owed(session, JULY_3)

    assert [one.totals.tasks for one in compiled] == [3, 3, 3]
    assert again == compiled


async def test_what_somebody_kept_meanwhile_is_not_kept_again(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3
    async with ledger.reading() as session:
        compiled = await compile_owed(session, JULY_3)
    async with ledger.transaction() as tx:
        await keep_summary(tx, compiled[1], "office")

    async with ledger.transaction() as tx:
        kept = await keep_owed(tx, compiled)

    assert [row.kind for row in kept] == ["weekly", "quarterly"]


async def test_what_became_of_its_paper_is_kept_with_a_summary(ledger: Database, clock: FakeClock) -> None:
    clock.instant = JULY_3
    await owed(ledger)
    drafted = PaperDrafted(**ABOUT, sha256="0")
    released = PaperReleased(**ABOUT, number="督〔2023〕1号", sha256="1", by="office")

    async def told(*events: PaperDrafted | PaperReleased | PaperWithdrawn) -> tuple[str | None, str | None]:
        await deliver_twice(ledger, on_paper_event, *events)
        async with ledger.reading() as session:
            row = await session.get_one(SummaryRow, "monthly-2023-06-1")
            return row.paper_state, row.paper_number

    assert await told(drafted) == ("draft", None)
    assert await told(released) == ("released", "督〔2023〕1号")
    assert await told(PaperWithdrawn(**ABOUT)) == ("withdrawn", "督〔2023〕1号")
    await told(PaperDrafted(**{**ABOUT, "summary_id": "of-another-kind"}, sha256="0"))


async def test_an_instruction_on_a_paper_becomes_one_task_with_the_papers_number(
    ledger: Database, clock: FakeClock
) -> None:
    instructed = PaperInstructed(
        **ABOUT,
        instruction_id="i1",
        number="督〔2023〕1号",
        units=(unit_id(A), unit_id(B)),
        due_on=date(2023, 7, 10),
        given_on=date(2023, 7, 4),
        by="office",
    )
    clock.instant = at_local(date(2023, 8, 1))  # Read long after it was entered: its day stays valid.

    await deliver_twice(
        ledger, on_paper_instructed(clock), envelope(instructed, time=at_local(date(2023, 7, 4), 10))
    )

    [task] = [row for row in await make.rows(ledger, TaskRow) if row.kind == "instruction"]
    said = (task.title, task.source, task.source_ref, task.deadline, task.answering_unit)
    assert said == ("督〔2023〕1号批示事项", "instruction", "督〔2023〕1号", date(2023, 7, 10), unit_id(A))


async def test_the_numbers_of_a_summary_are_those_that_the_ledger_and_the_radar_show(
    filled: Caller, clock: FakeClock, tmp_path: Path
) -> None:
    said = {"kind": "monthly", "period": f"{datetime.now(UTC):%Y-%m}"}
    database = sqlite_database("tasks", tmp_path, clock)
    await relight_open(database)
    await filled.post("/summaries", json=said)
    [summary] = await events_of(database, SummaryCompiled)
    await database.close()

    lights = Counter(task["light"] for task in await filled.tasks())
    radar = Counter(goal["reading"] for goal in (await filled.get("/radar")).json())

    assert summary.totals.tasks == lights.total()
    assert {light: getattr(summary.totals, light) for light in lights} == lights
    assert summary.readings == radar


async def test_the_office_compiles_a_new_version_and_switches_a_kind_off(filled: Caller) -> None:
    said = {"kind": "monthly", "period": "2023-06"}
    first, second = [(await filled.post("/summaries", json=said)).json() for _ in range(2)]
    await filled.put("/summaries/kinds/weekly", {"active": False})

    shown = (await filled.get("/summaries")).json()

    assert (first["id"], second["id"]) == ("monthly-2023-06-1", "monthly-2023-06-2")
    assert shown["active"] == ["monthly", "quarterly"]


async def test_a_kind_that_is_switched_off_is_not_compiled_at_its_times(
    ledger: Database, clock: FakeClock
) -> None:
    clock.instant = JULY_3
    async with ledger.transaction() as tx:
        await switch_kind(tx, "weekly", "office", active=False)

    assert await owed(ledger) == ["monthly-2023-06-1", "quarterly-2023-Q2-1"]


async def test_what_is_no_kind_is_refused(filled: Caller) -> None:
    refused = await filled.put("/summaries/kinds/daily", {"active": False})

    assert refused.json()["code"] == "summary.kind_unknown"
