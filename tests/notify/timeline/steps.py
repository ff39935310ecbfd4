"""The language of timelines: `at` an instant something happens, is told or is held back; in between nothing is.

A step is written and read as a line, `09:00 提前预警 还有30天 → 住建局、城管局`, so that a timeline and what really was
told are two tables that can be laid side by side. Times are those of Shanghai.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from shared.clock import SHANGHAI

# What happens to the task of a life: anything that tells it events or answers a notice.
Deed: TypeAlias = Callable[[Any], Awaitable[None]]  # Any: the life, which knows this file.

_HEAD = re.compile(r"【(?P<word>\w+)】")
_LEFT = re.compile(r"还有[\d.]+(天|个工作日|小时)")
_OVERDUE = re.compile(r"已超时(\d+个工作日)（(第\d+次)通报）")
_INSTEAD = re.compile(r"受阻于贵单位承办的(《.+?》)")


def instant(text: str) -> datetime:
    """Read `2023-06-30 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def line(when: datetime, what: str, names: tuple[str, ...]) -> str:
    """Write one line of a timeline."""
    return f"{when.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {what} → {'、'.join(sorted(names))}"


def essence(text: str) -> str:
    """Give what a notice comes down to: its word, how much is left or over, what blocks, whether it is late."""
    head = _HEAD.match(text)
    said = [head["word"] if head else text]
    said += [found[0] for found in [_LEFT.search(text)] if found]
    said += [f"{found[2]} 超时{found[1]}" for found in [_OVERDUE.search(text)] if found]
    said += [f"先解决{found[1]}" for found in [_INSTEAD.search(text)] if found]
    return " ".join([*said, *(["补发"] if "（补发：" in text else [])])


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time, mostly an instant, with what is to happen and what is to be seen in it.

    Attributes:
        lines: What is told or held back in it, and nothing else.
        leaves: To whom a message leaves in it; None where the timeline does not say.
    """

    begin: datetime
    end: datetime
    deeds: tuple[Deed, ...] = ()
    lines: tuple[str, ...] = ()
    leaves: tuple[str, ...] | None = None

    def when(self, *deeds: Deed) -> "Step":
        """Let something happen at the instant, before it is decided who is told."""
        return replace(self, deeds=self.deeds + deeds)

    def tells(self, what: str, *names: str) -> "Step":
        """Expect that these are told this at the instant: it is in their inboxes."""
        return replace(self, lines=(*self.lines, line(self.begin, what, names)))

    def holds_back(self, why: str, *names: str) -> "Step":
        """Expect that a rung is recorded as not told to these, and why."""
        return self.tells(f"不发（{why}）", *names)

    def sends(self, *names: str) -> "Step":
        """Expect that a message leaves at the instant to these, and to no other."""
        return replace(self, leaves=names)


def at(text: str) -> Step:
    """Begin the step of an instant, `2023-06-30 09:00`."""
    return Step(instant(text), instant(text))


def nothing_between(begin: str, end: str) -> Step:
    """Expect that nobody is told anything, and no message leaves, from an instant to another, both included."""
    return Step(instant(begin), instant(end), leaves=())
