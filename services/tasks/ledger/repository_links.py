"""Links between tasks in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks.models import LinkRow, TaskLinkRow, TaskRow
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, up

SORTING = Sorting("links", up(LinkRow.made_at), up(LinkRow.id))


@dataclass(frozen=True, slots=True)
class Linked:
    """A link with the ids of its tasks."""

    id: str
    tasks: tuple[str, ...]


async def link_of(session: AsyncSession, task_id: str) -> Linked | None:
    """Read the link of a task, or None."""
    row = await session.get(TaskLinkRow, task_id)
    return None if row is None else Linked(row.link_id, await tasks_of(session, row.link_id))


async def tasks_of(session: AsyncSession, link_id: str) -> tuple[str, ...]:
    """Read the tasks of a link by id."""
    stated = select(TaskLinkRow.task_id).where(TaskLinkRow.link_id == link_id).order_by(TaskLinkRow.task_id)
    return tuple((await session.scalars(stated)).all())


async def members_of(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Read the ids of the tasks of links, by link id."""
    stated = select(TaskLinkRow.link_id, TaskLinkRow.task_id).where(TaskLinkRow.link_id.in_(ids))
    found: dict[str, list[str]] = {}
    for link_id, task_id in await session.execute(stated.order_by(TaskLinkRow.task_id)):
        found.setdefault(link_id, []).append(task_id)
    return found


async def tasks_in(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, Sequence[TaskRow]]:
    """Read the tasks of links, in the ledger's order, by link id."""
    stated = (
        select(TaskLinkRow.link_id, TaskRow)
        .join(TaskRow, TaskRow.id == TaskLinkRow.task_id)
        .where(TaskLinkRow.link_id.in_(ids))
        .order_by(TaskRow.sort_key)
    )
    found: dict[str, list[TaskRow]] = {}
    for link_id, task in await session.execute(stated):
        found.setdefault(link_id, []).append(task)
    return found


async def get_link(session: AsyncSession, link_id: str) -> LinkRow:
    """Read a link, and lock it for a change.

    Raises:
        NotFound: There is none.
    """
    link = await session.get(LinkRow, link_id, with_for_update=True)
    if link is None:
        raise NotFound(f"没有编号为 {link_id} 的联动，请核对", code="link.not_found", field="id")
    return link


async def list_links(session: AsyncSession, asked: Asked) -> Page[LinkRow]:
    """Read a page of the links, oldest first."""
    rows = await session.scalars(SORTING.page(select(LinkRow), asked))
    return SORTING.cut(rows, asked, lambda row: (row.made_at, row.id))


async def links_by_task(session: AsyncSession, ids: Collection[str] | None = None) -> Mapping[str, str]:
    """Read the link id of those of the tasks that are in one; of all tasks when none are named."""
    stated = select(TaskLinkRow.task_id, TaskLinkRow.link_id)
    if ids is not None:
        stated = stated.where(TaskLinkRow.task_id.in_(ids))
    rows = await session.execute(stated.order_by(TaskLinkRow.task_id))
    return {task_id: link_id for task_id, link_id in rows}  # noqa: C416 - rows are no pairs.


async def take_out(session: AsyncSession, ids: Collection[str]) -> None:
    """Take tasks out of their link."""
    await session.execute(delete(TaskLinkRow).where(TaskLinkRow.task_id.in_(ids)))
