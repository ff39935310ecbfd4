"""What may be asked of the ledger's list, checked word by word, so that a mistyped filter never looks like no tasks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import get_args

from services.tasks.ledger.domain import RoleName, State
from services.tasks.ledger.kinds import KINDS
from shared.errors import Invalid
from shared.events.supervision import Light

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    """Filters, all of which must hold, and the place to go on from.

    Attributes:
        q: Words in title or body, or the number.
        sort: Empty for the order of the ledger; `due` for the day of the deadline, those without one last.
        limit: Tasks in a page.
        after: Id of the last task of the page before.
        seen_by: The unit with whose eyes the list is looked at; None for those who see what all units do. Nobody asks
            for it: it follows from who they are.
    """

    plan: str = ""
    kind: str = ""
    state: str = ""
    unit: str = ""
    role: str = ""
    light: str = ""
    due_from: date | None = None
    due_to: date | None = None
    q: str = ""
    sort: str = ""
    limit: int = DEFAULT_LIMIT
    after: str = ""
    seen_by: str | None = None


ASKED = tuple(name for name in TaskQuery.__slots__ if name != "seen_by")


def read_query(raw: dict[str, str], *, seen_by: str | None = None) -> TaskQuery:
    """Read filters as they stand in an address, asked by somebody of `seen_by`; an empty one does not filter.

    Raises:
        Invalid: A filter is unknown or its value can't be; the message names what can.
    """
    asked = {name: value.strip() for name, value in raw.items()}
    _check_word("filter", asked, ASKED, code="query.filter_unknown")
    for name, words in _WORDS.items():
        if asked.get(name):
            _check_word(name, [asked[name]], words, code="query.word_unknown")
    due_from, due_to = _day(asked, "due_from"), _day(asked, "due_to")
    if due_from and due_to and due_from > due_to:
        message = f"时限起 {due_from} 晚于时限止 {due_to}，请对调"
        raise Invalid(message, code="query.range_empty", field="due_from")
    plain = {name: asked.get(name, "") for name in ("plan", *_WORDS, "unit", "q", "after")}
    return TaskQuery(due_from=due_from, due_to=due_to, limit=_limit(asked), seen_by=seen_by, **plain)


_WORDS: dict[str, Collection[str]] = {
    "kind": tuple(KINDS),
    "state": tuple(State),
    "role": get_args(RoleName),
    "light": get_args(Light),
    "sort": ("due",),
}


def _check_word(field: str, said: Collection[str], words: Collection[str], *, code: str) -> None:
    for one in said:
        if one not in words:
            known = "、".join(words)
            raise Invalid(f"{field} 没有 {one} 这个取值，可用：{known}", code=code, field=field)


def _day(asked: dict[str, str], field: str) -> date | None:
    said = asked.get(field)
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        message = f"{field} 的日期 {said} 无效，请写成 2023-06-30"
        raise Invalid(message, code="query.date_invalid", field=field) from error


def _limit(asked: dict[str, str]) -> int:
    said = asked.get("limit") or str(DEFAULT_LIMIT)
    if not (said.isdecimal() and 1 <= int(said) <= LARGEST_LIMIT):
        message = f"limit 的值 {said} 无效，请在 1–{LARGEST_LIMIT} 之间"
        raise Invalid(message, code="query.limit_invalid", field="limit")
    return int(said)
