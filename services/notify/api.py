"""The inner HTTP interface: notices with their deliveries. A unit sees only its own notices."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository_notices
from services.notify.domain_recipients import unit_of
from services.notify.domain_steps import Step
from services.notify.models import DeliveryRow, NoticeRow
from services.notify.repository_notices import Wanted
from shared.database import Database
from shared.errors import Forbidden
from shared.paging import unknown_place
from shared.paging_http import Linking
from shared.principal import UNIT_ROLES, Principal


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DeliveryAnswer(_Answer):
    """One attempt; `at` is business time, `instead_of` the channel on which the route before it failed."""

    channel: str
    number: int
    outcome: str
    detail: str
    at: datetime | None
    instead_of: str


class NoticeAnswer(_Answer):
    """One decision; `verdict` says why, `behind` that it did not wait for the ledger any longer."""

    id: str
    task_id: str
    clock: str
    due_at: datetime
    rung: str
    offset_days: int
    occurrence: int
    recipient: str
    planned_at: datetime
    decided_at: datetime
    verdict: str
    late: bool
    behind: bool
    rules_version: int
    text: str
    reason: str = ""
    deliveries: list[DeliveryAnswer] = []


class NoticesAnswer(BaseModel):
    """A page of notices, newest decision first; `next` is the `after` of the page behind it."""

    items: list[NoticeAnswer]
    next: str | None


class Filters(BaseModel):
    """What `GET /notices` is asked for."""

    model_config = ConfigDict(extra="forbid")

    recipient: str = ""
    task: str = ""
    rung: Literal["", "warned", "due", "overdue", "asked", "unserved"] | Step = ""
    skipped: bool = False
    limit: Annotated[int, Query(ge=1, le=500)] = 100
    after: str = ""


def build_router(db: Database, check: Callable[..., Awaitable[Principal]]) -> APIRouter:
    """Serve `/notices` to principals that `check` lets pass."""
    router = APIRouter()

    @router.get("/notices")
    async def notices(
        filters: Annotated[Filters, Query()],
        linking: Annotated[Linking, Depends()],
        principal: Annotated[Principal, Depends(check)],
    ) -> NoticesAnswer:
        recipient = visible_recipient(principal, filters.recipient)
        wanted = Wanted(recipient, filters.task, filters.rung, filters.skipped)
        async with db.reading() as session:
            shown = await _page(session, wanted, filters)
        linking.tell(shown.next)
        return shown

    return router


def visible_recipient(principal: Principal, asked: str) -> str:
    """Give the mailbox that is shown, empty for all: a unit's own or one of its posts, anybody's for the others.

    Raises:
        Forbidden: A unit asked for another's.
    """
    if principal.role not in UNIT_ROLES:
        return asked
    if not principal.unit or unit_of(asked) not in {"", principal.unit}:
        raise Forbidden(
            f"只能查看本单位的提醒，不能查看 {asked}", code="notices.not_yours", field="recipient"
        )
    return asked or principal.unit


async def _page(session: AsyncSession, wanted: Wanted, filters: Filters) -> NoticesAnswer:
    after = await session.get(NoticeRow, filters.after) if filters.after else None
    if filters.after and after is None:
        raise unknown_place(filters.after)
    found = await repository_notices.list_notices(session, wanted, after=after, limit=filters.limit + 1)
    rows = found[: filters.limit]
    deliveries = await repository_notices.deliveries_of(session, [row.id for row in rows])
    items = [_answer(row, deliveries.get(row.id, [])) for row in rows]
    return NoticesAnswer(items=items, next=rows[-1].id if len(found) > len(rows) else None)


def _answer(row: NoticeRow, deliveries: list[DeliveryRow]) -> NoticeAnswer:
    answer = NoticeAnswer.model_validate(row, from_attributes=True)
    attempts = [DeliveryAnswer.model_validate(one) for one in deliveries]
    return answer.model_copy(update={"deliveries": attempts})
