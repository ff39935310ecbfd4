"""The inner HTTP interface of who answers; only the gateway's own page calls it, no key holds its scope.

Invariant: the token is in the body, never in an address, and nothing here logs.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.metrics.assessment.api_parts import Body
from services.metrics.permissions import Check
from services.metrics.surveys import service_answers
from services.metrics.surveys.api import Tools
from services.metrics.surveys.domain import KINDS, MOST_CELLS, Named, Question
from shared.database import SyncTx
from shared.principal import Principal

SCOPE = "links:use"


class TokenBody(Body):
    """A token as it was typed."""

    token: Annotated[str, Field(max_length=100)]


class AnswerBody(TokenBody):
    """A token, and what was answered: `subject-question` by their places in the sheet → the option's, from 1."""

    cells: Annotated[dict[Annotated[str, Field(max_length=20)], int], Field(max_length=MOST_CELLS)]


class SheetView(BaseModel):
    """What the page shows: the sheet, and among how many an answer hides."""

    title: str
    kind_title: str
    subjects: tuple[Named, ...]
    questions: tuple[Question, ...]
    group: str
    invited: int
    minimum: int


class Received(BaseModel):
    """That a sheet was received; there is no number to ask for it by."""

    received: bool = True


def build_router(tools: Tools, check: Check) -> APIRouter:
    """Serve `/survey-sheets/look` and `/survey-sheets/answer`."""
    router = APIRouter(prefix="/survey-sheets")
    kept = tools.means.sealer, tools.means.chance

    @router.post("/look")
    async def look(body: TokenBody, who: Annotated[Principal, Depends(check)]) -> SheetView:
        who.require(SCOPE)
        now = tools.db.clock.now()
        return _view(await tools.db.look(lambda held: service_answers.look(held, body.token, now)))

    @router.post("/answer")
    async def answer(body: AnswerBody, who: Annotated[Principal, Depends(check)]) -> Received:
        who.require(SCOPE)

        def work(tx: SyncTx) -> None:
            service_answers.answer(tx, body.token, body.cells, kept)

        await tools.db.run_sync(work)
        return Received()

    return router


def _view(shown: service_answers.Shown) -> SheetView:
    sheet = shown.sheet
    names = {one.code: one.name for one in sheet.groups}
    return SheetView(
        title=sheet.title,
        kind_title=KINDS[sheet.kind],
        subjects=sheet.subjects,
        questions=sheet.questions,
        group=names[shown.group],
        invited=shown.invited,
        minimum=sheet.minimum,
    )
