"""The fields of a kind on its tasks, in the database and as people see them."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.kinds.field import Field
from services.tasks.ledger.repository import batches
from services.tasks.models import FieldRow
from shared.database import Tx


class FieldView(BaseModel):
    """A field of a task; `value_word` is the word of a value that is one of several codes."""

    name: str
    word: str
    value: str
    value_word: str


def keep_fields(tx: Tx, task_id: str, said: Mapping[str, str]) -> None:
    """Keep what a new task says in the fields of its kind, as `check_fields` gave it."""
    tx.session.add_all(FieldRow(task_id=task_id, name=name, value=value) for name, value in said.items())


async def fields_of(session: AsyncSession, ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Read the fields of tasks, by task id."""
    found: dict[str, dict[str, str]] = {}
    for chunk in batches(ids):
        for row in await session.scalars(select(FieldRow).where(FieldRow.task_id.in_(chunk))):
            found.setdefault(row.task_id, {})[row.name] = row.value
    return found


def show_fields(kind: str, said: Mapping[str, str]) -> list[FieldView]:
    """Show the fields of a task in the order of its kind."""
    return [_show(one, said[one.name]) for one in kind_of(kind).fields if one.name in said]


def _show(one: Field, value: str) -> FieldView:
    return FieldView(name=one.name, word=one.word, value=value, value_word=one.choices.get(value, value))
