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

from services.notify.domain_parcels import Haste
from services.notify.models import DeliveryRow, NoticeRow, ParcelRow
from services.notify.repository_notices import WAITING
from services.notify.repository_parcels import Moment, anything_waits, attempts_to_repeat, claim_leaving
from shared.database import Database
from shared.testing import FakeClock, sqlite_database

NOW = datetime(2023, 6, 26, tzinfo=UTC)
MONDAY = NOW + timedelta(days=7)
MOMENT = Moment(NOW, NOW, undecided_from=None)
SENT = 50  # Parcels that left.


async def fill(db: Database, waiting: int) -> None:
    """Put parcels that left behind us, and so many letters in front that wait for Monday."""
    said: dict[str, Any] = {"due_at": MONDAY, "rung": "due", "offset_days": 0, "occurrence": 0, "text": "…"}
    said |= {"planned_at": NOW, "decided_at": NOW, "verdict": "sent", "late": False, "behind": False}
    said |= {"clock": "finish", "recipient": "u", "rules_version": 1}
    tried: dict[str, Any] = {"channel": "inbox", "number": 1, "detail": "", "next_try_at": NOW}
    left = tried | {"outcome": "sent", "haste": Haste.ROUTINE, "not_before": NOW, "at": NOW}
    waits = tried | {"outcome": WAITING, "haste": Haste.ROUTINE, "not_before": MONDAY, "at": None}
    ids = [f"n{number}" for number in range(SENT + waiting)]
    day = date(2023, 1, 1)
    async with db.transaction() as tx:
        await tx.session.execute(insert(NoticeRow), [said | {"id": one, "task_id": one} for one in ids])
        parcel = {"channel": "inbox", "recipient": "u", "urgent": False, "notices": 1, "sent_at": NOW}
        parcels = [parcel | {"id": one, "day": day + timedelta(n)} for n, one in enumerate(ids[:SENT])]
        await tx.session.execute(insert(ParcelRow), parcels)
        rows = [left | {"notice_id": one, "parcel_id": one} for one in ids[:SENT]]
        rows += [waits | {"notice_id": one, "parcel_id": None} for one in ids[SENT:]]
        await tx.session.execute(insert(DeliveryRow), rows)


@asynccontextmanager
async def filled(folder: Path, waiting: int) -> AsyncIterator[Database]:
    """Make a database with so many letters that wait."""
    db = sqlite_database("notify", folder, FakeClock(NOW))
    await fill(db, waiting)
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
    connection.set_progress_handler(None, 1)
    return next(done)


async def test_a_look_takes_no_more_when_much_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    taken = []
    for waiting in (1, 2_000):
        async with filled(tmp_path_factory.mktemp("notify"), waiting) as db, db.reading() as session:
            taken.append(await steps_of_a_look(session))

    assert taken[1] == taken[0] > 0
