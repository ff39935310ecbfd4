"""知识库: answers that the hotline gives itself, each with the unit 承办单位 that stands for it and reviews it.

Invariant: an edit takes the review away; only what its unit reviewed in this version and has not run out is valid.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.acts import Act
from services.tasks.domain_ids import short_hash
from services.tasks.ledger.domain_permits import is_supervisor, unit_acting
from services.tasks.models import KnowledgeRow, UnitRow
from services.tasks.orders.domain import category_text, check_text
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.paging import Asked, Page, Sorting, up

SORTING = Sorting("knowledge", up(KnowledgeRow.title), up(KnowledgeRow.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as somebody writes it; `valid_until` is its last day, None for no end."""

    title: str
    category: tuple[str, ...] = ()
    answer: str
    unit_id: str
    valid_until: date | None = None


async def add_entry(tx: Tx, said: Entry, act: Act) -> KnowledgeRow:
    """Add an entry, as the head of its unit or a supervisor.

    Raises:
        Forbidden: Somebody else asks.
        Invalid: The title, answer or unit is missing, or it has run out already.
    """
    row = KnowledgeRow(id=f"k{short_hash(uuid4().hex, 12)}", version=0, reviewed_by="")
    await _write(tx, row, said, act)
    tx.session.add(row)
    return row


async def edit_entry(
    tx: Tx, entry_id: str, said: Entry, act: Act, *, if_version: int | None = None
) -> KnowledgeRow:
    """Write an entry anew; its unit has to review it again.

    Raises:
        NotFound: There is none.
        Conflict: It was withdrawn, or has changed since `if_version`.
        Forbidden: Somebody else than the head of its unit or a supervisor asks.
        Invalid: The title, answer or unit is missing, or it has run out already.
    """
    row = await _get(tx, entry_id)
    if if_version is not None and if_version != row.version:
        message = f"知识条目已变更（现为第 {row.version} 版，您看到的是第 {if_version} 版），请刷新后再改"
        raise Conflict(message, code="knowledge.changed", field="if_version", version=row.version)
    unit_acting(act.actor, row.unit_id, None, word="修改知识条目")
    await _write(tx, row, said, act)
    row.reviewed_by, row.reviewed_at = "", None
    return row


async def _write(tx: Tx, row: KnowledgeRow, said: Entry, act: Act) -> None:
    unit = await tx.session.get(UnitRow, said.unit_id)
    if unit is None or unit.collective or unit.ended_on is not None:
        message = f"没有编号为 {said.unit_id} 的在册单位（或已撤并、为统称），请核对"
        raise Invalid(message, code="knowledge.unit", field="unit_id")
    unit_acting(act.actor, said.unit_id, None, word="编写知识条目")
    if said.valid_until is not None and said.valid_until < local_date(act.at):
        message = f"有效期 {said.valid_until} 已过，请改为今后的日期"
        raise Invalid(message, code="knowledge.over", field="valid_until")
    row.title = check_text(said.title, what="标题", field="title")
    row.answer = check_text(said.answer, what="答复内容", field="answer")
    row.category, row.unit_id, row.valid_until = category_text(said.category), said.unit_id, said.valid_until
    row.words = f"{row.title}\n{row.category}\n{row.answer}".casefold()
    row.version, row.edited_by, row.edited_at = row.version + 1, act.actor.id, act.at


async def review_entry(tx: Tx, entry_id: str, valid_until: date | None, act: Act) -> KnowledgeRow:
    """Stand for an entry as it is, until a day, as the head of its unit itself.

    Raises:
        NotFound: There is none.
        Conflict: It was withdrawn.
        Forbidden: Somebody else asks.
        Invalid: The day has passed.
    """
    row = await _get(tx, entry_id)
    if is_supervisor(act.actor):
        message = f"知识条目须由承办单位 {row.unit_id} 自行审核"
        raise Forbidden(message, code="knowledge.own_review", field="role")
    unit_acting(act.actor, row.unit_id, None, word="审核知识条目")
    if valid_until is not None and valid_until < local_date(act.at):
        message = f"有效期 {valid_until} 已过，请改为今后的日期"
        raise Invalid(message, code="knowledge.over", field="valid_until")
    row.valid_until = valid_until
    row.reviewed_by, row.reviewed_at = act.actor.id, act.at
    return row


async def withdraw_entry(tx: Tx, entry_id: str, act: Act) -> KnowledgeRow:
    """Take an entry out, as the head of its unit or a supervisor.

    Raises:
        NotFound: There is none.
        Conflict: It was withdrawn before.
        Forbidden: Somebody else asks.
    """
    row = await _get(tx, entry_id)
    unit_acting(act.actor, row.unit_id, None, word="撤下知识条目")
    row.withdrawn_at = act.at
    return row


async def _get(tx: Tx, entry_id: str) -> KnowledgeRow:
    row = await tx.session.get(KnowledgeRow, entry_id, with_for_update=True)
    if row is None:
        message = f"没有编号为 {entry_id} 的知识条目，请核对"
        raise NotFound(message, code="knowledge.not_found", field="id")
    if row.withdrawn_at is not None:
        raise Conflict("该知识条目已撤下", code="knowledge.withdrawn", field="id")
    return row


def is_valid(row: KnowledgeRow, now: datetime) -> bool:
    """Tell whether the hotline may answer with an entry."""
    runs = row.valid_until is None or local_date(now) <= row.valid_until
    return row.withdrawn_at is None and row.reviewed_at is not None and runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for: words that all stand in an entry; `stale` are those that wait for their unit."""

    words: str = ""
    category: str = ""
    unit: str = ""
    stale: bool = False


async def search(session: AsyncSession, wanted: Search, today: date, asked: Asked) -> Page[KnowledgeRow]:
    """Find a page of entries by words: those that are valid; with `stale` those that ran out or were not reviewed."""
    stated = select(KnowledgeRow).where(KnowledgeRow.withdrawn_at.is_(None), _stale(today) == wanted.stale)
    for word in wanted.words.casefold().split():
        stated = stated.where(KnowledgeRow.words.contains(word, autoescape=True))
    if wanted.category:
        stated = stated.where(KnowledgeRow.category.startswith(wanted.category, autoescape=True))
    if wanted.unit:
        stated = stated.where(KnowledgeRow.unit_id == wanted.unit)
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.title, row.id))


def _stale(today: date) -> ColumnElement[bool]:
    over = KnowledgeRow.valid_until.is_not(None) & (KnowledgeRow.valid_until < today)
    return or_(KnowledgeRow.reviewed_at.is_(None), over)
