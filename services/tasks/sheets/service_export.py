"""The 督办台账 as a workbook: streamed page by page, written off the event loop's thread."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger import repository_queries
from services.tasks.ledger.domain import STATE_WORDS, State
from services.tasks.ledger.domain_query import TaskQuery
from services.tasks.ledger.kinds import kind_of
from services.tasks.sheets import repository
from services.tasks.sheets.domain_cells import chinese_date
from services.tasks.sheets.domain_words import LIGHT_WORDS, ROLE_WORDS
from services.tasks.sheets.ledger_columns import DATA
from services.tasks.sheets.ledger_sheets import COLUMNS, HEADER_ROW, LedgerBook, build_book
from services.tasks.sheets.records import Record
from services.tasks.sheets.repository import Names
from services.tasks.sheets.repository_as_of import open_past
from services.tasks.sheets.writing import WorkbookStream
from shared.clock import SHANGHAI
from shared.database import Database

TITLE = "督办台账"


@dataclass(frozen=True, slots=True)
class Export:
    """A workbook to be streamed: what is asked, as of which business time; `then` is a past instant to show it at."""

    query: TaskQuery
    at: datetime
    then: datetime | None = None

    @property
    def shown_at(self) -> datetime:
        """The instant that it shows."""
        return self.then or self.at


class Ledger(Protocol):
    """The tasks of a workbook, of today or of a past instant."""

    @property
    def names(self) -> Names:
        """Names of its units and plans."""
        ...

    @property
    def lights(self) -> dict[str, int]:
        """How many tasks there are of which light."""
        ...

    def records(self) -> AsyncIterator[Sequence[Record]]:
        """Give what stands in it, page by page; it is read once for each sheet."""
        ...


@dataclass(frozen=True, slots=True)
class Present:
    """The ledger of today."""

    session: AsyncSession
    query: TaskQuery
    names: Names
    lights: dict[str, int]

    async def records(self) -> AsyncIterator[Sequence[Record]]:
        """Give its records."""
        async for tasks in repository.pages(self.session, self.query):
            yield await repository.records_of(self.session, tasks, self.names)


async def stream_ledger(db: Database, export: Export) -> AsyncIterator[bytes]:
    """Give the workbook in pieces; all of it shows one instant.

    Raises:
        Invalid: A past ledger is asked for in another order than its own.
        Conflict: The history holds no snapshots of that time.
    """
    async with db.reading() as session:
        await repository.hold_snapshot(session)
        ledger = await _open_ledger(session, export)
        book = await asyncio.to_thread(build_book, TITLE, describe(export, ledger.names, ledger.lights))
        stream, total = WorkbookStream(book.frame), sum(ledger.lights.values())
        yield stream.begin(streamed=2)
        async for piece in _print_sheet(ledger, book, stream, total):
            yield piece
        async for piece in _data_sheet(ledger, book, stream, total):
            yield piece
        yield stream.end()


async def _open_ledger(session: AsyncSession, export: Export) -> Ledger:
    if export.then:
        return await open_past(session, export.query, export.then)
    names = await repository.read_names(session)
    return Present(session, export.query, names, await repository_queries.count_lights(session, export.query))


async def _print_sheet(
    ledger: Ledger, book: LedgerBook, stream: WorkbookStream, total: int
) -> AsyncIterator[bytes]:
    first = HEADER_ROW + 1
    yield stream.begin_sheet(1, rows=HEADER_ROW + total, columns=len(COLUMNS), first_row=first)
    number = 1
    async for records in ledger.records():
        yield await asyncio.to_thread(stream.add_rows, book.print_rows(records, number))
        number += len(records)
    yield stream.end_sheet()


async def _data_sheet(
    ledger: Ledger, book: LedgerBook, stream: WorkbookStream, total: int
) -> AsyncIterator[bytes]:
    yield stream.begin_sheet(2, rows=1 + total, columns=len(DATA), first_row=2)
    async for records in ledger.records():
        yield await asyncio.to_thread(stream.add_rows, book.data_rows(records))
    yield stream.end_sheet()


def describe(export: Export, names: Names, lights: dict[str, int]) -> str:
    """Say as of when the ledger is shown, by which filter, and how many tasks of which light there are."""
    counts = "，".join(f"{word} {lights.get(light, 0)} 项" for light, word in LIGHT_WORDS.items())
    past = f"，历史时点，{chinese_moment(export.at)}导出" if export.then else ""
    return (
        f"数据截至：{chinese_moment(export.shown_at)}（北京时间{past}）　筛选：{_filters(export.query, names)}\n"
        f"共 {sum(lights.values())} 项：{counts}"
    )


def chinese_moment(instant: datetime) -> str:
    """Write an instant as people in Shanghai read it, to the minute."""
    local = instant.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())}{local:%H:%M}"


def _filters(query: TaskQuery, names: Names) -> str:
    said = (
        ("方案", names.plans.get(query.plan, query.plan)),
        ("类型", kind_of(query.kind).word if query.kind else ""),
        ("状态", STATE_WORDS[State(query.state)] if query.state else ""),
        ("单位", names.units.get(query.unit, query.unit)),
        ("角色", ROLE_WORDS.get(query.role, query.role)),
        ("亮灯", LIGHT_WORDS.get(query.light, query.light)),
        ("时限不早于", chinese_date(query.due_from)),
        ("时限不晚于", chinese_date(query.due_to)),
        ("关键词", query.q),
    )
    return "；".join(f"{word} {value}" for word, value in said if value) or "全部事项"
