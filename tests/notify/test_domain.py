from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain import (
    HELD_BACK,
    SUPERVISION_OFFICE,
    Outcome,
    PlannedNotice,
    PlannedRung,
    Reading,
    Result,
    Situation,
    Verdict,
    how_far_read,
    late_after,
    retry_after,
    rungs,
)
from services.notify.domain_recipients import plan, planned_until, recipients
from services.notify.stages.fold import decide
from shared.clock import end_of_day, local_date
from shared.workdays import WorkCalendar
from tests.notify.made import JUNE_30, LONG_AGO, at, clock, rule

CALENDAR = WorkCalendar()


def first(count: int, due_at: datetime, calendar: WorkCalendar = CALENDAR) -> list[PlannedRung]:
    return list(islice(rungs(due_at, rule(), calendar), count))


def planned_days(due: date, count: int = 6) -> list[date]:
    return [local_date(rung.planned_at) for rung in first(count, end_of_day(due))]


def the_notice(planned_at: datetime, **changes: object) -> PlannedNotice:
    return PlannedNotice(clock(**changes), PlannedRung("due", 0, 1, planned_at, ("lead",)), "u1")  # type: ignore[arg-type]  # Fields of a clock.


def situation(now: datetime, **changes: object) -> Situation:
    usual = Situation(now, Reading.CAUGHT_UP, already=False, late_after=timedelta(minutes=1))
    return replace(usual, **changes)  # type: ignore[arg-type]  # Fields of a situation.


def test_a_task_due_on_30_june_is_told_about_on_these_days() -> None:
    days = planned_days(JUNE_30, 8)

    before = [date(2023, 5, 31), date(2023, 6, 21), date(2023, 6, 27), JUNE_30]
    after = [date(2023, 7, 3), date(2023, 7, 7), date(2023, 7, 14), date(2023, 7, 28)]
    assert days == before + after


def test_a_warning_that_falls_on_the_dragon_boat_festival_goes_out_on_the_working_day_before() -> None:
    seventh_day_before = planned_days(date(2023, 6, 30))[1]
    third_day_before = planned_days(date(2023, 6, 27))[2]

    assert seventh_day_before == date(2023, 6, 21)
    assert third_day_before == date(2023, 6, 21)


def test_a_sunday_that_is_worked_is_a_working_day() -> None:
    assert planned_days(date(2023, 6, 28))[2] == date(2023, 6, 25)


def test_for_30_september_a_day_off_the_reminder_goes_out_on_the_28th_and_the_date_stays() -> None:
    reminder = first(4, end_of_day(date(2023, 9, 30)))[3]

    assert reminder.planned_at == at(date(2023, 9, 28))
    assert clock(date(2023, 9, 30)).due_at == end_of_day(date(2023, 9, 30))


def test_the_first_overdue_notice_after_the_october_holiday_waits_for_a_working_day() -> None:
    assert planned_days(date(2023, 9, 30))[4] == date(2023, 10, 7)


def test_a_reminder_never_comes_after_a_due_instant_in_the_early_morning() -> None:
    reminder = first(4, at(date(2023, 7, 3), 8))[3]

    assert reminder.planned_at == at(JUNE_30)


def test_overdue_rungs_are_numbered_and_counted_in_working_days() -> None:
    overdue = first(9, end_of_day(JUNE_30))[4:]

    assert [rung.occurrence for rung in overdue] == [1, 2, 3, 4, 5]
    assert [rung.offset_days for rung in overdue] == [1, 5, 10, 20, 30]


def test_rungs_that_are_decided_are_left_out() -> None:
    left = list(islice(rungs(end_of_day(JUNE_30), rule(), CALENDAR, after=-3), 2))

    assert [rung.rung for rung in left] == ["due", "overdue"]


@given(due=st.datetimes(datetime(2018, 1, 1), datetime(2030, 12, 31)))  # noqa: DTZ001 - made aware below.
def test_every_rung_falls_on_nine_of_a_working_day_and_in_order(due: datetime) -> None:
    due_at = at(due.date(), due.hour, due.minute)
    planned = [rung.planned_at for rung in first(8, due_at)]

    assert all(CALENDAR.is_workday(local_date(instant)) for instant in planned)
    assert all(instant == at(local_date(instant)) for instant in planned)
    assert planned == sorted(planned)
    assert planned[3] <= due_at < planned[4]


def test_the_lead_and_responsible_units_are_told_each_once() -> None:
    units = [("u1", "lead", False), ("u2", "responsible", False), ("u1", "responsible", False)]

    assert recipients(("lead", "responsible"), units) == ("u1", "u2")


def test_cooperating_units_are_told_of_the_beginning_and_the_end_only() -> None:
    units = [("u1", "lead", False), ("u3", "cooperating", False)]
    notices = islice(plan(clock(), units, rule(), CALENDAR), 20)

    assert [one.rung.offset_days for one in notices if one.recipient == "u3"] == [-30, 0]


