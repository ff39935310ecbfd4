"""Pages of lists that grow: each goes on behind the sort keys of the last row that was shown, never by an offset.

Invariant: rows that are added or removed between two pages move no other row onto a second page or past all of them.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import Invalid

USUAL, MOST = 100, 1000  # Rows of a page: when nothing is said, and at most.
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Values = tuple[Any, ...]
KINDS = frozenset({str, int, bool, date, datetime})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page somebody wants: `after` is the `next` of the page before, or empty for the first one."""

    after: str = ""
    limit: int = USUAL


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of a page, and the `after` of the page behind it; None on the last one."""

    items: Sequence[T]
    next: str | None = None


class Places:
    """Places in one list, as callers hold them: opaque, and refused by every other list.

    Args:
        name: Of the list.
        types: Of the values of the sort keys; the last one tells two rows apart.
    """

    def __init__(self, name: str, *types: type) -> None:
        if unknown := set(types) - KINDS:
            raise TypeError(f"{name}: values of {unknown} can't be written down as a place")
        self.name, self._types = name, types

    def write(self, values: Values) -> str:
        """Write down where a page ended.

        Raises:
            TypeError: These are no values of the sort keys.
        """
        for value, kind in zip(values, self._types, strict=True):
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"{self.name}: {value!r} is no {kind.__name__}")
        said = [value.isoformat() if isinstance(value, date) else value for value in values]
        plain = json.dumps([self.name, *said], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    def read(self, after: str) -> Values:
        """Read where a page ended.

        Raises:
            Invalid: It is no place of this list.
        """
        try:
            padded = after + "=" * (-len(after) % 4)
            name, *said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if name != self.name or None in {said[0], said[-1]}:
                raise unknown_place(after)
            return tuple(_read(one, kind) for one, kind in zip(said, self._types, strict=True))
        except (ValueError, TypeError, IndexError, RecursionError, binascii.Error) as error:
            raise unknown_place(after) from error

    def cut(self, rows: Iterable[T], asked: Asked | None, key: Callable[[T], Values]) -> Page[T]:
        """Make a page of rows of which one more than `asked.limit` was read, if there are so many; None is for all."""
        found = list(rows)
        if asked is None:
            return Page(found)
        items = found[: asked.limit]
        return Page(items, self.write(key(items[-1])) if len(found) > len(items) else None)


@dataclass(frozen=True, slots=True)
class Key:
    """A column that a list is sorted by; `down` has the greatest value first."""

    column: ColumnElement[Any]
    down: bool = False


def up(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Key:
    """Sort by a column, the least value first."""
    return Key(_plain(column))


def down(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Key:
    """Sort by a column, the greatest value first."""
    return Key(_plain(column), down=True)


class Sorting(Places):
    """The order of a list in the database.

    Args:
        name: Of the list.
        keys: What it is sorted by. The first is never NULL and the last one unique; one that may be NULL follows one
            that says whether it is.
    """

    def __init__(self, name: str, *keys: Key) -> None:
        super().__init__(name, *(key.column.type.python_type for key in keys))
        self.keys = keys

    def page(self, stated: Select[*Ts], asked: Asked | None) -> Select[*Ts]:
        """Read the rows of a page and one more, of which `cut` makes the page; None stands for all rows.

        Raises:
            Invalid: `asked.after` is no place of this list.
        """
        stated = stated.order_by(*(key.column.desc() if key.down else key.column.asc() for key in self.keys))
        if asked is None:
            return stated
        if asked.after:
            stated = stated.where(self._behind(self.read(asked.after)))
        return stated.limit(asked.limit + 1)

    def _behind(self, last: Values) -> ColumnElement[bool]:
        ways = []
        for place, key in enumerate(self.keys):
            same = [_equals(one.column, value) for one, value in zip(self.keys, last[:place], strict=False)]
            ways.append(and_(*same, _beyond(key, last[place])))
        # Said first of the first key alone, so that an index on it is read from there.
        return and_(_not_before(self.keys[0], last[0]), or_(*ways))


def _plain(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return column.expression if isinstance(column, InstrumentedAttribute) else column


def _equals(column: ColumnElement[Any], value: object) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == literal(value, column.type)


def _beyond(key: Key, value: object) -> ColumnElement[bool]:
    if value is None:  # All that have no value are alike.
        return false()
    bound = literal(value, key.column.type)
    return key.column < bound if key.down else key.column > bound


def _not_before(key: Key, value: object) -> ColumnElement[bool]:
    bound = literal(value, key.column.type)
    return key.column <= bound if key.down else key.column >= bound


def _read(said: object, kind: type) -> object:
    if said is None:
        return None
    if kind in {date, datetime}:
        if not isinstance(said, str):
            raise TypeError(said)
        found: date = kind.fromisoformat(said)
        if isinstance(found, datetime) and found.tzinfo is None:
            raise ValueError(said)
        return found
    if type(said) is not kind:
        raise TypeError(said)
    return said


def unknown_place(after: str) -> Invalid:
    """Say that `after` is no place of the list that is asked for."""
    message = (
        f"翻页位置 after={after[:60]} 不是此列表的位置，"
        "请原样使用上一页返回的 next（或 Link 头中的 after），或去掉 after 从第一页开始"
    )
    return Invalid(message, code="page.unknown", field="after")
