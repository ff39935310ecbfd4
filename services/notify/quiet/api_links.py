"""The inner HTTP interface of signed links; only the gateway's own pages call it, no key holds its scope."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.notify.models import NoticeRow, ReplyRow
from services.notify.quiet.domain import Answer
from services.notify.quiet.domain_links import Link, read_link
from services.notify.quiet.service_links import answer_by_link, see
from shared.database import Database
from shared.principal import Principal

SCOPE = "links:use"


class LookBody(BaseModel):
    """A token."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=2000)]


class AnswerBody(LookBody):
    """A token, and a word with the answer."""

    reason: Annotated[str, Field(max_length=2000)] = ""


class LinkView(BaseModel):
    """What a link answers, and until when that holds where it was given (business time)."""

    answer: Answer
    text: str
    given: bool
    until_at: datetime | None


def build_router(db: Database, check: Callable[..., Awaitable[Principal]], *, secret: str) -> APIRouter:
    """Serve `/links/look` and `/links/answer`."""
    router = APIRouter()

    @router.post("/links/look")
    async def look(body: LookBody, who: Annotated[Principal, Depends(check)]) -> LinkView:
        who.require(SCOPE)
        link = read_link(body.token, secret)
        async with db.reading() as session:
            return _view(link, *await see(session, link))

    @router.post("/links/answer")
    async def answer(body: AnswerBody, who: Annotated[Principal, Depends(check)]) -> LinkView:
        who.require(SCOPE)
        link = read_link(body.token, secret)
        async with db.transaction() as tx:
            return _view(link, *await answer_by_link(tx, link, body.reason))

    return router


def _view(link: Link, notice: NoticeRow, reply: ReplyRow | None) -> LinkView:
    until = reply.until_at if reply else None
    return LinkView(answer=link.answer, text=notice.text, given=reply is not None, until_at=until)
