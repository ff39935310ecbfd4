"""Lights 亮灯: a published rule turns a task's dates and progress into a colour and says from what it did.

What is done, stands still or has no date has a light that no rule decides; what was handed in is judged by its day.
"""

from dataclasses import dataclass
from datetime import datetime

from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_light_rules import LightRule, Measured
from shared.clock import local_date
from shared.events.supervision import Light


@dataclass(frozen=True, slots=True)
class Facts:
    """What lights are computed from.

    Attributes:
        started_at: When the clock to the due instant began.
        progress: As last reported, in %.
    """

    state: State
    due_at: datetime | None
    submitted_at: datetime | None
    started_at: datetime | None = None
    progress: int = 0


@dataclass(frozen=True, slots=True)
class Lit:
    """A light with the rule, its version and its inputs, as text for people and events."""

    light: Light
    rule: str
    version: int
    inputs: dict[str, str]


def light_of(facts: Facts, rule: LightRule, *, now: datetime) -> Lit:
    """Compute a task's light at `now`."""
    light, reason = _colour(facts, rule, now)
    return Lit(light, rule.name, rule.version, _inputs(facts, now) | {"reason": reason})


def _colour(facts: Facts, rule: LightRule, now: datetime) -> tuple[Light, str]:
    if facts.state in {State.CLOSED, State.STANDING}:
        return "done", "已完成"
    if facts.state in {State.SUSPENDED, State.CANCELLED}:
        return "undated", "已中止或撤销，时限不计"
    if facts.due_at is None:
        return "undated", "未定时限"
    if facts.submitted_at is not None:
        in_time = facts.submitted_at <= facts.due_at
        return ("green", "按时报审") if in_time else ("red", "逾期报审")
    return rule.decide(_measure(facts, facts.due_at, now))


def _measure(facts: Facts, due_at: datetime, now: datetime) -> Measured:
    elapsed = elapsed_share(facts.started_at, due_at, now)
    return Measured(
        overdue=now > due_at,
        days_left=(local_date(due_at) - local_date(now)).days,
        elapsed=elapsed,
        behind_pace=max(elapsed - facts.progress, 0),
        returned=facts.state is State.RETURNED,
    )


def elapsed_share(started_at: datetime | None, due_at: datetime, now: datetime) -> int:
    """Give the share of the time from start to due that has passed, in whole %: the plan line 序时进度.

    Before a start, or without one, nothing has passed; after the due instant all has.
    """
    if started_at is None or now <= started_at:
        return 0
    return 100 if now >= due_at else int(100 * (now - started_at) / (due_at - started_at))


def _inputs(facts: Facts, now: datetime) -> dict[str, str]:
    inputs = {"state": str(facts.state), "date": local_date(now).isoformat()}
    if facts.due_at is not None:
        inputs["due_at"] = facts.due_at.isoformat()
        inputs["elapsed"] = str(elapsed_share(facts.started_at, facts.due_at, now))
        inputs["progress"] = str(facts.progress)
    if facts.submitted_at is not None:
        inputs["submitted_at"] = facts.submitted_at.isoformat()
    return inputs
