from datetime import date

import pytest

from services.tasks.asks.domain import (
    Answer,
    AskRule,
    Candidate,
    asks_from,
    due_on,
    judge,
    period_of,
    read_rule,
    shipped_rule,
)
from shared.errors import Invalid
from shared.workdays import WorkCalendar

CALENDAR, RULE = WorkCalendar(), shipped_rule()


def candidate(task_id: str = "t1", **changes: object) -> Candidate:
    said: dict[str, object] = {"task_id": task_id, "revision": 1, "kind": "action", "unit_id": "u1"}
    return Candidate(**{**said, **changes})  # type: ignore[arg-type]  # The tests name the fields.


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (date(2023, 6, 1), date(2023, 6, 20)),
        (date(2023, 8, 31), date(2023, 8, 18)),  # The 20th was a Sunday.
        (date(2023, 2, 28), date(2023, 2, 20)),
    ],
)
def test_reports_are_asked_for_on_the_twentieth_or_the_working_day_before(today: date, begins: date) -> None:
    assert asks_from(today, RULE, CALENDAR) == begins


def test_a_report_is_due_three_working_days_after_it_was_asked_for() -> None:
    # 22 to 24 June 2023 were days off, Sunday 25 was not.
    assert due_on(date(2023, 6, 20), RULE, CALENDAR) == date(2023, 6, 26)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (candidate(), Answer.ASK),
        (candidate(unit_id=None), Answer.NOBODY_ANSWERS),
        (candidate(reported=True), Answer.REPORTED),
        (candidate(own_clock=True), Answer.OWN_CLOCK),
        (candidate(kind="duty"), Answer.OWN_RHYTHM),
    ],
)
def test_each_task_has_its_reason(task: Candidate, answer: Answer) -> None:
    assert [found for _, found in judge([task], RULE)] == [answer]


def test_a_unit_is_asked_once_for_all_of_a_link() -> None:
    linked = [candidate(one, link_id="l1") for one in ("t1", "t2", "t3")]

    found = [answer for _, answer in judge([*linked, candidate("t4", link_id="l2")], RULE)]

    assert found == [Answer.ASK, Answer.LINKED, Answer.LINKED, Answer.ASK]


def test_another_unit_of_a_link_is_asked_too_since_nobody_reports_for_it() -> None:
    linked = [candidate("t1", link_id="l1"), candidate("t2", link_id="l1", unit_id="u2")]

    assert [answer for _, answer in judge(linked, RULE)] == [Answer.ASK, Answer.ASK]


def test_the_period_is_the_month() -> None:
    assert period_of(date(2023, 6, 20)) == "2023-06"


@pytest.mark.parametrize("text", ["no json", '{"day": 31, "workdays": 3}', '{"day": 20}'])
def test_a_rule_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="进展报送规则无法读取"):
        read_rule(text)


def test_a_rule_needs_no_kinds_to_leave_out() -> None:
    assert read_rule('{"day": 5, "workdays": 1}') == AskRule(day=5, workdays=1)
