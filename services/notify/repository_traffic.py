"""Queries on parcels for people: lists of them, and what channels took in a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notify.models import DeliveryRow, ParcelRow


@dataclass(frozen=True, slots=True)
class Span:
    """Days in Shanghai, both included, and whose parcels; an empty recipient stands for everybody."""

    first: date
    last: date
    recipient: str = ""


async def list_parcels(
    session: AsyncSession, span: Span, *, after: ParcelRow | None, limit: int
) -> Sequence[ParcelRow]:
    """Read parcels by the day of their last attempt, newest first, from the one after `after`."""
    found = select(ParcelRow).where(ParcelRow.day.between(span.first, span.last))
    found = found.where(ParcelRow.recipient == span.recipient) if span.recipient else found
    if after is not None:
        found = found.where(tuple_(ParcelRow.day, ParcelRow.id) < (after.day, after.id))
    return (
        await session.scalars(found.order_by(ParcelRow.day.desc(), ParcelRow.id.desc()).limit(limit))
    ).all()


async def notices_in(session: AsyncSession, parcels: Sequence[str]) -> dict[str, list[str]]:
    """Read the ids of the notices in parcels."""
    stated = select(DeliveryRow.parcel_id, DeliveryRow.notice_id).where(DeliveryRow.parcel_id.in_(parcels))
    found: dict[str, list[str]] = {}
    for parcel, notice in await session.execute(stated.distinct().order_by(DeliveryRow.notice_id)):
        found.setdefault(str(parcel), []).append(notice)
    return found


Received = Row[str, str, bool, int, datetime | None]


async def received(
    session: AsyncSession, begin: datetime, end: datetime, recipient: str
) -> Sequence[Received]:
    """Read what channels took between two business times: recipient, channel, urgent, notices, when."""
    columns = (ParcelRow.recipient, ParcelRow.channel, ParcelRow.urgent, ParcelRow.notices, ParcelRow.sent_at)
    found = select(*columns).where(ParcelRow.sent_at >= begin, ParcelRow.sent_at < end)
    found = found.where(ParcelRow.recipient == recipient) if recipient else found
    return (await session.execute(found.order_by(ParcelRow.sent_at, ParcelRow.id))).all()
