"""Papers in the database, and the names that they print."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import AnchorRow, InstructionRow, PaperRow, TaskRow, UnitRow
from services.notify.papers.domain import PaperState
from services.notify.papers.domain_words import Named, Names
from shared.errors import NotFound
from shared.paging import Asked, Page, Sorting, down

SORTING = Sorting("papers", down(PaperRow.drafted_at), down(PaperRow.id))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of papers is filtered by; an empty word filters nothing."""

    kind: str = ""
    period: str = ""
    state: str = ""


async def get_paper(session: AsyncSession, paper_id: str, *, lock: bool = False) -> PaperRow:
    """Read one paper, and lock it for a change.

    Raises:
        NotFound: There is none.
    """
    stated = select(PaperRow).where(PaperRow.id == paper_id).execution_options(populate_existing=True)
    row = (await session.scalars(stated.with_for_update() if lock else stated)).first()
    if row is None:
        raise NotFound(f"没有编号为 {paper_id} 的公文，请核对", code="paper.not_found", field="id")
    return row


async def list_papers(session: AsyncSession, wanted: Wanted, asked: Asked) -> Page[PaperRow]:
    """Read a page of papers, the latest draft first."""
    stated = select(PaperRow)
    for column, value in (
        (PaperRow.kind, wanted.kind),
        (PaperRow.period, wanted.period),
        (PaperRow.state, wanted.state),
    ):
        stated = stated.where(column == value) if value else stated
    rows = await session.scalars(SORTING.page(stated, asked))
    return SORTING.cut(rows, asked, lambda row: (row.drafted_at, row.id))


async def drafts_before(session: AsyncSession, kind: str, period: str) -> Sequence[PaperRow]:
    """Read and lock the drafts of a period."""
    stated = select(PaperRow).where(PaperRow.kind == kind, PaperRow.period == period)
    stated = stated.where(PaperRow.state == PaperState.DRAFT).order_by(PaperRow.version)
    return (await session.scalars(stated.with_for_update())).all()


async def paper_with_number(session: AsyncSession, number: str) -> str | None:
    """Give the id of the paper that has a number."""
    return await session.scalar(select(PaperRow.id).where(PaperRow.number == number))


async def instructions_on(session: AsyncSession, paper_id: str) -> Sequence[InstructionRow]:
    """Read the instructions on a paper, the oldest first."""
    stated = select(InstructionRow).where(InstructionRow.paper_id == paper_id)
    return (await session.scalars(stated.order_by(InstructionRow.entered_at, InstructionRow.id))).all()


async def newest_anchor(session: AsyncSession) -> AnchorRow | None:
    """Read the last anchor of the archive that is known here."""
    return (await session.scalars(select(AnchorRow).order_by(AnchorRow.day.desc()).limit(1))).first()


async def read_names(session: AsyncSession, tasks: Collection[str]) -> Names:
    """Read the names of all units, and of some tasks."""
    units = await session.execute(select(UnitRow.unit_id, UnitRow.name))
    stated = select(TaskRow.task_id, TaskRow.number, TaskRow.title).where(TaskRow.task_id.in_(tasks))
    named = {task_id: Named(number, title) for task_id, number, title in await session.execute(stated)}
    return Names({unit_id: name for unit_id, name in units}, named)  # noqa: C416 - rows are no pairs.


async def unknown_units(session: AsyncSession, units: Collection[str]) -> list[str]:
    """Give those of `units` that are not known here."""
    known = set(await session.scalars(select(UnitRow.unit_id).where(UnitRow.unit_id.in_(units))))
    return sorted(set(units) - known)
