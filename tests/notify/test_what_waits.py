"""What waits for its day is left out when the sender looks: a backlog makes no look dearer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.domain_parcels import Dispatch, Haste
from services.notify.models import DeliveryRow, NoticeRow, ParcelRow
from services.notify.repository_notices import WAITING
from services.notify.repository_parcels import (
    Moment,
    anything_waits,
    attempts_to_repeat,
    claim_leaving,
    missed_letters,
    next_leaving,
    put_off_letters,
)
from shared.database import Database
from shared.testing import FakeClock, sqlite_database

NOW = datetime(2023, 6, 26, tzinfo=UTC)
MONDAY = NOW + timedelta(days=7)
MOMENT = Moment(NOW, NOW, undecided_from=None)
SENT = 50  # Parcels that left.


async def fill(db: Database, waiting: int, recipients: int) -> None:
    """Put parcels that left behind us, and so many letters in front that wait for Monday, to each in turn."""
    said: dict[str, Any] = {"due_at": MONDAY, "rung": "due", "offset_days": 0, "occurrence": 0, "text": "…"}
    said |= {"planned_at": NOW, "decided_at": NOW, "verdict": "sent", "late": False, "behind": False}
    said |= {"clock": "finish", "rules_version": 1}
    tried: dict[str, Any] = {"channel": "inbox", "number": 1, "detail": "", "next_try_at": NOW}
    left = tried | {"outcome": "sent", "haste": Haste.ROUTINE, "not_before": NOW, "at": NOW}
    waits = tried | {"outcome": WAITING, "haste": Haste.ROUTINE, "not_before": MONDAY, "at": None}
    ids = [f"n{number}" for number in range(SENT + waiting)]
    day = date(2023, 1, 1)
    async with db.transaction() as tx:
        told = [{"id": one, "task_id": one, "recipient": f"u{n % recipients}"} for n, one in enumerate(ids)]
        await tx.session.execute(insert(NoticeRow), [said | one for one in told])
        parcel = {"channel": "inbox", "recipient": "u0", "urgent": False, "notices": 1, "sent_at": NOW}
        parcels = [parcel | {"id": one, "day": day + timedelta(n)} for n, one in enumerate(ids[:SENT])]
        await tx.session.execute(insert(ParcelRow), parcels)
        rows = [left | {"notice_id": one, "parcel_id": one} for one in ids[:SENT]]
        rows += [waits | {"notice_id": one, "parcel_id": None} for one in ids[SENT:]]
        await tx.session.execute(insert(DeliveryRow), rows)


@asynccontextmanager
async def filled(folder: Path, waiting: int, recipients: int = 1) -> AsyncIterator[Database]:
    """Make a database with so many letters that wait."""
    db = sqlite_database("notify", folder, FakeClock(NOW))
    await fill(db, waiting, recipients)
    yield db
    await db.close()


async def steps_of_a_look(session: AsyncSession) -> int:
    """Count the instructions that SQLite runs while the sender looks for what may leave or be tried again."""
    connection = (await (await session.connection()).get_raw_connection()).driver_connection
    assert connection is not None
    done = count()
    connection.set_progress_handler(lambda: next(done) < 0, 1)
    assert not await anything_waits(session, MOMENT, begun_before=NOW)
    assert not await claim_leaving(session, MOMENT, recipients=100)
    assert not await attempts_to_repeat(session, MOMENT)
    assert await next_leaving(session, NOW) == MONDAY
    connection.set_progress_handler(None, 1)
    return next(done)


async def test_a_look_takes_no_more_when_much_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    taken: list[int] = []
    for waiting in (1, 2_000):
        async with filled(tmp_path_factory.mktemp("notify"), waiting) as db, db.reading() as session:
            taken.append(await steps_of_a_look(session))

    assert taken[1] == taken[0] > 0


async def test_when_much_waits_few_recipients_are_taken_at_once(tmp_path: Path) -> None:
    moment = Moment(MONDAY, NOW, undecided_from=None)

    async with filled(tmp_path, 3_000, recipients=3) as db, db.reading() as session:
        claimed = await claim_leaving(session, moment, recipients=20)

    assert claimed == [("inbox", "u0"), ("inbox", "u1")]


async def test_what_has_missed_its_hours_is_put_off_some_at_a_time(tmp_path: Path) -> None:
    night = MONDAY + timedelta(hours=14)
    moment = Moment(night, NOW, undecided_from=None, missed_before=night)
    morning = Dispatch(Haste.ROUTINE, MONDAY + timedelta(days=1))
    taken: list[int] = []

    async with filled(tmp_path, 3_000) as db:
        while not taken or taken[-1]:
            async with db.transaction() as tx:
                letters = await missed_letters(tx.session, moment)
                assert not await claim_leaving(tx.session, moment, recipients=20)
                await put_off_letters(tx.session, [key for key, _ in letters], morning)
                taken.append(len(letters))
        async with db.reading() as session:
            leaves = await next_leaving(session, night)

    assert taken == [2_000, 1_000, 0]
    assert leaves == morning.not_before
