"""The notice rules 提醒规则 as data: which rungs a clock has, at what hour, and who is told at each.

Invariant: a rulebook that could be read is complete: it has a rule for every kind of task.
"""

from datetime import datetime, time
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import Invalid

ANY_KIND = "*"
# Whom a rung tells: the task's units in a role, or the supervision office 督查室.
Audience = Literal["lead", "responsible", "cooperating", "office"]
Tell = Annotated[tuple[Audience, ...], Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Before(_Entry):
    """提前预警: a warning `days` (natural, negative) before the due day."""

    days: Annotated[int, Field(lt=0)]
    tell: Tell


class OnTheDay(_Entry):
    """到时提醒: the reminder on the due day."""

    tell: Tell


class Overdue(_Entry):
    """超时通报: so many 工作日 after the due day, then again every `then_every` 工作日 until the clock stops."""

    workdays: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    then_every: Annotated[int, Field(ge=1)]
    tell: Tell


class Rule(_Entry):
    """The rungs of one kind of task, all told at the same hour (Shanghai) of their days."""

    kind: str
    at: time
    before: tuple[Before, ...] = ()
    due: OnTheDay
    overdue: Overdue

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for days in ([step.days for step in self.before], list(self.overdue.workdays)):
            if days != sorted(set(days)):
                raise ValueError(f"the days {days} of the rule for {self.kind} must ascend without repeats")
        return self


class Urgent(_Entry):
    """What leaves at once, beside the one routine message of the day.

    Attributes:
        levels: Levels 等级 of tasks whose every notice is urgent.
        hour_clocks: Whether a clock that runs in hours, so that it ends within a day, makes its notices urgent.
    """

    levels: tuple[str, ...] = ("urgent",)
    hour_clocks: bool = True


class ParcelRule(_Entry):
    """When the routine message of a day leaves: between `at` and `until` (Shanghai) of a working day, and once."""

    at: time = time(9)
    until: time = time(18)
    urgent: Urgent = Urgent()

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        if self.at >= self.until:
            raise ValueError(f"messages leave from {self.at} on, so not until {self.until}")
        return self


class Rulebook(_Entry):
    """All rules of one version.

    Attributes:
        version: Counts the changes of the data, from 1.
        since: Business time from which this version holds; rungs before it are skipped. None: from the beginning.
    """

    rules: tuple[Rule, ...]
    parcels: ParcelRule = ParcelRule()
    version: int = 0
    since: datetime | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        kinds = [rule.kind for rule in self.rules]
        if ANY_KIND not in kinds or len(kinds) != len(set(kinds)):
            raise ValueError(f"one rule for each kind and one for {ANY_KIND!r} are needed, not {kinds}")
        return self

    def for_kind(self, kind: str) -> Rule:
        """Give the rule of a kind of task, or the one for any kind."""
        by_kind = {rule.kind: rule for rule in self.rules}
        return by_kind.get(kind, by_kind[ANY_KIND])


def read_rulebook(text: str, *, version: int = 0, since: datetime | None = None) -> Rulebook:
    """Read rules from JSON.

    Raises:
        Invalid: The text is no rulebook; the message says what is wrong.
    """
    try:
        book = Rulebook.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(f"提醒规则无法读取：{error}", code="rules.invalid") from error
    return book.model_copy(update={"version": version, "since": since})


def shipped_rules() -> str:
    """Give the text of the default rules that come with the package."""
    return resources.files(__package__).joinpath("rules.json").read_text("utf-8")
