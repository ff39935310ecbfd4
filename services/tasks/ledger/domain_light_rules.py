"""The rules of lights 亮灯规则 as versioned data: rows that are read from the top, the first that holds decides.

Invariant: whoever changes what a rule says gives it a new version; a light can then be computed again from its inputs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from shared.errors import Invalid
from shared.events.supervision import Light

DEFAULT_NAME = "deadline-and-pace"
Percent = Annotated[int, Field(ge=0, le=100)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rows of a rule look at, for an open task with a date.

    Attributes:
        days_left: Calendar days until the due day; negative after it.
        elapsed: Share of the time from start to due that has passed, in %.
        behind_pace: The plan line 序时进度 less the reported progress, in points of %.
        returned: The last submission was returned.
    """

    overdue: bool
    days_left: int
    elapsed: int
    behind_pace: int
    returned: bool


class When(_Entry):
    """Conditions that must all hold; one that is not named always does."""

    overdue: bool | None = None
    days_left_at_most: int | None = None
    elapsed_at_least: Percent | None = None
    behind_pace_over: Percent | None = None
    returned: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a row needs a condition")
        return self

    def holds(self, seen: Measured) -> bool:
        """Tell whether all conditions hold."""
        return all(
            (
                self.overdue is None or seen.overdue is self.overdue,
                self.days_left_at_most is None or seen.days_left <= self.days_left_at_most,
                self.elapsed_at_least is None or seen.elapsed >= self.elapsed_at_least,
                self.behind_pace_over is None or seen.behind_pace > self.behind_pace_over,
                self.returned is None or seen.returned is self.returned,
            )
        )


class Row(_Entry):
    """A light, when it is shown, and the reason as people read it."""

    light: Light
    when: When
    reason: str


class LightRule(_Entry):
    """A rule with its origin; where no row holds, the light is green."""

    name: str
    version: Annotated[int, Field(ge=1)]
    title: str
    source: str
    rows: tuple[Row, ...]

    def decide(self, seen: Measured) -> tuple[Light, str]:
        """Give the light of an open task with a date, and the reason."""
        for row in self.rows:
            if row.when.holds(seen):
                return row.light, row.reason
        return "green", "进展正常"


def read_rules(text: str) -> Mapping[str, LightRule]:
    """Read rules from JSON, by name.

    Raises:
        Invalid: The text is no list of rules, or two have one name.
    """
    try:
        rules = TypeAdapter(tuple[LightRule, ...]).validate_json(text)
    except ValidationError as error:
        raise Invalid(f"亮灯规则无法读取：{error}", code="light_rules.invalid") from error
    return _by_name(rules)


def _by_name(rules: Iterable[LightRule]) -> Mapping[str, LightRule]:
    found: dict[str, LightRule] = {}
    for rule in rules:
        if rule.name in found:
            raise Invalid(f"亮灯规则 {rule.name} 重复", code="light_rules.twice", field="name")
        found[rule.name] = rule
    return found


@cache
def shipped_rules() -> Mapping[str, LightRule]:
    """Give the rules that come with the package; all but the default are switched off until people choose one."""
    return read_rules(resources.files(__package__).joinpath("light_rules.json").read_text("utf-8"))


def rule_named(name: str) -> LightRule:
    """Give a shipped rule.

    Raises:
        Invalid: There is none; the message names those that there are.
    """
    rules = shipped_rules()
    if name not in rules:
        known = "、".join(f"{rule.title}（{rule.name}）" for rule in rules.values())
        raise Invalid(f"没有亮灯规则 {name}，可用：{known}", code="light_rule.unknown", field="name")
    return rules[name]
