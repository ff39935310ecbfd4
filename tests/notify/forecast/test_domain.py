"""Which days may be asked for, and how two forecasts differ."""

from datetime import date, datetime

import pytest

from services.notify.forecast.domain import (
    Forecast,
    ForecastMessage,
    ForecastNotice,
    difference,
    per_recipient,
    window,
)
from shared.clock import end_of_day
from shared.errors import Invalid
from tests.notify.made import at

TODAY = date(2023, 6, 20)
NINE = at(date(2023, 6, 21))


def message(
    name: str = "p1", recipient: str = "u1", leaves_at: datetime = NINE, *, urgent: bool = False
) -> ForecastMessage:
    return ForecastMessage(name, "log", recipient, leaves_at, urgent, (f"n-{name}",))


def test_the_next_seven_days_are_forecast_unless_said_otherwise() -> None:
    usual = window(TODAY)

    assert (usual.first, usual.last, usual.end) == (TODAY, date(2023, 6, 26), end_of_day(date(2023, 6, 26)))
    assert window(TODAY, days=92).last == window(TODAY, last=date(2023, 9, 19)).last
    assert window(TODAY, date(2023, 6, 25)).last == date(2023, 7, 1)


def test_a_window_holds_its_days_from_midnight_to_midnight() -> None:
    days = window(TODAY, days=1)

    held = [days.holds(one) for one in (at(TODAY, 0), days.end, at(date(2023, 6, 21), 0))]

    assert (held, days.holds(at(date(2023, 6, 19), 23))) == ([True, True, False], False)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2023, 6, 19), None, "forecast.past"),
        (date(2023, 6, 25), date(2023, 6, 24), "forecast.period"),
        (None, date(2023, 9, 20), "forecast.period"),
    ],
)
def test_what_cannot_be_forecast_is_refused(first: date | None, last: date | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        window(TODAY, first, last)

    assert refused.value.code == code


def test_the_same_messages_do_not_differ() -> None:
    assert difference([message()], [message()]).messages == 0


def test_a_message_at_another_instant_has_moved() -> None:
    later = message(leaves_at=at(date(2023, 6, 25)))

    found = difference([message()], [later])

    assert ([(one.before, one.after) for one in found.moved], found.messages) == ([(message(), later)], 1)


def test_a_message_of_the_same_mailbox_and_day_with_other_notices_is_refilled() -> None:
    found = difference(
        [message("p1"), message("p2", "u2")], [message("p3"), message("p4"), message("p5", "u3")]
    )

    assert [(one.before.id, one.after.id) for one in found.refilled] == [("p1", "p3")]
    assert ([one.id for one in found.added], [one.id for one in found.removed]) == (["p4", "p5"], ["p2"])
    assert found.messages == 4


def test_an_urgent_message_replaces_no_routine_one() -> None:
    found = difference([message("p1")], [message("p2", urgent=True)])

    assert (len(found.added), len(found.removed), found.refilled) == (1, 1, [])


def test_messages_are_counted_by_mailbox_the_busiest_first() -> None:
    counts = per_recipient([message("p1", "u2"), message("p2"), message("p3"), message("p4", "u3")])

    assert [*counts.items()] == [("u1", 2), ("u2", 1), ("u3", 1)]


@pytest.mark.parametrize(
    ("recipient", "kept"),
    [("", ["u1", "u1/leader", "u10"]), ("u1", ["u1", "u1/leader"]), ("u1/leader", ["u1/leader"]), ("u9", [])],
)
def test_a_forecast_for_a_unit_is_that_of_its_posts_too(recipient: str, kept: list[str]) -> None:
    messages = [message(name, name) for name in ("u1", "u1/leader", "u10")]
    notices = [
        ForecastNotice(f"n-{name}", "t1", "finish", NINE, "due", 0, 1, name, NINE, "")
        for name in ("u1", "u1/leader", "u10")
    ]

    found = Forecast(NINE, window(TODAY), 1, notices, messages).only_for(recipient)

    assert [one.recipient for one in found.messages] == [one.recipient for one in found.notices] == kept
