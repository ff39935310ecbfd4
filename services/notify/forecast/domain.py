"""What a forecast says, and how two of them differ: pure functions over what was rehearsed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.notify.domain_recipients import unit_of
from shared.clock import at_local, end_of_day, local_date
from shared.errors import Invalid
from shared.workdays import ONE_DAY

LONGEST = 92  # Days: a quarter.
USUAL = 7


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a forecast in Shanghai, both included."""

    first: date
    last: date

    @property
    def end(self) -> datetime:
        """The last instant of the last day."""
        return end_of_day(self.last)

    def holds(self, instant: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return at_local(self.first) <= instant <= self.end


def window(today: date, first: date | None = None, last: date | None = None, days: int = USUAL) -> Window:
    """Give the window that somebody asks for: so many days from `first` on, or until `last`.

    Raises:
        Invalid: It begins in the past, ends before it begins, or reaches further than a quarter from today.
    """
    begin = first or today
    end = last or begin + timedelta(days=days - 1)
    if begin < today:
        message = f"from（{begin}）早于今天（{today}），预报只看今后；已发的提醒请查 /api/v1/notices"
        raise Invalid(message, code="forecast.past", field="from")
    if not begin <= end < today + timedelta(days=LONGEST):
        latest = today + timedelta(days=LONGEST) - ONE_DAY
        message = f"to（{end}）须在 {begin} 至 {latest} 之间（最多预报 {LONGEST} 天）"
        raise Invalid(message, code="forecast.period", field="to")
    return Window(begin, end)


@dataclass(frozen=True, slots=True)
class ForecastNotice:
    """A notice that will be decided: one rung of one clock for one mailbox."""

    id: str
    task_id: str
    clock: str
    due_at: datetime
    rung: str
    offset_days: int
    occurrence: int
    recipient: str
    planned_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ForecastMessage:
    """A message that will leave, with the notices in it; `leaves_at` is business time."""

    id: str
    channel: str
    recipient: str
    leaves_at: datetime
    urgent: bool
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be decided and sent in a window if nothing is reported, closed or moved until then."""

    as_of: datetime
    window: Window
    rules_version: int
    notices: Sequence[ForecastNotice]
    messages: Sequence[ForecastMessage]

    def only_for(self, recipient: str) -> "Forecast":
        """Keep what goes to a mailbox, or to a unit and its posts; everything when it is empty."""

        def is_meant(one: ForecastNotice | ForecastMessage) -> bool:
            return recipient in {"", one.recipient, unit_of(one.recipient)}

        notices = [one for one in self.notices if is_meant(one)]
        messages = [one for one in self.messages if is_meant(one)]
        return replace(self, notices=notices, messages=messages)


@dataclass(frozen=True, slots=True)
class Altered:
    """A message before and after a change."""

    before: ForecastMessage
    after: ForecastMessage


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change makes of the messages.

    Attributes:
        moved: The same message leaves at another instant.
        refilled: The message of that mailbox and day holds other notices.
    """

    added: Sequence[ForecastMessage]
    removed: Sequence[ForecastMessage]
    moved: Sequence[Altered]
    refilled: Sequence[Altered]

    @property
    def messages(self) -> int:
        """How many messages change."""
        return len(self.added) + len(self.removed) + len(self.moved) + len(self.refilled)


def difference(before: Iterable[ForecastMessage], after: Iterable[ForecastMessage]) -> Difference:
    """Compare the messages of two forecasts of one window."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    moved = [
        Altered(one, new[one.id])
        for one in old.values()
        if one.id in new and one.leaves_at != new[one.id].leaves_at
    ]
    gone = [one for one in old.values() if one.id not in new]
    come = [one for one in new.values() if one.id not in old]
    refilled = _pairs(gone, come)
    paired = {one.before.id for one in refilled} | {one.after.id for one in refilled}
    return Difference(
        added=[one for one in come if one.id not in paired],
        removed=[one for one in gone if one.id not in paired],
        moved=moved,
        refilled=refilled,
    )


def _pairs(gone: Iterable[ForecastMessage], come: Iterable[ForecastMessage]) -> list[Altered]:
    """Pair what replaces what: the message of the same mailbox, channel, day and haste, each once."""
    waiting: dict[tuple[object, ...], list[ForecastMessage]] = {}
    for one in come:
        waiting.setdefault(_place(one), []).append(one)
    return [Altered(one, waiting[_place(one)].pop(0)) for one in gone if waiting.get(_place(one))]


def _place(one: ForecastMessage) -> tuple[object, ...]:
    return one.channel, one.recipient, local_date(one.leaves_at), one.urgent


def per_recipient(messages: Iterable[ForecastMessage]) -> Mapping[str, int]:
    """Count messages by mailbox, most first."""
    counts: dict[str, int] = {}
    for one in messages:
        counts[one.recipient] = counts.get(one.recipient, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
