"""The inner HTTP interface of messages: parcels, and how many reached whom in which week. A unit sees only its own."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository_traffic
from services.notify.api import visible_recipient
from services.notify.domain_burden import DEFINITIONS, Arrival, Traffic, count
from services.notify.models import ParcelRow
from services.notify.repository_traffic import Received, Span
from shared.clock import at_local, local_date
from shared.database import Database
from shared.errors import Invalid
from shared.paging import unknown_place
from shared.paging_http import Linking
from shared.principal import Principal
from shared.workdays import ONE_DAY

LONGEST = timedelta(days=366)
FOUR_WEEKS = timedelta(days=27)


class ParcelAnswer(BaseModel):
    """One message; `day` is the business day of its last attempt, `sent_at` business time.

    Attributes:
        shipment: Id of the one message of a group that told it with others.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    channel: str
    recipient: str
    day: date
    urgent: bool
    notices: int
    shipment: str | None
    sent_at: datetime | None
    notice_ids: list[str] = []


class ParcelsAnswer(BaseModel):
    """A page of messages, newest day first; `next` is the `after` of the page behind it."""

    items: list[ParcelAnswer]
    next: str | None


class WeekAnswer(BaseModel):
    """What one recipient got in one week, or in the part of it that lies in the period."""

    model_config = ConfigDict(from_attributes=True)

    unit_id: str
    week_from: date
    week_to: date
    messages: int
    routine: int
    urgent: int
    notices: int
    channels: dict[str, int]


class MessagesAnswer(BaseModel):
    """The messages of a period, both days included, with what each number means."""

    first: date
    last: date
    definitions: dict[str, str]
    items: list[WeekAnswer]


class Period(BaseModel):
    """Days in Shanghai, both included: the last four weeks unless given, a year at most."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")

    def days(self, now: datetime) -> tuple[date, date]:
        """Give the first and the last.

        Raises:
            Invalid: It ends before it begins, or is longer than a year.
        """
        last = self.last or local_date(now)
        first = self.first or last - FOUR_WEEKS
        if not timedelta() <= last - first < LONGEST:
            message = f"from（{first}）至 to（{last}）须为不超过一年的期间"
            raise Invalid(message, code="parcels.period", field="from")
        return first, last


class ParcelFilters(Period):
    """What `GET /parcels` is asked for."""

    recipient: str = ""
    limit: Annotated[int, Query(ge=1, le=1000)] = 200
    after: str = ""


class MessageFilters(Period):
    """What `GET /burden/messages` is asked for."""

    unit: str = ""


def build_router(db: Database, check: Callable[..., Awaitable[Principal]]) -> APIRouter:
    """Serve `/parcels` and `/burden/messages` to principals that `check` lets pass."""
    router = APIRouter()

    @router.get("/parcels")
    async def parcels(
        filters: Annotated[ParcelFilters, Query()],
        linking: Annotated[Linking, Depends()],
        principal: Annotated[Principal, Depends(check)],
    ) -> ParcelsAnswer:
        span = Span(*filters.days(db.clock.now()), visible_recipient(principal, filters.recipient))
        async with db.reading() as session:
            shown = await _page(session, span, filters)
        linking.tell(shown.next)
        return shown

    @router.get("/burden/messages")
    async def messages(
        filters: Annotated[MessageFilters, Query()], principal: Annotated[Principal, Depends(check)]
    ) -> MessagesAnswer:
        span = Span(*filters.days(db.clock.now()), visible_recipient(principal, filters.unit))
        async with db.reading() as session:
            return await _count(session, span)

    return router


async def _page(session: AsyncSession, span: Span, filters: ParcelFilters) -> ParcelsAnswer:
    after = await session.get(ParcelRow, filters.after) if filters.after else None
    if filters.after and after is None:
        raise unknown_place(filters.after)
    found = await repository_traffic.list_parcels(session, span, after=after, limit=filters.limit + 1)
    rows = found[: filters.limit]
    inside = await repository_traffic.notices_in(session, [row.id for row in rows])
    items = [
        ParcelAnswer.model_validate(row).model_copy(update={"notice_ids": inside.get(row.id, [])})
        for row in rows
    ]
    return ParcelsAnswer(items=items, next=rows[-1].id if len(found) > len(rows) else None)


async def _count(session: AsyncSession, span: Span) -> MessagesAnswer:
    begin, end = at_local(span.first), at_local(span.last + ONE_DAY)
    rows = await repository_traffic.received(session, begin, end, span.recipient)
    items = [_week(*key, traffic, span) for key, traffic in count(_arrivals(rows)).items()]
    return MessagesAnswer(first=span.first, last=span.last, definitions=dict(DEFINITIONS), items=items)


def _arrivals(rows: Sequence[Received]) -> list[Arrival]:
    return [
        Arrival(recipient, channel, urgent, notices, local_date(at))
        for recipient, channel, urgent, notices, at in rows
        if at is not None
    ]


def _week(recipient: str, monday: date, traffic: Traffic, span: Span) -> WeekAnswer:
    return WeekAnswer(
        unit_id=recipient,
        week_from=max(monday, span.first),
        week_to=min(monday + 6 * ONE_DAY, span.last),
        messages=traffic.messages,
        routine=traffic.routine,
        urgent=traffic.urgent,
        notices=traffic.notices,
        channels=traffic.channels,
    )
