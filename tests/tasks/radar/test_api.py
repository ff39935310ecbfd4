"""The radar reads the ledger as it was on any day."""

from datetime import date, timedelta

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.radar.api import read_radar
from services.tasks.radar.domain import Outlook, Reading
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.apps import Caller

DONE = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)
JUNE_15 = at_local(date(2023, 6, 15), 10)


async def radar(db: Database, on: date) -> Outlook:
    async with db.reading() as session:
        [outlook] = await read_radar(session, make.PLAN, on, db.clock.now())
    return outlook


async def test_a_closed_task_counts_from_the_day_of_its_closing(ledger: Database) -> None:
    await make.walk(ledger, *DONE, at=JUNE_15)

    assert (await radar(ledger, date(2023, 6, 14))).done == 0
    assert (await radar(ledger, date(2023, 6, 15))).done == 1


async def test_a_goal_that_its_own_deadlines_cannot_reach_is_seen_at_once(ledger: Database) -> None:
    outlook = await radar(ledger, date(2023, 6, 20))

    assert (outlook.reading, outlook.total, outlook.needed, outlook.reachable) == (
        Reading.OUT_OF_REACH,
        3,
        2,
        1,
    )


async def test_a_cancelled_task_counts_nowhere(ledger: Database) -> None:
    await make.move(ledger, Move.CANCEL, number="3", reason="重复")

    assert (await radar(ledger, date(2023, 6, 20))).total == 2


async def test_a_standing_task_counts_as_done_and_not_for_long_when_reopened(
    ledger: Database, clock: FakeClock
) -> None:
    await make.walk(ledger, *DONE[:-1], Move.NORMALISE, at=JUNE_15)
    await make.move(ledger, Move.REOPEN, reason="反弹")
    clock.advance(timedelta(days=1))

    assert (await radar(ledger, date(2023, 6, 19))).done == 1
    assert (await radar(ledger, date(2023, 6, 20))).done == 0


async def test_tasks_from_before_the_first_snapshot_count_as_they_stand(ledger: Database) -> None:
    await make.forget_snapshots(ledger, make.act().at)

    assert (await radar(ledger, date(2023, 6, 20))).total == 3


async def test_a_past_without_snapshots_is_refused_instead_of_guessed(ledger: Database) -> None:
    await make.forget_snapshots(ledger, make.act().at)
    await make.move(ledger, Move.ASSIGN)

    with pytest.raises(Conflict, match="快照"):
        await radar(ledger, date(2023, 6, 14))


async def test_the_radar_is_served_with_its_sentence(filled: Caller) -> None:
    [goal] = (await filled.get("/radar", plan=make.PLAN, on="2023-06-20")).json()

    assert (goal["reading"], goal["reading_word"]) == ("out_of_reach", "按现有时限无法达成")
    assert goal["sentence"].startswith("6月30日须完成 60%（2/3 项）")


async def test_the_future_is_refused(filled: Caller) -> None:
    answer = await filled.get("/radar", on="2999-01-01")

    assert (answer.status_code, answer.json()["code"]) == (422, "radar.future")
