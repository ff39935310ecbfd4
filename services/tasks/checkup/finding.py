"""What a check-up finds: a contradiction or a gap, where it stands, why it matters and what to ask the issuer.

Invariant: a finding states facts of the document alone (numbers, dates, names); it never says which side is right.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.tasks.checkup.source import Source
from services.tasks.importer.records import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing that a rule saw: `tasks` are `<plan>/<number>`, `message` and `ask` are Chinese.

    Attributes:
        about: What tells it from another sighting of the rule with the same tasks, where there may be one.
    """

    lines: tuple[Lines, ...]
    tasks: tuple[str, ...] = ()
    about: str = ""
    message: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the table of rules: a stable code, what people call it, why it matters, and the function."""

    code: str
    title: str
    why: str
    find: Callable[[Source], Iterable[Sighting]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sighting with the rule that saw it.

    Attributes:
        key: Stays the same as long as the rule sees the same tasks (or, without any, the same lines).
    """

    key: str
    rule: str
    lines: tuple[Lines, ...]
    tasks: tuple[str, ...]
    message: str
    why: str
    ask: str


def finding_of(rule: Rule, sighting: Sighting) -> Finding:
    """Complete a sighting."""
    return Finding(
        key=_key(rule.code, sighting),
        rule=rule.code,
        lines=sighting.lines,
        tasks=sighting.tasks,
        message=sighting.message,
        why=rule.why,
        ask=sighting.ask,
    )


def _key(code: str, sighting: Sighting) -> str:
    places = sighting.tasks or [f"{first}-{last}" for first, last in sighting.lines]
    return f"{code}:{hashlib.sha256(' '.join([*sorted(places), sighting.about]).strip().encode()).hexdigest()[:10]}"
