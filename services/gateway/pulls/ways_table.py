"""The way to a table 前置库: reads rows behind a column that grows, or those with a status, which is written back.

Invariant: a status is written back only when its row is on disk here; a kill in between reads the row again, which is
known by its own key. Tested on PostgreSQL and SQLite; other databases need their driver installed.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, and_, column, create_engine, or_, select, table, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from services.gateway.feeds.entries import Answer
from services.gateway.feeds.records import raw_of
from services.gateway.feeds.repository_rejects import WAITS
from services.gateway.pulls.domain import Cursor, TablePlan, before, pack, unpack
from services.gateway.pulls.ports import Fetched, Secrets
from services.gateway.returns.domain import without
from shared.clock import Clock
from shared.errors import Invalid, Unavailable

T = TypeVar("T")
KEY, MARK = "duban_key", "duban_mark"  # Beside the fields of a record.


class Rows:
    """One table, in one round; it waits for the database in a thread."""

    def __init__(self, plan: TablePlan, secrets: Secrets, clock: Clock) -> None:
        self._plan, self._clock = plan, clock
        url = _url(secrets.named(plan.database), plan.database)
        self._password = url.password or ""
        try:
            self._engine = create_engine(
                url, poolclass=NullPool, hide_parameters=True, connect_args=_patience(url, plan.timeout)
            )
        except (ImportError, SQLAlchemyError) as error:
            message = f"密钥 {plan.database} 中的数据库没有安装驱动：{_said(error)}"
            raise Invalid(message, code="pull.no_driver", field="database") from error
        self._table = table(plan.table, *map(column, _columns(plan)), schema=plan.scheme)

    async def fetch(self, cursor: Cursor) -> Fetched:
        """Read the next rows.

        Raises:
            Unavailable: The database does not answer, or refuses.
        """
        cursor = self._begun(cursor)
        found = await self._ask(lambda connection: connection.execute(self._wanted(cursor)).all())
        raws = [raw_of(line, "", self._record(row)) for line, row in enumerate(found, 1)]
        return Fetched(raws, self._after(cursor, found), [row._mapping[KEY] for row in found])  # noqa: SLF001 - a row's public way.

    async def settle(self, fetched: Fetched, answers: Sequence[Answer]) -> None:
        """Write the status back of what was taken, and of what was refused.

        Raises:
            Unavailable: The database does not answer, or refuses.
        """
        plan = self._plan
        if plan.status is None or not fetched.keys:
            return
        told: dict[str | int, list[object]] = {}
        for key, answer in zip(fetched.keys, answers, strict=True):
            told.setdefault(self._status_of(answer), []).append(key)
        await self._ask(lambda connection: self._write_back(connection, told))

    async def close(self) -> None:
        """Close what is open."""
        self._engine.dispose()

    def _status_of(self, answer: Answer) -> str | int:
        # What waits for its service is taken by itself later: sending it again would not help.
        is_refused = answer.fault is not None and answer.fault.code != WAITS
        return self._plan.refused if is_refused and self._plan.refused is not None else self._plan.done

    def _begun(self, cursor: Cursor) -> Cursor:
        if cursor.begun is not None:
            return cursor
        row = (before(cursor.high, self._plan.overlap), "") if cursor.high else None
        return cursor.model_copy(update={"begun": self._clock.now(), "row": row})

    def _wanted(self, cursor: Cursor) -> Select[Any]:
        plan, columns = self._plan, self._table.c
        fields = [columns[name].label(f"f{number}") for number, name in enumerate(plan.columns.values())]
        key = columns[plan.key]
        if plan.cursor is None:
            assert plan.status is not None  # noqa: S101 - a plan has one of both.
            wanted = select(*fields, key.label(KEY)).where(columns[plan.status] == plan.new)
            return wanted.order_by(key).limit(plan.size)
        mark = columns[plan.cursor]
        wanted = select(*fields, key.label(KEY), mark.label(MARK)).where(mark.is_not(None))
        if cursor.row is not None:
            at, behind = unpack(cursor.row[0]), cursor.row[1]
            more = mark >= at if not behind else or_(mark > at, and_(mark == at, key > unpack(behind)))
            wanted = wanted.where(more)
        return wanted.order_by(mark, key).limit(plan.size)

    def _after(self, cursor: Cursor, found: Sequence[Row[Any]]) -> Cursor:
        if not found:
            return Cursor(high=cursor.latest or cursor.high)
        if self._plan.cursor is None:
            return cursor
        last = found[-1]._mapping  # noqa: SLF001 - a row's public way to its names.
        row = (pack(last[MARK]), pack(last[KEY]))
        return cursor.model_copy(update={"row": row, "latest": row[0]})

    def _record(self, row: Row[Any]) -> dict[str, object]:
        named = zip(self._plan.columns, row, strict=False)
        return {name: _plain(value) for name, value in named if value is not None}

    def _write_back(self, connection: Connection, told: dict[str | int, list[object]]) -> None:
        plan, columns = self._plan, self._table.c
        assert plan.status is not None  # noqa: S101 - it is asked before.
        for status, keys in told.items():
            chosen = update(self._table).where(columns[plan.key].in_(keys), columns[plan.status] == plan.new)
            connection.execute(chosen.values({plan.status: status}))

    async def _ask(self, work: Callable[[Connection], T]) -> T:
        def in_thread() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        try:
            return await asyncio.to_thread(in_thread)
        except SQLAlchemyError as error:
            said = without(_said(error), [self._password])
            raise Unavailable(f"前置库不可用：{said}", code="pull.database", field="database") from error


def _columns(plan: TablePlan) -> list[str]:
    extra = (plan.key, plan.cursor, plan.status)
    return list(dict.fromkeys((*plan.columns.values(), *(name for name in extra if name))))


def _url(text: str, name: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        message = f"密钥 {name} 不是数据库地址，如 postgresql://用户:密码@主机/库"
        raise Invalid(message, code="pull.url_invalid", field="database") from error
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _patience(url: URL, timeout: float) -> dict[str, object]:
    seconds = max(1, round(timeout))
    if url.get_backend_name() == "sqlite":
        return {"timeout": timeout}
    if url.get_backend_name() == "postgresql":
        return {"connect_timeout": seconds, "options": f"-c statement_timeout={seconds * 1000}"}
    return {"connect_timeout": seconds} if url.get_backend_name() == "mysql" else {}


def _plain(value: object) -> object:
    """Bring what a column holds to what a record may hold."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str | int | float | datetime) else str(value)


def _said(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__} {' '.join(str(cause).split())}"[:200]
