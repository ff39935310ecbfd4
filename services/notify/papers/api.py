"""The inner API of papers: list, show, download, edit, release, withdraw, and enter an instruction."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import PaperRow
from services.notify.papers import repository, views
from services.notify.papers.files import files_of
from services.notify.papers.instructions import Instruction, instruct
from services.notify.papers.repository import Wanted
from services.notify.papers.service import Release, edit_draft, release_paper, withdraw_paper
from shared.database import Database
from shared.paging_http import Paging
from shared.principal import Principal

Check = Callable[..., Awaitable[Principal]]
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/papers`."""
    router = APIRouter()
    _add_reading(router, db, check)
    _add_writing(router, db, check)
    return router


def _add_reading(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/papers")
    async def papers(
        _who: Annotated[Principal, Depends(check)],
        page: Annotated[Paging, Depends()],
        kind: str = "",
        period: str = "",
        state: str = "",
    ) -> views.PapersView:
        async with db.reading() as session:
            found = await repository.list_papers(session, Wanted(kind, period, state), page.asked)
        return views.PapersView(items=[views.show_item(row) for row in page.show(found)], next=found.next)

    # The two files stand before the paper itself, whose path would take them in.
    @router.get("/papers/{paper_id}.docx")
    async def docx(paper_id: str, _who: Annotated[Principal, Depends(check)]) -> Response:
        return await _file(db, paper_id, "docx")

    @router.get("/papers/{paper_id}.xlsx")
    async def xlsx(paper_id: str, _who: Annotated[Principal, Depends(check)]) -> Response:
        return await _file(db, paper_id, "xlsx")

    @router.get("/papers/{paper_id}")
    async def paper(paper_id: str, _who: Annotated[Principal, Depends(check)]) -> views.PaperView:
        async with db.reading() as session:
            return await _show(session, await repository.get_paper(session, paper_id))


async def _show(session: AsyncSession, row: PaperRow) -> views.PaperView:
    return views.show_paper(row, list(await repository.instructions_on(session, row.id)))


async def _file(db: Database, paper_id: str, ending: str) -> Response:
    async with db.reading() as session:
        row = await repository.get_paper(session, paper_id)
    files = await files_of(row)
    name = f"{''.join(row.content['title'].splitlines())}{'' if ending == 'docx' else '（附件）'}.{ending}"
    disposition = f"attachment; filename=\"{paper_id}.{ending}\"; filename*=UTF-8''{quote(name)}"
    content = files.docx if ending == "docx" else files.xlsx
    return Response(content, media_type=TYPES[ending], headers={"content-disposition": disposition})


def _add_writing(router: APIRouter, db: Database, check: Check) -> None:
    @router.put("/papers/{paper_id}")
    async def edit(
        paper_id: str, body: views.EditBody, _who: Annotated[Principal, Depends(check)]
    ) -> views.PaperView:
        async with db.transaction() as tx:
            return await _show(tx.session, await edit_draft(tx, paper_id, body.next_steps))

    @router.post("/papers/{paper_id}/release")
    async def release(
        paper_id: str, body: views.ReleaseBody, who: Annotated[Principal, Depends(check)]
    ) -> views.PaperView:
        async with db.transaction() as tx:
            said = Release(body.number, body.signer, who.id)
            return await _show(tx.session, await release_paper(tx, paper_id, said))

    @router.post("/papers/{paper_id}/withdrawal")
    async def withdraw(
        paper_id: str, body: views.WithdrawalBody, who: Annotated[Principal, Depends(check)]
    ) -> views.PaperView:
        async with db.transaction() as tx:
            return await _show(tx.session, await withdraw_paper(tx, paper_id, body.reason, who.id))

    @router.post("/papers/{paper_id}/instructions")
    async def enter(
        paper_id: str, body: views.InstructionBody, who: Annotated[Principal, Depends(check)]
    ) -> views.InstructionView:
        async with db.transaction() as tx:
            row = await instruct(tx, paper_id, Instruction(**body.model_dump(), by=who.id))
        return views.InstructionView.model_validate(row)