def test_the_supervision_office_is_told_of_what_is_overdue() -> None:
    notices = islice(plan(clock(), [("u1", "lead", False)], rule(), CALENDAR), 20)

    rungs_told = [one.rung.rung for one in notices if one.recipient == SUPERVISION_OFFICE]
    assert set(rungs_told) == {"overdue"}


@pytest.mark.parametrize("units", [[], [("all", "responsible", True)]])
def test_a_rung_that_would_reach_nobody_goes_to_the_supervision_office(
    units: list[tuple[str, str, bool]],
) -> None:
    assert recipients(("lead", "responsible"), units) == (SUPERVISION_OFFICE,)


def test_a_plan_is_endless_and_can_be_taken_up_to_an_instant() -> None:
    endless = plan(clock(), [("u1", "lead", False)], rule(), CALENDAR)

    taken = planned_until(endless, at(date(2023, 7, 3)))

    assert [one.rung.offset_days for one in taken] == [-30, -7, -3, 0, 1, 1]


def test_the_id_of_a_notice_follows_from_its_key_and_nothing_else() -> None:
    now_known = the_notice(at(JUNE_30))
    moved = the_notice(at(date(2023, 6, 29)), known_from=at(JUNE_30))
    other_due = the_notice(at(JUNE_30), due_at=end_of_day(date(2023, 7, 31)))

    assert now_known.id == moved.id
    assert now_known.id != other_due.id
    assert len(now_known.id) <= 64


@pytest.mark.parametrize(
    ("changes", "clock_changes", "verdict"),
    [
        ({}, {}, Verdict.SEND),
        ({"already": True}, {}, Verdict.ALREADY_DECIDED),
        ({}, {"stopped_at": LONG_AGO}, Verdict.DONE_STOPPED),
        ({}, {"known_from": at(JUNE_30, 9, 1)}, Verdict.SKIPPED_BEFORE_RECORDED),
        ({"now": at(JUNE_30, 8, 59)}, {}, Verdict.HELD_NOT_DUE),
        ({"reading": Reading.BEHIND}, {}, Verdict.HELD_NOT_CAUGHT_UP),
        ({"reading": Reading.GIVEN_UP_WAITING}, {}, Verdict.SEND),
        ({"now": at(JUNE_30, 9, 1)}, {}, Verdict.SEND),
        ({"now": at(JUNE_30, 9, 2)}, {}, Verdict.SEND_LATE),
    ],
)
def test_a_planned_notice_gets_the_verdict_that_its_situation_asks_for(
    changes: dict[str, object], clock_changes: dict[str, object], verdict: Verdict
) -> None:
    notice = the_notice(at(JUNE_30), **clock_changes)

    assert decide(notice, replace(situation(at(JUNE_30)), **changes)) is verdict  # type: ignore[arg-type]  # Fields.


def test_a_rung_at_the_very_instant_of_recording_is_told() -> None:
    notice = the_notice(at(JUNE_30), known_from=at(JUNE_30))

    assert decide(notice, situation(at(JUNE_30))) is Verdict.SEND


def test_told_and_skipped_are_final_and_only_told_reaches_anybody() -> None:
    final = {verdict for verdict in Verdict if verdict.is_final}

    recorded = {Verdict.SKIPPED_BEFORE_RECORDED, *HELD_BACK}
    assert final == {Verdict.SEND, Verdict.SEND_LATE} | recorded
    assert {verdict for verdict in Verdict if verdict.is_told} == final - recorded


@pytest.mark.parametrize(
    ("caught_up_at", "waited", "reading"),
    [
        (at(JUNE_30), 0, Reading.CAUGHT_UP),
        (at(JUNE_30, 8, 59), 29, Reading.BEHIND),
        (None, 0, Reading.BEHIND),
        (None, 30, Reading.GIVEN_UP_WAITING),
    ],
)
def test_a_decision_waits_for_the_ledger_but_not_for_ever(
    caught_up_at: datetime | None, waited: int, reading: Reading
) -> None:
    found = how_far_read(
        caught_up_at,
        as_of=at(JUNE_30),
        waited=timedelta(seconds=waited),
        limit=timedelta(seconds=30),
    )

    assert found is reading


def test_late_is_a_minute_or_three_ticks_of_a_fast_drill() -> None:
    assert late_after(speed=1) == timedelta(minutes=1)
    assert late_after(speed=3600) == timedelta(hours=3)


@pytest.mark.parametrize(
    ("result", "number", "seconds"),
    [
        (Result.SENT, 1, None),
        (Result.REFUSED, 1, None),
        (Result.FAILED, 1, 5),
        (Result.UNKNOWN, 3, 125),
        (Result.FAILED, 5, None),
    ],
)
def test_only_what_may_help_is_tried_again_ever_later_and_five_times_at_most(
    result: Result, number: int, seconds: int | None
) -> None:
    wait = None if seconds is None else timedelta(seconds=seconds)

    assert retry_after(Outcome(result), number=number) == wait
