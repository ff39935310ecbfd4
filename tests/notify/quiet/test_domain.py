"""Who is left in peace, until when, and why; and what may not be silenced."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.notify.domain import SUPERVISION_OFFICE, Verdict
from services.notify.quiet.domain import (
    NO_QUIET,
    Answer,
    Quiet,
    Reply,
    Scope,
    Silence,
    Subject,
    acknowledged_until,
    check_silence,
    check_snooze,
    check_told,
)
from shared.clock import at_local, end_of_day
from shared.errors import Conflict, Invalid
from shared.workdays import WorkCalendar

NOW = at_local(date(2023, 6, 20), 9)
DUE = end_of_day(date(2023, 6, 30))
OVERDUE = Subject("t1", "finish", "u1/officer", DUE, "overdue", 2, "action", "p1")
KEY = ("t1", "finish", "u1/officer")
WEEK = timedelta(days=7)


def silence(scope: Scope, value: str) -> Silence:
    return Silence(scope, value, NOW, NOW + WEEK, "雨季停工")


@pytest.mark.parametrize(
    ("scope", "value"),
    [(Scope.ALL, ""), (Scope.KIND, "action"), (Scope.PLAN, "p1"), (Scope.TASK, "t1"), (Scope.UNIT, "u1")],
)
def test_a_silence_covers_what_it_names_until_it_ends(scope: Scope, value: str) -> None:
    quiet = Quiet([silence(scope, value)])

    assert quiet.why(OVERDUE, NOW) == (Verdict.HELD_SILENCED, "雨季停工")
    assert (quiet.why(OVERDUE, NOW + WEEK), quiet.why(OVERDUE, NOW - WEEK)) == (None, None)


@pytest.mark.parametrize("scope", [Scope.KIND, Scope.PLAN, Scope.TASK, Scope.UNIT])
def test_a_silence_covers_nothing_else(scope: Scope) -> None:
    assert Quiet([silence(scope, "other")]).why(OVERDUE, NOW) is None


def test_nobody_can_silence_the_office() -> None:
    told = replace(OVERDUE, recipient=SUPERVISION_OFFICE)

    assert Quiet([silence(Scope.ALL, "")]).why(told, NOW) is None


def answered(kind: Answer, due_at: datetime = DUE) -> Quiet:
    return Quiet(replies={KEY: Reply(kind, due_at, NOW + WEEK, "正在办")})


def test_what_was_acknowledged_is_not_repeated() -> None:
    quiet = answered(Answer.ACKNOWLEDGED)

    assert quiet.why(OVERDUE, NOW) == (Verdict.HELD_ACKNOWLEDGED, "正在办")
    assert quiet.why(OVERDUE, NOW + WEEK) is None
    assert quiet.why(replace(OVERDUE, occurrence=1), NOW) is None
    assert quiet.why(replace(OVERDUE, rung="due"), NOW) is None
    assert quiet.why(replace(OVERDUE, recipient="u1"), NOW) is None


def test_a_snooze_holds_everything_until_its_end() -> None:
    quiet, warned = answered(Answer.SNOOZED), replace(OVERDUE, rung="warned", occurrence=1)

    assert quiet.why(warned, NOW) == (Verdict.HELD_SNOOZED, "正在办")
    assert (quiet.snoozed_until(warned), NO_QUIET.snoozed_until(warned)) == (NOW + WEEK, None)


def test_an_answer_to_another_due_instant_holds_no_more() -> None:
    quiet = answered(Answer.SNOOZED, DUE - WEEK)

    assert (quiet.why(OVERDUE, NOW), quiet.snoozed_until(OVERDUE)) == (None, None)


@pytest.mark.parametrize(
    "said",
    [
        silence(Scope.ALL, "t1"),
        silence(Scope.TASK, ""),
        replace(silence(Scope.ALL, ""), until_at=NOW),
        replace(silence(Scope.ALL, ""), from_at=NOW + 2 * WEEK),
        replace(silence(Scope.ALL, ""), until_at=NOW + timedelta(days=93)),
        replace(silence(Scope.ALL, ""), reason=" "),
    ],
)
def test_a_silence_without_sense_is_refused(said: Silence) -> None:
    with pytest.raises(Invalid):
        check_silence(said, now=NOW)


def test_a_silence_with_sense_passes() -> None:
    check_silence(silence(Scope.TASK, "t1"), now=NOW)


def test_acknowledging_holds_for_five_working_days() -> None:
    assert acknowledged_until(NOW, WorkCalendar()) == end_of_day(
        date(2023, 6, 28)
    )  # 端午, and a Sunday on which people work.


@pytest.mark.parametrize(
    ("until", "reason"),
    [(NOW, "出差"), (NOW + timedelta(days=30), "出差"), (NOW + WEEK, "")],
)
def test_a_snooze_without_sense_is_refused(until: datetime, reason: str) -> None:
    with pytest.raises(Invalid):
        check_snooze(until, reason=reason, now=NOW, calendar=WorkCalendar())


def test_a_snooze_with_sense_passes_and_only_what_was_told_is_answered() -> None:
    check_snooze(NOW + WEEK, reason="出差", now=NOW, calendar=WorkCalendar())
    check_told(Verdict.SEND, "n")
    with pytest.raises(Conflict):
        check_told(Verdict.HELD_SILENCED, "n")
