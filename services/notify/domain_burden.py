"""Counts what each recipient got in a week; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DEFINITIONS: Mapping[str, str] = {
    "messages": "消息：本周内各渠道实际送出的消息数；多项提醒合并为一条消息的，计一条",
    "routine": "常规消息：其中按“每人每日一条”合并发送的消息数",
    "urgent": "紧急消息：其中不等待合并、即时发送的消息数",
    "notices": "提醒项：上述消息所含的提醒数",
    "channels": "渠道：各渠道送出的消息数",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that a channel took on a day in Shanghai."""

    recipient: str
    channel: str
    urgent: bool
    notices: int
    day: date


@dataclass(slots=True)
class Traffic:
    """What one recipient got in one week."""

    messages: int = 0
    routine: int = 0
    urgent: int = 0
    notices: int = 0
    channels: dict[str, int] = field(default_factory=dict)

    def add(self, one: Arrival) -> None:
        """Count one more."""
        self.messages += 1
        self.urgent += one.urgent
        self.routine += not one.urgent
        self.notices += one.notices
        self.channels[one.channel] = self.channels.get(one.channel, 0) + 1


def week_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def count(arrivals: Iterable[Arrival]) -> dict[tuple[str, date], Traffic]:
    """Count by recipient and Monday, in that order."""
    counted: dict[tuple[str, date], Traffic] = {}
    for one in arrivals:
        counted.setdefault((one.recipient, week_of(one.day)), Traffic()).add(one)
    return dict(sorted(counted.items()))
