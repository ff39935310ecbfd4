"""Lights 亮灯: a published rule turns a task's dates into a colour and says from what it did.

Invariant: rules are versioned data; whoever changes what a rule says gives it a new version.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.tasks.ledger.domain import State
from shared.clock import local_date
from shared.events.supervision import Light


@dataclass(frozen=True, slots=True)
class LightRule:
    """A rule by deadline; `warn_days` are calendar days before the due day, which count as near."""

    name: str
    version: int
    warn_days: int


DEFAULT_RULE = LightRule(name="deadline", version=1, warn_days=7)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule looks at."""

    state: State
    due_at: datetime | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lit:
    """A light with the rule, its version and its inputs, as text for people and events."""

    light: Light
    rule: str
    version: int
    inputs: dict[str, str]


def light_of(facts: Facts, rule: LightRule, *, now: datetime) -> Lit:
    """Compute a task's light at `now`."""
    return Lit(_colour(facts, rule, now), rule.name, rule.version, _inputs(facts, rule, local_date(now)))


def _colour(facts: Facts, rule: LightRule, now: datetime) -> Light:
    if facts.state is State.CLOSED:
        return "done"
    if facts.due_at is None:
        return "undated"
    if facts.submitted_at is not None:
        return "green" if facts.submitted_at <= facts.due_at else "red"
    if now > facts.due_at:
        return "red"
    near = local_date(facts.due_at) - local_date(now) <= timedelta(days=rule.warn_days)
    return "yellow" if near else "green"


def _inputs(facts: Facts, rule: LightRule, today: date) -> dict[str, str]:
    inputs = {"state": str(facts.state), "date": today.isoformat(), "warn_days": str(rule.warn_days)}
    if facts.due_at is not None:
        inputs["due_at"] = facts.due_at.isoformat()
    if facts.submitted_at is not None:
        inputs["submitted_at"] = facts.submitted_at.isoformat()
    return inputs
