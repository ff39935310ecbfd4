"""What is forecast of services is what the engine then decides and the sender sends."""

from datetime import date

import pytest

from services.notify import handlers
from services.notify.forecast.domain import window
from services.notify.forecast.service import Forecaster
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.forecast.drill import Drill
from tests.notify.made import adopt_shipped_rules, tell
from tests.notify.monitoring.made import ACCEPTED, hear
from tests.notify.timeline.services import accepted, completed, paused, unit_with

BEGAN = "2023-06-12 10:00"
DAYS = window(date(2023, 6, 12), date(2023, 6, 20), date(2023, 7, 5))


@pytest.mark.slow
@ON_BOTH
async def test_services_are_forecast_as_they_are_then_told_of(open_database: OpenDatabase) -> None:
    clock = FakeClock(ACCEPTED)
    db = open_database(clock)
    await adopt_shipped_rules(db)
    await tell(db, handlers.on_unit_registered, unit_with())
    finished = (accepted(BEGAN, "a:2"), completed("2023-06-12 10:00", "a:2"))
    await hear(db, accepted(BEGAN, "a:1"), *finished, accepted(BEGAN), paused("2023-06-12 10:00"))
    drill = Drill(db, clock)
    await drill.run(ACCEPTED)

    said = await Forecaster(db, ["log"]).forecast(DAYS)
    await drill.run(DAYS.end)

    notices = {(one.id, one.task_id, one.recipient, one.planned_at) for one in said.notices}
    assert notices == await drill.notices(DAYS)
    assert {one.task_id for one in said.notices} == {"a:1"}
    assert {one.notices for one in said.messages} == {one[-1] for one in drill.messages(DAYS)}
    assert {letter.number for parcel in drill.channel.parcels for letter in parcel.letters} == {"370123"}
