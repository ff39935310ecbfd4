"""Which events a subscription wants; pure. What an event does not say of itself is told by its task's registration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.events import Feed

MOST = 100  # Values of one filter.


class Filters(BaseModel):
    """What is wanted; an empty list wants everything, and all lists must fit.

    Attributes:
        feeds: Feeds of events.
        types: Types of events; one that ends in `*` stands for all that begin so.
        units: Units that an event is about: their ids or credit codes.
        plans: Plans that its task belongs to.
        kinds: Kinds of tasks, or of orders.
        levels: Levels of ratings, 1 to 5.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    feeds: tuple[Feed, ...] = ()
    types: tuple[str, ...] = Field(default=(), max_length=MOST)
    units: tuple[str, ...] = Field(default=(), max_length=MOST)
    plans: tuple[str, ...] = Field(default=(), max_length=MOST)
    kinds: tuple[str, ...] = Field(default=(), max_length=MOST)
    levels: tuple[int, ...] = Field(default=(), max_length=5)

    @property
    def reads_content(self) -> bool:
        """Whether an event's head alone can't tell."""
        return bool(self.units or self.plans or self.kinds or self.levels)

    @property
    def asks_tasks(self) -> bool:
        """Whether an event about a task has to be read with the task's registration."""
        return bool(self.units or self.plans or self.kinds)

    def takes_head(self, feed: str, type_: str) -> bool:
        """Tell whether the feed and the type fit."""
        if self.feeds and feed not in self.feeds:
            return False
        return not self.types or any(_is_of(type_, wanted) for wanted in self.types)

    def takes(self, facts: "Facts") -> bool:
        """Tell whether what an event is about fits."""
        return all(
            not wanted or not has.isdisjoint(wanted)
            for wanted, has in (
                (self.units, facts.units),
                (self.plans, facts.plans),
                (self.kinds, facts.kinds),
                (self.levels, facts.levels),
            )
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What an event is about."""

    units: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    levels: frozenset[int] = field(default=frozenset())

    def with_task(self, task: "Facts") -> "Facts":
        """Add what the registration of its task says."""
        return Facts(self.units | task.units, self.plans | task.plans, self.kinds | task.kinds, self.levels)


_UNITS = ("unit_id", "unit_code", "answering_unit", "from_unit", "to_unit", "recipient")


def facts_of(content: Mapping[str, Any]) -> Facts:
    """Read what the `data` of an event is about."""
    units = {content[name] for name in _UNITS if isinstance(content.get(name), str)}
    roles = content.get("units")
    for role in roles if isinstance(roles, list) else ():
        name = role.get("unit_id") if isinstance(role, dict) else role
        units |= {name} if isinstance(name, str) else set()
    plan, kind, level = content.get("plan_id"), content.get("kind"), content.get("level")
    return Facts(
        frozenset(units),
        frozenset({plan} if isinstance(plan, str) else ()),
        frozenset({kind} if isinstance(kind, str) else ()),
        frozenset({level} if isinstance(level, int) else ()),
    )


def task_of(content: Mapping[str, Any]) -> str | None:
    """Give the task that the `data` of an event is about."""
    task = content.get("task_id")
    return task if isinstance(task, str) else None


def _is_of(type_: str, wanted: str) -> bool:
    return type_.startswith(wanted[:-1]) if wanted.endswith("*") else type_ == wanted
