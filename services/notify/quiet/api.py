"""The inner HTTP interface of the inbox and of silences. A unit answers its own notices; the office silences."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.api import visible_recipient
from services.notify.contacts.domain import heir_of
from services.notify.contacts.repository import successors
from services.notify.domain import SUPERVISION_OFFICE
from services.notify.domain_recipients import unit_of
from services.notify.models import NoticeRow
from services.notify.quiet import repository, repository_inbox, service
from services.notify.quiet.domain import Scope, Silence
from shared.database import Database
from shared.errors import Forbidden
from shared.paging import USUAL, Asked
from shared.paging_http import After, Limit, Linking, Paging
from shared.principal import UNIT_ROLES, Principal

Check = Callable[..., Awaitable[Principal]]
Reason = Annotated[str, Field(max_length=2000)]


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AcknowledgementBody(_Body):
    """知悉, with a word if there is one."""

    reason: Reason = ""


class SnoozeBody(_Body):
    """稍后提醒: until when, and why."""

    until: AwareDatetime
    reason: Reason


class SilenceBody(_Body):
    """静默: what it covers, until when, why; from now on unless `from` says later."""

    scope: Scope
    value: str = Field(default="", max_length=64)
    from_: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime
    reason: Reason


class ReplyView(_View):
    """What a recipient answered, and until when that holds (business time)."""

    task_id: str
    clock: str
    recipient: str
    kind: str
    notice_id: str
    at: datetime
    until_at: datetime
    reason: str
    by: str


class SilenceView(_View):
    """A silence; one that was ended before its time names who did it."""

    id: str
    scope: str
    value: str
    from_at: datetime
    until_at: datetime
    reason: str
    by: str
    made_at: datetime
    ended_by: str


class InboxItem(_View):
    """One notice in an inbox; `read_at` is none until somebody answered it."""

    notice_id: str
    task_id: str
    clock: str
    rung: str
    recipient: str
    due_at: datetime
    text: str
    arrived_at: datetime
    read_at: datetime | None


class InboxView(BaseModel):
    """A page of an inbox, the newest notices first, and how many of all are unread; `next` begins the page behind."""

    unread: int
    items: list[InboxItem]
    next: str | None = None


class InboxFilters(_Body):
    """Whose inbox, and how much of it."""

    recipient: str = ""
    unread: bool = False
    after: After = ""
    limit: Limit = USUAL


def build_router(db: Database, check: Check) -> APIRouter:
    """Serve `/inbox` and `/silences`."""
    router = APIRouter()

    @router.get("/inbox")
    async def inbox(
        filters: Annotated[InboxFilters, Query()],
        linking: Annotated[Linking, Depends()],
        who: Annotated[Principal, Depends(check)],
    ) -> InboxView:
        recipient = visible_recipient(who, filters.recipient)
        asked = Asked(filters.after, filters.limit)
        async with db.reading() as session:
            found = await repository_inbox.inbox(session, recipient, unread=filters.unread, asked=asked)
            count = await repository_inbox.count_unread(session, recipient)
        linking.tell(found.next)
        items = [InboxItem.model_validate(row) for row in found.items]
        return InboxView(unread=count, items=items, next=found.next)

    @router.post("/inbox/{notice_id}/acknowledgement")
    async def acknowledge(
        notice_id: str, body: AcknowledgementBody, who: Annotated[Principal, Depends(check)]
    ) -> ReplyView:
        async with db.transaction() as tx:
            notice = await _own_notice(tx.session, notice_id, who)
            row = await service.acknowledge(tx, notice, reason=body.reason, by=who.id)
            return ReplyView.model_validate(row)

    @router.post("/inbox/{notice_id}/snooze")
    async def snooze(
        notice_id: str, body: SnoozeBody, who: Annotated[Principal, Depends(check)]
    ) -> ReplyView:
        async with db.transaction() as tx:
            notice = await _own_notice(tx.session, notice_id, who)
            row = await service.snooze(tx, notice, body.until, reason=body.reason, by=who.id)
            return ReplyView.model_validate(row)

    _serve_silences(router, db, check)
    return router


def _serve_silences(router: APIRouter, db: Database, check: Check) -> None:
    @router.get("/silences")
    async def list_silences(
        _who: Annotated[Principal, Depends(check)], page: Annotated[Paging, Depends()], *, over: bool = False
    ) -> Sequence[SilenceView]:
        async with db.reading() as session:
            ending_after = None if over else db.clock.now()
            found = await repository.list_silences(session, ending_after=ending_after, asked=page.asked)
        return [SilenceView.model_validate(row) for row in page.show(found)]

    @router.post("/silences")
    async def add_silence(body: SilenceBody, who: Annotated[Principal, Depends(check)]) -> SilenceView:
        async with db.transaction() as tx:
            silence = Silence(body.scope, body.value, body.from_ or tx.now, body.until, body.reason)
            row = await service.add_silence(tx, silence, by=who.id)
            return SilenceView.model_validate(row)

    @router.post("/silences/{silence_id}/end")
    async def end_silence(silence_id: str, who: Annotated[Principal, Depends(check)]) -> SilenceView:
        async with db.transaction() as tx:
            row = await service.end_silence(tx, silence_id, by=who.id)
            return SilenceView.model_validate(row)


async def _own_notice(session: AsyncSession, notice_id: str, who: Principal) -> NoticeRow:
    """Read a notice that somebody may answer: one to their own unit, one merged into it, or to the office.

    Raises:
        Forbidden: It went to somebody else.
    """
    notice = await repository.get_notice(session, notice_id)
    own = who.unit if who.role in UNIT_ROLES else SUPERVISION_OFFICE
    told = unit_of(notice.recipient)
    heir = heir_of(told, await successors(session))
    if own not in {told, heir}:
        message = f"提醒 {notice_id} 不是发给您的，只有收件人可以回复"
        raise Forbidden(message, code="notice.not_yours", field="notice_id")
    return notice
