"""The notice rules 提醒规则 as data: which rungs a clock has, at what hour, and who is told at each.

Invariant: a rulebook that could be read is complete: it has a rule for every kind of task.
"""

import re
from datetime import datetime, time
from importlib import resources
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from shared.errors import Invalid

ANY_KIND = "*"
OFFICE = "office"
# Whom a rung tells: the task's units in a role, a post of these (责任人, 责任领导, 分管领导), or 督查室.
Audience = Annotated[
    str, Field(pattern=r"^(office|(lead|responsible|cooperating)(\.(officer|leader|overseer))?)$")
]
Tell = Annotated[tuple[Audience, ...], Field(min_length=1, max_length=10)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
MOST_STEPS = 20
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:00)?")


def _read_hour(value: object) -> object:
    """Take `09:00`; pydantic alone would also take seconds, and a zone that nobody would heed."""
    if not isinstance(value, str):
        return value
    if not HOUR.fullmatch(value):
        raise PydanticCustomError("rules.hour", "应为 24 小时制的时刻，如 09:00，不带秒和时区")
    return time.fromisoformat(value)


Hour = Annotated[time, BeforeValidator(_read_hour)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Before(_Entry):
    """提前预警: a warning `days` (natural, negative) before the due day."""

    days: Annotated[int, Field(ge=-366, lt=0)]
    tell: Tell


class OnTheDay(_Entry):
    """到时提醒: the reminder on the due day."""

    tell: Tell


class Hours(_Entry):
    """The hours of a working day, in Shanghai."""

    at: Hour = time(9)
    until: Hour = time(18)

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        if self.at >= self.until:
            about = {"field": "until", "value": f"{self.until:%H:%M}", "at": f"{self.at:%H:%M}"}
            raise PydanticCustomError("rules.hours", "应晚于开始时刻 at（{at}）", about)
        return self


class Escalation(_Entry):
    """升级: whom an overdue rung tells beside the others, from so many 工作日 on."""

    workday: Annotated[int, Field(ge=1, le=750)]
    tell: Tell


class Overdue(_Entry):
    """超时通报: so many 工作日 after the due day, then again every `then_every` 工作日 until the clock stops."""

    workdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=750)], ...], Field(min_length=1, max_length=MOST_STEPS)
    ]
    then_every: Annotated[int, Field(ge=1, le=250)]
    tell: Tell
    escalate: Annotated[tuple[Escalation, ...], Field(max_length=MOST_STEPS)] = ()

    def told_after(self, workdays: int) -> Tell:
        """Give whom the rung so many 工作日 after the due day tells."""
        return (*self.tell, *(one for step in self.escalate if step.workday <= workdays for one in step.tell))


class CountedRule(_Entry):
    """The warning of a limit in days, 工作日, months or cycles: so much of it left, at least so many 工作日."""

    left_percent: Annotated[int, Field(ge=0, lt=100)] = 20
    left_workdays: Annotated[int, Field(ge=1, le=250)] = 1
    tell: Tell


class Elapsed(_Entry):
    """A warning of a limit in hours or working hours, when so many percent of it have passed."""

    percent: Annotated[int, Field(gt=0, lt=100)]
    tell: Tell


class Rule(_Entry):
    """The rungs of the tasks that it matches, all but those of limits in hours at one hour (Shanghai) of their days.

    Attributes:
        kind: Of task; `*` for any.
        plan: Of these tasks only those of one plan; None for all. So for `level`, and for `unit`, the one that answers.
        counted: How limits in days are warned of; None: as dates are.
        hours: How limits in hours are warned of; empty: as dates are.
        work: The hours of work, which limits in working hours count.
    """

    kind: Name
    plan: Name | None = None
    level: Name | None = None
    unit: Name | None = None
    at: Hour
    before: Annotated[tuple[Before, ...], Field(max_length=MOST_STEPS)] = ()
    due: OnTheDay
    overdue: Overdue
    counted: CountedRule | None = None
    hours: Annotated[tuple[Elapsed, ...], Field(max_length=MOST_STEPS)] = ()
    work: Hours = Hours()

    @property
    def wanted(self) -> tuple[str | None, ...]:
        """What it asks of a task, in the order in which rules win: unit, plan, level, kind; None for anything."""
        return self.unit, self.plan, self.level, None if self.kind == ANY_KIND else self.kind

    @property
    def specificity(self) -> tuple[bool, ...]:
        """Which of these it asks for; the greater wins, so one for a unit wins over all for plans, and so on."""
        return tuple(one is not None for one in self.wanted)

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        steps = {
            "before": [step.days for step in self.before],
            "overdue.workdays": list(self.overdue.workdays),
            "hours": [step.percent for step in self.hours],
        }
        for field, each in steps.items():
            if each != sorted(set(each)):
                about = {"field": field, "value": str(each)}
                raise PydanticCustomError("rules.order", "各档应从小到大排列且不重复", about)
        return self


class Urgent(_Entry):
    """What leaves at once, beside the one routine message of the day.

    Attributes:
        levels: Levels 等级 of tasks whose every notice is urgent.
        hour_clocks: Whether a clock that runs in hours, so that it ends within a day, makes its notices urgent.
    """

    levels: tuple[str, ...] = ("urgent",)
    hour_clocks: bool = True


class ParcelRule(Hours):
    """When the routine message of a day leaves: between `at` and `until` of a working day, and once."""

    urgent: Urgent = Urgent()


ANYTHING = (None, None, None, None)
INCOMPLETE = "rules.incomplete"


class Matched(NamedTuple):
    """What of a task a rule is matched by."""

    kind: str
    plan: str | None = None
    level: str | None = None
    unit: str | None = None


class Rulebook(_Entry):
    """All rules of one version.

    Attributes:
        version: Counts the changes of the data, from 1.
        since: Business time from which this version holds; rungs before it are skipped. None: from the beginning.
    """

    rules: Annotated[tuple[Rule, ...], Field(max_length=500)]
    parcels: ParcelRule = ParcelRule()
    version: int = 0
    since: datetime | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        wanted = [rule.wanted for rule in self.rules]
        if ANYTHING not in wanted or len(wanted) != len(set(wanted)):
            raise PydanticCustomError(INCOMPLETE, "须有一条 kind 为 * 的通用规则，且同一范围只有一条规则")
        return self

    def says_as(self, other: "Rulebook") -> bool:
        """Tell whether it says the same as another, whatever their versions."""
        return (self.rules, self.parcels) == (other.rules, other.parcels)

    def for_kind(self, kind: str) -> Rule:
        """Give the rule of a kind of task, or the one for any kind."""
        return self.for_task(Matched(kind))

    def for_task(self, task: Matched) -> Rule:
        """Give the most specific rule that matches a task: unit before plan before level before kind."""
        facts = (task.unit, task.plan, task.level, task.kind)
        matching = (
            rule
            for rule in self.rules
            if all(wanted in {None, fact} for wanted, fact in zip(rule.wanted, facts, strict=True))
        )
        return max(matching, key=lambda rule: rule.specificity)


def read_rulebook(text: str, *, version: int = 0, since: datetime | None = None) -> Rulebook:
    """Read rules from JSON.

    Raises:
        Invalid: The text is no rulebook; the message says what is wrong.
    """
    try:
        book = Rulebook.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise Invalid(f"提醒规则无法读取：{error}", code="rules.invalid") from error
    return book.model_copy(update={"version": version, "since": since})


def shipped_rules() -> str:
    """Give the text of the default rules that come with the package."""
    return resources.files(__package__).joinpath("rules.json").read_text("utf-8")
