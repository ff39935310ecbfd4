"""What an inspection needs at each step, and how often a unit may be inspected."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.tasks.inspections.domain import (
    STEPS,
    InspectionPlan,
    InspectionState,
    InspectionStep,
    Standing,
    check_closing,
    check_objection,
    check_plan,
    due_day,
    state_after,
)
from services.tasks.inspections.domain_limits import (
    Excess,
    check_frequency,
    excesses,
    read_limits,
    shipped_limits,
)
from services.tasks.ledger.domain_limits import Span
from shared.clock import at_local, end_of_day
from shared.errors import Conflict, Invalid
from shared.workdays import WorkCalendar

CALENDAR = WorkCalendar()
PLAN = InspectionPlan(
    title="营商环境专项督查",
    basis="年度督查计划",
    scope="承诺事项兑现情况",
    starts_on=date(2023, 6, 26),
    ends_on=date(2023, 6, 30),
    team=("督查室一组",),
    units=("u1",),
)
SPRING, SUMMER = date(2023, 4, 10), date(2023, 7, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"basis": ""}, "basis"),
        ({"scope": ""}, "scope"),
        ({"team": ()}, "team"),
        ({"units": ()}, "units"),
        ({"ends_on": date(2023, 6, 25)}, "ends_on"),
        ({"joint_units": ("u1",)}, "joint_units"),
    ],
)
def test_a_plan_that_a_leader_could_not_judge_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    check_plan(PLAN)
    with pytest.raises(Invalid) as refused:
        check_plan(replace(PLAN, **changes))

    assert refused.value.field == field


def test_the_way_of_an_inspection_is_one() -> None:
    state = InspectionState.DRAFT
    for step in (InspectionStep.APPROVE, InspectionStep.START, InspectionStep.FIND, InspectionStep.CONCLUDE):
        state = state_after(state, step)

    assert state_after(state, InspectionStep.CLOSE) is InspectionState.CLOSED


def test_nothing_begins_before_it_was_approved() -> None:
    with pytest.raises(Conflict, match="批准（approve）、撤回（withdraw）") as refused:
        state_after(InspectionState.DRAFT, InspectionStep.START)

    assert refused.value.code == "inspection.step_illegal"


@pytest.mark.parametrize("state", [InspectionState.CLOSED, InspectionState.WITHDRAWN])
def test_what_is_over_goes_nowhere(state: InspectionState) -> None:
    for step in STEPS:
        with pytest.raises(Conflict, match="现在可以：无"):
            state_after(state, step)


def test_a_unit_objects_within_thirty_days_and_not_after() -> None:
    told_at = at_local(date(2023, 6, 1), 9)  # The thirtieth day is 1 July, a Saturday: Monday counts.

    check_objection(told_at, end_of_day(date(2023, 7, 3)), 30, CALENDAR)
    with pytest.raises(Conflict, match="已于 2023-07-03 截止"):
        check_objection(told_at, end_of_day(date(2023, 7, 3)) + timedelta(seconds=1), 30, CALENDAR)


def test_a_limit_has_its_last_day() -> None:
    # 22 to 24 June were off, and Sunday the 25th was worked.
    assert due_day(at_local(date(2023, 6, 19), 9), 5, Span.WORKDAYS, CALENDAR) == date(2023, 6, 27)


STANDING = Standing(silent=(), objecting=(), feedback_due_on=date(2023, 7, 14))


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (replace(STANDING, objecting=("u1",)), "inspection.objection_open"),
        (replace(STANDING, silent=("u1",)), "inspection.feedback_open"),
    ],
)
def test_nothing_is_closed_over_the_heads_of_the_units(standing: Standing, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_closing(standing, "整改见效", at_local(date(2023, 7, 14), 9))

    assert refused.value.code == code


def test_a_unit_that_stays_silent_past_its_limit_holds_nothing_up() -> None:
    late = at_local(date(2023, 7, 15))

    check_closing(replace(STANDING, silent=("u1",)), "整改见效", late)
    with pytest.raises(Invalid, match="效果评估"):
        check_closing(replace(STANDING, feedback_due_on=None, silent=("u1",)), " ", late)


@pytest.mark.parametrize(
    ("limits", "days", "found"),
    [
        ({}, [SPRING], ()),
        ({}, [SPRING, SPRING], (Excess("u1", "year", 2, 3),)),
        ({}, [date(2022, 4, 10), SPRING], ()),
        ({"per_year": None, "per_quarter": 1}, [SPRING], ()),
        ({"per_year": None, "per_quarter": 1}, [SUMMER], (Excess("u1", "quarter", 1, 2),)),
    ],
)
def test_inspections_of_a_unit_are_counted_by_year_and_quarter(
    limits: dict[str, int | None], days: list[date], found: tuple[Excess, ...]
) -> None:
    assert excesses(shipped_limits().model_copy(update=limits), {"u1": days}, date(2023, 9, 4)) == found


def test_one_too_many_needs_a_leader_and_a_reason() -> None:
    found = [Excess("u1", "year", 2, 3)]

    check_frequency(found, override_by_name="主任", override_reason="国务院交办")
    with pytest.raises(Conflict, match="本年将被督查 3 次"):
        check_frequency(found, override_by_name="", override_reason="")


@pytest.mark.parametrize(
    ("name", "reason", "found"), [("主任", "", [1]), ("", "急", [1]), ("主任", "急", [])]
)
def test_an_override_is_whole_and_needed(name: str, reason: str, found: list[int]) -> None:
    with pytest.raises(Invalid):
        check_frequency(
            [Excess("u1", "year", 2, 3) for _ in found], override_by_name=name, override_reason=reason
        )


def test_nobody_inspected_too_often_needs_no_override() -> None:
    check_frequency([], override_by_name="", override_reason="")


def test_limits_that_can_not_be_read_are_refused() -> None:
    with pytest.raises(Invalid, match="督查频次规则无法读取"):
        read_limits(json.dumps({"version": 1}))
