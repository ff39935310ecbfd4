"""A robot behind the real sender and its tables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from services.notify import handlers
from services.notify.engine import Sender
from services.notify.instruments import Instruments
from services.notify.models import DeliveryRow
from services.notify.service_notices import decide_due
from shared.database import Database
from shared.testing import FakeClock
from tests.notify.channels.conftest import Open
from tests.notify.channels.doubles import HttpDouble
from tests.notify.conftest import OpenDatabase
from tests.notify.made import adopt_shipped_rules, at, clock_started, round_at, task_registered, tell


async def with_a_notice(db: Database, clock: FakeClock) -> None:
    """Decide the notice of seven days before, for the channel `group`."""
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_task_registered, task_registered())
    await tell(db, handlers.on_clock_started, clock_started())
    for instant in (clock.now(), at(date(2023, 6, 21))):
        clock.instant = instant
        async with db.transaction() as tx:
            await decide_due(tx, replace(round_at(instant), channels=("group",)))


async def outcomes(db: Database) -> Sequence[str]:
    async with db.reading() as session:
        found = await session.scalars(select(DeliveryRow.outcome).order_by(DeliveryRow.number))
        return found.all()


@pytest.mark.slow
async def test_a_message_without_an_answer_is_recorded_so_and_repeated_under_its_id(
    open_database: OpenDatabase, double: HttpDouble, opened: Open
) -> None:
    clock = FakeClock()
    db = open_database(clock)
    channel = opened("wecom_robot", double.base("wecom_robot"), name="group", timeout=0.3)
    sender = Sender(db, [channel], instruments=Instruments(CollectorRegistry()))
    await with_a_notice(db, clock)

    double.mode = "taken_and_hang"
    await sender.step()
    double.mode = ""
    clock.advance(timedelta(seconds=5))
    await sender.step()

    first, second = double.asked
    assert await outcomes(db) == ["unknown", "sent"]
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    assert "事项 1\n" in first.json["text"]["content"]
