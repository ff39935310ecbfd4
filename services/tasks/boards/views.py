"""A public list 晾晒榜 as the API shows it: by unit, in the order of their names, since nobody is ranked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.boards.domain import OUTCOME_WORDS, Outcome, outcome_of
from services.tasks.ledger.domain import State
from services.tasks.ledger.domain_sources import source_word
from services.tasks.ledger.kind_fields import FieldView, fields_of, show_fields
from services.tasks.ledger.kinds import KINDS, kind_of
from services.tasks.ledger.repository_queries import unit_names
from services.tasks.models import TaskRow
from shared.errors import NotFound

UNSEEN = (State.REGISTERED, State.CANCELLED)  # Nobody has been told of it yet, or it counts no more.


class BoardItem(BaseModel):
    """A task on the list."""

    id: str
    title: str
    source_word: str
    deadline: date | None
    outcome: Outcome
    outcome_word: str
    fields: list[FieldView]


class BoardUnit(BaseModel):
    """A unit's part of the list, with how many stand where."""

    unit_id: str | None
    unit_name: str
    counts: dict[Outcome, int]
    items: list[BoardItem]


class BoardView(BaseModel):
    """The list of a kind."""

    kind: str
    word: str
    units: list[BoardUnit]


async def show_board(session: AsyncSession, kind_id: str, unit: str, now: datetime) -> BoardView:
    """Show the public list of a kind, of one unit or of all.

    Raises:
        NotFound: The kind has no such list; the message names those that have.
        Invalid: There is no such kind.
    """
    kind = kind_of(kind_id)
    if not kind.board:
        known = "、".join(one.id for one in KINDS.values() if one.board)
        message = f"{kind.word}没有晾晒榜，有晾晒榜的类型：{known}"
        raise NotFound(message, code="board.not_found", field="kind")
    stated = select(TaskRow).where(TaskRow.kind == kind_id, TaskRow.state.not_in([*UNSEEN]))
    stated = stated.where(TaskRow.answering_unit == unit) if unit else stated
    tasks = (await session.scalars(stated.order_by(TaskRow.sort_key))).all()
    fields = await fields_of(session, [task.id for task in tasks])
    names = await unit_names(session, {task.answering_unit for task in tasks if task.answering_unit})
    by_unit: dict[str | None, list[BoardItem]] = {}
    for task in tasks:
        by_unit.setdefault(task.answering_unit, []).append(_item(task, fields, now))
    shown = [_unit(unit_id, items, names) for unit_id, items in by_unit.items()]
    return BoardView(kind=kind_id, word=kind.board, units=sorted(shown, key=lambda one: one.unit_name))


def _item(task: TaskRow, fields: Mapping[str, Mapping[str, str]], now: datetime) -> BoardItem:
    outcome = outcome_of(due_at=task.due_at, submitted_at=task.submitted_at, done_at=task.closed_at, now=now)
    return BoardItem(
        id=task.id,
        title=task.title,
        source_word=source_word(task.source),
        deadline=task.deadline,
        outcome=outcome,
        outcome_word=OUTCOME_WORDS[outcome],
        fields=show_fields(task.kind, fields.get(task.id, {})),
    )


def _unit(unit_id: str | None, items: Sequence[BoardItem], names: Mapping[str, str]) -> BoardUnit:
    counts = {outcome: sum(one.outcome is outcome for one in items) for outcome in Outcome}
    return BoardUnit(unit_id=unit_id, unit_name=names.get(unit_id or "", ""), counts=counts, items=[*items])
