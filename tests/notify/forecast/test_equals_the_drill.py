"""What is forecast on 20 June 2023 for the ten days after it is what the drill then sends, message for message."""

from datetime import date
from pathlib import Path

import pytest

from services.notify.forecast.domain import window
from services.notify.forecast.service import Forecaster
from shared.clock import at_local
from shared.testing import FakeClock
from tests.notify.forecast.drill import BEGAN, Drill, notify_of, told_by_the_ledger

pytestmark = pytest.mark.drill
ASKED_AT = at_local(date(2023, 6, 20), 18)


async def test_the_forecast_of_late_june_is_what_the_drill_then_sends(tmp_path: Path) -> None:
    clock = FakeClock(BEGAN)
    db = await notify_of(tmp_path, await told_by_the_ledger(tmp_path), clock)
    drill = Drill(db, clock)
    await drill.run(until=ASKED_AT)
    clock.instant = ASKED_AT
    days = window(date(2023, 6, 20), date(2023, 6, 21), date(2023, 6, 30))

    said = await Forecaster(db, ["log"]).forecast(days)
    await drill.run(until=days.end)
    decided = await drill.notices(days)
    await db.close()

    assert {(one.id, one.task_id, one.recipient, one.planned_at) for one in said.notices} == decided
    assert {
        (one.channel, one.recipient, one.leaves_at, one.urgent, one.notices) for one in said.messages
    } == drill.messages(days)
    assert min(len(said.notices), len(said.messages)) > 60  # There was something to compare.
