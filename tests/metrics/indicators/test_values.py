"""Reported values: kept, corrected, refused and missed, with what is published of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.metrics.indicators import repository, service_values
from services.metrics.indicators.catalogue import Changes
from services.metrics.indicators.domain import State
from services.metrics.indicators.service_values import Line
from shared.database import Database
from shared.errors import Forbidden, Invalid, NotFound
from shared.events.indicators import IndicatorMissed, IndicatorReported
from shared.testing import FakeClock, events_of
from tests.metrics.factories import DAY, NOW
from tests.metrics.indicators import made


async def test_a_reported_value_is_what_an_indicator_stands_at(db: Database) -> None:
    await made.tell(db)

    kept = await made.report(db, made.said("96.5", evidence=("att-1", "泾统〔2023〕5号")))
    stood = await made.stands(db)

    assert (stood.present, stood.on, stood.state, stood.why) == (
        Decimal("96.5"),
        date(2023, 6, 19),
        State.MET,
        "已报送",
    )
    (event,) = await events_of(db, IndicatorReported)
    assert (event.value_id, event.value, event.unit_id, event.by) == (kept.value_id, "96.5", "u1", "a-owner")
    assert event.evidence == ("att-1",)


async def test_a_correction_is_a_new_entry_and_the_past_stays(db: Database) -> None:
    clock = db.clock
    assert isinstance(clock, FakeClock)
    await made.tell(db)
    first = await made.report(db, made.said("96.5"))
    clock.advance(DAY)
    await made.report(db, made.said("90", corrects=first.value_id, why="录入错误"))

    now, before = await made.stands(db), await made.stands(db, as_of=NOW)

    assert (now.present, before.present) == (Decimal(90), Decimal("96.5"))
    with pytest.raises(Invalid, match="不是该指标现行的报送值"):
        await made.report(db, made.said("91", corrects=first.value_id, why="再改"))


async def test_only_the_owner_and_planners_report(file_db: Database) -> None:
    await made.tell(file_db)

    with pytest.raises(Forbidden, match="责任单位不是本单位"):
        await made.report(file_db, made.said(), who=made.OTHER)
    kept = await made.report(file_db, made.said(), who=made.PLANNER)

    assert (kept.unit_id, kept.reported_by) == ("u1", "a-planner")


async def test_an_indicator_that_is_not_there_is_named(file_db: Database) -> None:
    with pytest.raises(NotFound, match="p99"):
        await made.report(file_db, made.said(), about="p99")


async def test_an_upload_is_kept_whole_or_not_at_all(db: Database) -> None:
    await made.tell(db)
    good = Line(2, made.ID, made.said("96"))
    bad = [Line(3, "p99", made.said()), Line(4, made.ID, made.said("101", on=date(2023, 6, 1)))]

    with pytest.raises(Invalid) as caught:
        await db.run_sync(lambda tx: service_values.upload(tx, made.OWNER, [good, *bad]))
    assert (await made.stands(db)).present is None
    assert await events_of(db, IndicatorReported) == []

    kept = await db.run_sync(lambda tx: service_values.upload(tx, made.OWNER, [good]))
    assert len(kept) == 1
    faults = caught.value.details["faults"]
    assert [(one["row"], one["field"]) for one in faults] == [(3, "indicator_id"), (4, "value")]  # type: ignore[attr-defined]


async def test_planners_set_an_owner_and_the_range_from_now_on(db: Database) -> None:
    await made.tell(db)
    changes = Changes(owner="u2", highest=Decimal(200), cadence="month")

    one = await db.run_sync(lambda tx: service_values.change(tx, made.PLANNER, made.ID, changes, "改派"))

    assert (one.setting.owner, one.setting.highest, one.setting.cadence, one.setting.version) == (
        "u2",
        Decimal(200),
        "month",
        1,
    )
    await made.report(db, made.said("150"), who=made.OTHER)
    again = await db.run_sync(lambda tx: service_values.change(tx, made.PLANNER, made.ID, Changes(), "恢复"))
    assert (again.setting.owner, again.setting.version) == ("u1", 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (Changes(owner="u9"), "owner"),
        (Changes(grace=999), "grace"),
        (Changes(lowest=Decimal(2), highest=Decimal(1)), "lowest"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused(changes: Changes, field: str, file_db: Database) -> None:
    await made.tell(file_db)

    with pytest.raises(Invalid) as caught:
        await file_db.run_sync(lambda tx: service_values.change(tx, made.PLANNER, made.ID, changes, "x"))

    assert caught.value.field == field


async def test_what_was_not_reported_by_its_due_day_is_missed_once(db: Database) -> None:
    clock = db.clock
    assert isinstance(clock, FakeClock)
    await made.tell(db, period="每季度")
    clock.instant = NOW.replace(month=7, day=10)
    assert await db.run_sync(service_values.find_missed) == 0
    clock.advance(DAY)

    found = [await db.run_sync(service_values.find_missed) for _ in range(2)]

    assert found == [1, 0]
    assert await events_of(db, IndicatorMissed) == [
        IndicatorMissed(indicator_id=made.ID, period="2023-Q2", due_on=date(2023, 7, 10), unit_id="u1")
    ]
    stood = await made.stands(db)
    assert (stood.state, stood.reason) == (State.UNREPORTED, "2023-Q2 的值到期未报送")


async def test_a_value_that_comes_late_ends_the_state_but_not_the_record(db: Database) -> None:
    clock = db.clock
    assert isinstance(clock, FakeClock)
    await made.tell(db, period="每季度")
    clock.advance(timedelta(days=30))
    await db.run_sync(service_values.find_missed)

    await made.report(db, made.said("97", on=date(2023, 6, 30)))

    assert (await made.stands(db)).state is State.MET
    assert await db.run_sync(service_values.find_missed) == 0


async def test_nothing_is_missed_of_what_was_reported_is_measured_or_has_no_owner(db: Database) -> None:
    clock = db.clock
    assert isinstance(clock, FakeClock)
    await made.tell(db, period="每季度")
    await made.report(db, made.said("96"))
    await db.run_sync(lambda tx: service_values.change(tx, made.PLANNER, "gj02", Changes(owner=""), "x"))
    clock.advance(timedelta(days=30))

    assert await db.run_sync(service_values.find_missed) == 0


async def test_a_number_is_given_once_so_two_who_report_at_once_do_not_overwrite(file_db: Database) -> None:
    await made.tell(file_db)
    kept = await made.report(file_db, made.said("96"))

    assert not await file_db.run_sync(lambda tx: repository.add_value(tx.connection, kept))


async def test_three_reported_values_are_forecast_to_the_end_of_the_year(file_db: Database) -> None:
    await made.tell(file_db)
    for days in range(3):
        await made.report(
            file_db, made.said(str(90 - days), on=date(2023, 6, 19) - timedelta(days=30 * days))
        )

    stood = await made.stands(file_db)

    assert (stood.state, stood.forecast.value) == (State.ON_COURSE, Decimal("96.50"))
