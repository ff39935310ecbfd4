"""Decides which units are asked for a report of the month, and when; pure functions over tasks and the calendar.

Invariant: of the linked tasks that a unit answers for, one at most is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.tasks.ledger.domain import State
from shared.errors import Invalid
from shared.workdays import WorkCalendar

# Under way: signed for, and with its units. Who has not signed is chased by the clock `sign`, what is handed in is
# with the reviewers; suspended, standing and ended tasks owe no report. Undated and ongoing ones do: nothing else
# asks for them.
UNDER_WAY = (State.ACCEPTED, State.IN_PROGRESS, State.RETURNED)


class AskRule(BaseModel):
    """When reports are asked for.

    Attributes:
        day: Day of the month, or the working day before it.
        workdays: 工作日 that a unit has for its report, the day of the ask not counted.
        left_out: Kinds of tasks that report in a rhythm of their own, or end within days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: Annotated[int, Field(ge=1, le=28)]
    workdays: Annotated[int, Field(ge=1, le=20)]
    left_out: tuple[str, ...] = ()


class Answer(StrEnum):
    """Why a unit is asked for a report on a task, or is not."""

    ASK = "ask"
    REPORTED = "reported"
    NOBODY_ANSWERS = "nobody_answers"
    OWN_CLOCK = "own_clock"  # Its clock `report` runs, and reminds of itself.
    OWN_RHYTHM = "own_rhythm"  # So has its kind.
    LINKED = "linked"  # The unit is asked on another task of the link.


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task under way, as far as an ask depends on it.

    Attributes:
        reported: Whether its answering unit has reported on it since the beginning of the month.
        own_clock: Whether its clock `report` runs.
    """

    task_id: str
    revision: int
    kind: str
    unit_id: str | None
    link_id: str | None = None
    reported: bool = False
    own_clock: bool = False


def period_of(day: date) -> str:
    """Name the month of a day, `2023-06`."""
    return f"{day:%Y-%m}"


def asks_from(today: date, rule: AskRule, calendar: WorkCalendar) -> date:
    """Give the day of this month from which reports are asked for."""
    return calendar.same_or_previous(today.replace(day=rule.day))


def due_on(today: date, rule: AskRule, calendar: WorkCalendar) -> date:
    """Give the day by which a report is due that is asked for today."""
    return calendar.add_workdays(today, rule.workdays)


def judge(candidates: Iterable[Candidate], rule: AskRule) -> Iterator[tuple[Candidate, Answer]]:
    """Say of each task, in the ledger's order, whether its unit is asked, and why not."""
    asked: set[tuple[str, str]] = set()
    for one in candidates:
        answer = _answer(one, rule, asked)
        if answer is Answer.ASK and one.link_id is not None:
            asked.add((one.link_id, str(one.unit_id)))
        yield one, answer


def _answer(one: Candidate, rule: AskRule, asked: set[tuple[str, str]]) -> Answer:
    reasons = (
        (one.unit_id is None, Answer.NOBODY_ANSWERS),
        (one.reported, Answer.REPORTED),
        (one.own_clock, Answer.OWN_CLOCK),
        (one.kind in rule.left_out, Answer.OWN_RHYTHM),
        ((one.link_id, one.unit_id) in asked, Answer.LINKED),
    )
    return next((answer for holds, answer in reasons if holds), Answer.ASK)


def read_rule(text: str) -> AskRule:
    """Read the rule from JSON.

    Raises:
        Invalid: The text holds none.
    """
    try:
        return AskRule.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(f"进展报送规则无法读取：{error}", code="ask_rule.invalid") from error


@cache
def shipped_rule() -> AskRule:
    """Give the rule that comes with the package."""
    return read_rule(resources.files(__package__).joinpath("rules.json").read_text("utf-8"))
