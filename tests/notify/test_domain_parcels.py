from datetime import date, datetime, timedelta

import pytest

from services.notify.domain_parcels import (
    Dispatch,
    Haste,
    Letter,
    Matter,
    dispatch,
    leaves_at,
    most_pressing_first,
    next_morning,
    parcel_id,
    put_off,
    runs_in_hours,
)
from services.notify.rules import ParcelRule, read_rulebook, shipped_rules
from shared.clock import end_of_day
from shared.errors import Invalid
from shared.workdays import WorkCalendar
from tests.notify.made import JUNE_30, at

RULE, CALENDAR = ParcelRule(), WorkCalendar()
TUESDAY, WEDNESDAY = date(2023, 6, 20), date(2023, 6, 21)  # 22 to 24 June were days off; Sunday 25 was not.
SUNDAY = date(2023, 6, 25)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (at(TUESDAY, 0, 1), at(TUESDAY, 9)),
        (at(TUESDAY, 9), at(TUESDAY, 9)),
        (at(TUESDAY, 14, 30), at(TUESDAY, 14, 30)),
        (at(TUESDAY, 18), at(TUESDAY, 18)),
        (at(TUESDAY, 20), at(WEDNESDAY, 9)),
        (at(WEDNESDAY, 20), at(SUNDAY, 9)),
        (at(date(2023, 6, 24), 8), at(SUNDAY, 9)),
    ],
)
def test_a_routine_letter_leaves_in_the_hours_of_a_working_day(now: datetime, leaves: datetime) -> None:
    assert leaves_at(now, RULE, CALENDAR) == leaves


def test_the_next_morning_is_that_of_a_working_day() -> None:
    assert next_morning(at(WEDNESDAY, 9), RULE, CALENDAR) == at(SUNDAY, 9)


@pytest.mark.parametrize(
    ("matter", "now", "expected"),
    [
        (Matter("warned", end_of_day(JUNE_30)), at(TUESDAY), Dispatch(Haste.ROUTINE, at(TUESDAY))),
        (
            Matter("warned", end_of_day(JUNE_30), "urgent"),
            at(TUESDAY, 20),
            Dispatch(Haste.LEVEL, at(TUESDAY, 20)),
        ),
        (Matter("due", at(WEDNESDAY, 15)), at(TUESDAY, 20), Dispatch(Haste.HOURS, at(TUESDAY, 20))),
        (Matter("due", end_of_day(JUNE_30)), at(JUNE_30, 20), Dispatch(Haste.LAST_CHANCE, at(JUNE_30, 20))),
        (
            Matter("due", end_of_day(JUNE_30)),
            at(date(2023, 7, 1)),
            Dispatch(Haste.ROUTINE, at(date(2023, 7, 3))),
        ),
        (Matter("overdue", end_of_day(TUESDAY)), at(WEDNESDAY, 8), Dispatch(Haste.ROUTINE, at(WEDNESDAY))),
    ],
)
def test_a_letter_leaves_at_once_only_for_a_reason(matter: Matter, now: datetime, expected: Dispatch) -> None:
    assert dispatch(matter, now, RULE, CALENDAR) == expected


def test_rules_may_say_that_hours_and_levels_are_no_reason() -> None:
    calm = ParcelRule.model_validate({"urgent": {"levels": [], "hour_clocks": False}})

    found = dispatch(Matter("overdue", at(TUESDAY, 8), "urgent"), at(TUESDAY, 20), calm, CALENDAR)

    assert found == Dispatch(Haste.ROUTINE, at(WEDNESDAY))


def test_a_letter_is_put_off_to_the_next_working_day_but_never_past_its_due_instant() -> None:
    now = at(JUNE_30, 10)

    due = put_off(Matter("due", end_of_day(JUNE_30)), now, RULE, CALENDAR)
    overdue = put_off(Matter("overdue", end_of_day(TUESDAY)), now, RULE, CALENDAR)

    assert due == Dispatch(Haste.LAST_CHANCE, now)
    assert overdue == Dispatch(Haste.ROUTINE, at(date(2023, 7, 3)))
    assert (due.haste.is_urgent, overdue.haste.is_urgent) == (True, False)


def test_a_limit_that_ends_within_a_day_runs_in_hours() -> None:
    assert runs_in_hours(end_of_day(JUNE_30) - timedelta(seconds=1))
    assert not runs_in_hours(end_of_day(JUNE_30))


def test_the_most_pressing_letter_comes_first() -> None:
    due = end_of_day(JUNE_30)
    sooner = due - timedelta(days=1)
    said = [
        ("a", "asked", due),
        ("b", "warned", due),
        ("c", "due", due),
        ("d", "warned", sooner),
        ("e", "overdue", due),
    ]

    ordered = most_pressing_first(Letter(name, "t", rung, when, "") for name, rung, when in said)

    assert [letter.notice_id for letter in ordered] == ["e", "c", "d", "b", "a"]


def test_the_id_of_a_parcel_follows_from_its_content_alone() -> None:
    one = parcel_id("log", "u1", ["n-1", "n-2"])

    assert one == parcel_id("log", "u1", ["n-2", "n-1"])
    assert len({one, parcel_id("sms", "u1", ["n-1", "n-2"]), parcel_id("log", "u1", ["n-1"])}) == 3


def test_the_shipped_rules_say_when_messages_leave() -> None:
    assert read_rulebook(shipped_rules()).parcels == RULE


def test_a_day_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="提醒规则无法读取"):
        read_rulebook(shipped_rules().replace('"until": "18:00"', '"until": "08:00"'))
