"""The rules that propose measures, as versioned data in `rules.json`.

The defaults are ours; no national rule sets them: overdue by 5 工作日 → 催办 (taken at once), by 10 or returned twice
→ 约谈, by 20 or overdue again after an extension → 书面通报, important and overdue by 30 or twice refused more time →
挂牌督办. All but 催办 are only proposed.

Invariant: what a rule proposed a measure for (its cause) is never proposed for again; a cause is the due day, or how
many times over its threshold a task was returned or refused.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.tasks.measures.domain import SEVERITY, MeasureKind
from shared.errors import Invalid

Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules look at.

    Attributes:
        due_on: The due day in force.
        overdue_workdays: 工作日 since then; 0 before it.
        returned: How often it was returned 退回重办.
        refused: How many requests for more time were refused.
        extended: Whether a request was granted.
    """

    due_on: date | None
    overdue_workdays: int
    returned: int
    refused: int
    extended: bool
    level: str

    @property
    def inputs(self) -> dict[str, str]:
        """The same as text, for the record."""
        return {
            "due_on": self.due_on.isoformat() if self.due_on else "",
            "overdue_workdays": str(self.overdue_workdays),
            "returned": str(self.returned),
            "refused": str(self.refused),
            "extended": str(self.extended).lower(),
            "level": self.level,
        }


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Entry):
    """Conditions that must all hold; one that is not named always does."""

    overdue_workdays_at_least: Count | None = None
    returned_at_least: Count | None = None
    refused_at_least: Count | None = None
    extended: bool | None = None
    level_in: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_a_cause(self) -> Self:
        if not (self.overdue_workdays_at_least or self.returned_at_least or self.refused_at_least):
            raise ValueError("a rule needs overdue, returned or refused: else it would hold for ever")
        return self

    def holds(self, seen: Seen) -> bool:
        """Tell whether all conditions hold."""
        return (
            seen.overdue_workdays >= (self.overdue_workdays_at_least or 0)
            and seen.returned >= (self.returned_at_least or 0)
            and seen.refused >= (self.refused_at_least or 0)
            and (self.extended is None or seen.extended is self.extended)
            and (not self.level_in or seen.level in self.level_in)
        )

    def cause(self, seen: Seen) -> str:
        """Name what it holds for, so that the same is not proposed for twice."""
        if self.returned_at_least:
            return f"returned:{seen.returned // self.returned_at_least}"
        if self.refused_at_least:
            return f"refused:{seen.refused // self.refused_at_least}"
        return f"due:{seen.due_on}"


class MeasureRule(_Entry):
    """One rule; `automatic` ones take the measure at once, which only 催办 may."""

    id: str
    kind: MeasureKind
    automatic: bool = False
    when: When
    reason: str

    @model_validator(mode="after")
    def _leaves_it_to_a_leader(self) -> Self:
        if self.automatic and self.kind is not MeasureKind.URGE:
            raise ValueError(f"only urge can be automatic, not {self.kind}: a named leader decides")
        return self


class MeasureRules(_Entry):
    """All rules of one version."""

    version: Count
    rules: tuple[MeasureRule, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if len(ids) != len(set(ids)):
            raise ValueError(f"each rule needs an id of its own, not {ids}")
        return self


@dataclass(frozen=True, slots=True)
class Proposal:
    """A measure that a rule proposes, and all causes that are thereby answered."""

    rule: MeasureRule
    causes: tuple[str, ...]


def propose(
    rules: MeasureRules, seen: Seen, known: Collection[str], standing: Collection[MeasureKind]
) -> Proposal | None:
    """Give the most severe measure that a rule holds for and nothing was proposed for; None for none.

    Args:
        rules: The rules.
        seen: The task as the rules see it.
        known: Causes of the task's measures so far; the milder causes of a proposal are among them.
        standing: Kinds that wait for a decision, or hang: no second one is proposed beside them.
    """
    holding = dict(_holding(rules, seen))
    new = [rule for cause, rule in holding.items() if cause not in known and rule.kind not in standing]
    if not new:
        return None
    hardest = max(new, key=lambda rule: SEVERITY.index(rule.kind))
    rank = SEVERITY.index(hardest.kind)
    answered = [cause for cause, rule in holding.items() if SEVERITY.index(rule.kind) <= rank]
    return Proposal(hardest, tuple(answered))


def _holding(rules: MeasureRules, seen: Seen) -> Iterator[tuple[str, MeasureRule]]:
    for rule in rules.rules:
        if rule.when.holds(seen):
            yield f"{rule.id}@{rule.when.cause(seen)}", rule


def read_rules(text: str) -> MeasureRules:
    """Read rules from JSON.

    Raises:
        Invalid: The text holds none.
    """
    try:
        return MeasureRules.model_validate_json(text)
    except ValidationError as error:
        raise Invalid(f"督办措施规则无法读取：{error}", code="measure_rules.invalid") from error


@cache
def shipped_rules() -> MeasureRules:
    """Give the rules that come with the package."""
    return read_rules(resources.files(__package__).joinpath("rules.json").read_text("utf-8"))
