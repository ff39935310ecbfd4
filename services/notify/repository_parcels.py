"""Queries on parcels and on the attempts in them.

Invariants: a letter is in one parcel for ever; a recipient has one routine parcel of a day and channel; and who loses
a race for either is told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.notify.domain import Outcome, Result
from services.notify.domain_parcels import Haste, Letter, Matter, most_pressing_first, parcel_id
from services.notify.models import DeliveryRow, NoticeRow, ParcelRow, TaskRow
from services.notify.ports import Parcel
from services.notify.repository import dialect_insert
from services.notify.repository_claims import claim, lock_parcels
from services.notify.repository_notices import SENDING, WAITING
from services.notify.wording import digest_text
from shared.tables import UtcDateTime

Attempt = tuple[str, int]  # Parcel id, number.
MOST_REPEATED = 500  # Recipients whose parcels are tried again in one transaction.


@dataclass(frozen=True, slots=True)
class Moment:
    """When the sender looks.

    Attributes:
        now: Business time.
        real_now: Real time.
        undecided_from: Business time from which on the engine still has something to decide; None when it has not.
    """

    now: datetime
    real_now: datetime
    undecided_from: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that may leave, with what its haste depends on."""

    row: DeliveryRow
    recipient: str
    matter: Matter

    @property
    def haste(self) -> Haste:
        """Why it waits for the routine message of a day, or does not."""
        return Haste(self.row.haste)


def _may_leave(moment: Moment) -> ColumnElement[bool]:
    """Say which letters may leave: a routine one waits until all that was due before it is decided."""
    ready = (
        (DeliveryRow.outcome == WAITING)
        & DeliveryRow.parcel_id.is_(None)
        & (DeliveryRow.not_before <= moment.now)
    )
    if moment.undecided_from is None:
        return ready
    gathered = DeliveryRow.not_before < moment.undecided_from
    return ready & or_(gathered, DeliveryRow.haste != Haste.ROUTINE)


def _may_repeat(moment: Moment) -> ColumnElement[bool]:
    return (
        (DeliveryRow.outcome == WAITING)
        & DeliveryRow.parcel_id.is_not(None)
        & (DeliveryRow.next_try_at <= moment.real_now)
        & (DeliveryRow.not_before <= moment.now)
    )


def _lost(begun_before: datetime) -> ColumnElement[bool]:
    return (DeliveryRow.outcome == SENDING) & (DeliveryRow.begun_at < begun_before)


async def anything_waits(session: AsyncSession, moment: Moment, *, begun_before: datetime) -> bool:
    """Say whether a parcel may leave, or one that began before a real time never got an answer."""
    kinds = (_may_leave(moment), _may_repeat(moment), _lost(begun_before))
    return any([await session.scalar(select(exists().where(kind))) for kind in kinds])


async def next_leaving(session: AsyncSession, now: datetime) -> datetime | None:
    """Give the business time at which the next letter may leave that has to wait; None when none does."""
    later = (DeliveryRow.outcome == WAITING) & (DeliveryRow.not_before > now)
    return await session.scalar(select(func.min(DeliveryRow.not_before)).where(later))


async def letters_to_leave(session: AsyncSession, moment: Moment, *, recipients: int) -> Sequence[Waiting]:
    """Claim so many recipients, and take all letters that may leave to them; another replica passes them by."""
    of_notices = select(DeliveryRow.channel, NoticeRow.recipient).join(NoticeRow)
    of_notices = of_notices.where(_may_leave(moment)).distinct().order_by(*of_notices.selected_columns)
    ends = await claim(session, of_notices.subquery(), recipients=recipients)
    if not ends:
        return ()
    rows = (
        select(DeliveryRow, NoticeRow.recipient, NoticeRow.rung, NoticeRow.due_at, TaskRow.level)
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .outerjoin(TaskRow, TaskRow.task_id == NoticeRow.task_id)
        .where(_may_leave(moment), tuple_(DeliveryRow.channel, NoticeRow.recipient).in_(ends))
        .order_by(DeliveryRow.channel, NoticeRow.recipient, DeliveryRow.number)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    return [
        Waiting(row, recipient, Matter(rung, due_at, level or "normal"))
        for row, recipient, rung, due_at, level in await session.execute(rows)
    ]


async def add_parcel(
    session: AsyncSession, letters: Sequence[Waiting], day: date, *, urgent: bool
) -> ParcelRow | None:
    """Write the parcel of these letters; None when their recipient has a routine one of that day already."""
    first = letters[0]
    channel, recipient = first.row.channel, first.recipient
    row = {
        "id": parcel_id(channel, recipient, (one.row.notice_id for one in letters)),
        "channel": channel,
        "recipient": recipient,
        "day": day,
        "urgent": urgent,
        "notices": len(letters),
    }
    statement = dialect_insert(session, ParcelRow).values(row).on_conflict_do_nothing()
    written = await session.scalars(statement.returning(ParcelRow))
    return written.first()


async def attempts_to_repeat(
    session: AsyncSession, moment: Moment
) -> Sequence[tuple[ParcelRow, int, datetime]]:
    """Claim and read the parcels that may be tried again.

    Returns:
        Each with the number of that attempt and the business time that it waited for.
    """
    tried = exists().where(DeliveryRow.parcel_id == ParcelRow.id, _may_repeat(moment))
    ends = select(ParcelRow.channel, ParcelRow.recipient).where(tried).distinct().subquery()
    mine = await claim(session, ends, recipients=MOST_REPEATED)
    if not mine:
        return ()
    parcels = select(ParcelRow).where(tried, tuple_(ParcelRow.channel, ParcelRow.recipient).in_(mine))
    parcels = parcels.order_by(ParcelRow.day, ParcelRow.id)
    # One that another sender ends right now, whose answer came late, is passed by too.
    rows = (await session.scalars(parcels.with_for_update(skip_locked=True))).all()
    columns = (DeliveryRow.parcel_id, DeliveryRow.number, DeliveryRow.not_before)
    waiting = select(*columns).where(_may_repeat(moment), DeliveryRow.parcel_id.in_([row.id for row in rows]))
    attempts = {row[0]: row for row in await session.execute(waiting)}
    return [(parcel, *attempts[parcel.id][1:]) for parcel in rows if parcel.id in attempts]


async def take_day(session: AsyncSession, parcel: ParcelRow, day: date) -> bool:
    """Make `parcel` the routine one of its recipient's `day`; say whether no other was."""
    other = aliased(ParcelRow)
    taken = exists().where(
        other.channel == parcel.channel,
        other.recipient == parcel.recipient,
        other.day == day,
        ~other.urgent,
        other.id != parcel.id,
    )
    free = update(ParcelRow).where(ParcelRow.id == parcel.id, ~taken).values(day=day)
    done = await session.scalars(free.returning(ParcelRow.id).execution_options(synchronize_session=False))
    return done.first() is not None


def _attempt(attempt: Attempt, outcome: str) -> tuple[ColumnElement[bool], ...]:
    parcel, number = attempt
    return (DeliveryRow.parcel_id == parcel, DeliveryRow.number == number, DeliveryRow.outcome == outcome)


async def begin_attempt(session: AsyncSession, attempt: Attempt, *, real_now: datetime) -> Sequence[Attempt]:
    """Record that an attempt that waited begins, and give it; nothing when another replica was faster."""
    begun = update(DeliveryRow).where(*_attempt(attempt, WAITING))
    begun = begun.values(outcome=SENDING, begun_at=real_now)
    done = await session.scalars(begun.returning(DeliveryRow.notice_id))
    return [attempt] if done.all() else []


async def put_off_attempt(session: AsyncSession, attempt: Attempt, not_before: datetime) -> None:
    """Let an attempt wait until a business time."""
    await session.execute(
        update(DeliveryRow).where(*_attempt(attempt, WAITING)).values(not_before=not_before)
    )


async def lost_attempts(session: AsyncSession, begun_before: datetime) -> Sequence[Attempt]:
    """Lock and read the attempts that began before a real time and never got an answer."""
    lost = select(DeliveryRow.parcel_id, DeliveryRow.number).where(_lost(begun_before)).distinct()
    found = {str(row[0]) for row in await session.execute(lost)}
    mine = await lock_parcels(session, found, skip_locked=True) if found else ()
    still_lost = lost.where(DeliveryRow.parcel_id.in_(mine)).order_by(DeliveryRow.parcel_id)
    return [(str(row[0]), row[1]) for row in await session.execute(still_lost)] if mine else []


async def end_attempt(session: AsyncSession, attempt: Attempt, outcome: Outcome, *, at: datetime) -> bool:
    """Record what became of an attempt, at a business time; say whether it was still without an outcome."""
    ended = update(DeliveryRow).where(*_attempt(attempt, SENDING))
    ended = ended.values(outcome=outcome.result, detail=outcome.detail, at=at)
    done = await session.scalars(ended.returning(DeliveryRow.notice_id))
    if not done.all():
        return False
    if outcome.result is Result.SENT:
        await session.execute(update(ParcelRow).where(ParcelRow.id == attempt[0]).values(sent_at=at))
    return True


async def queue_again(session: AsyncSession, attempt: Attempt, next_try_at: datetime) -> None:
    """Queue the attempt after `attempt`, of the same parcel, for a real time."""
    parcel, number = attempt
    kept = (DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.parcel_id)
    carried = (DeliveryRow.haste, DeliveryRow.not_before)
    fresh = (literal(WAITING), literal(""), literal(next_try_at, UtcDateTime))
    again = select(*kept, *carried, DeliveryRow.number + 1, *fresh)
    again = again.where(DeliveryRow.parcel_id == parcel, DeliveryRow.number == number)
    names = [column.key for column in (*kept, *carried)]
    target = [*names, "number", "outcome", "detail", "next_try_at"]
    await session.execute(insert(DeliveryRow).from_select(target, again))


async def parcels_on_their_way(session: AsyncSession, attempts: Sequence[Attempt]) -> Sequence[Parcel]:
    """Read the parcels of attempts that begin, as their channels carry them."""
    ids = [parcel for parcel, _ in attempts]
    rows = select(ParcelRow).where(ParcelRow.id.in_(ids)).order_by(ParcelRow.channel, ParcelRow.recipient)
    stated = (
        select(DeliveryRow.parcel_id, NoticeRow, TaskRow.number)
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .outerjoin(TaskRow, TaskRow.task_id == NoticeRow.task_id)
        .where(DeliveryRow.parcel_id.in_(ids), DeliveryRow.outcome == SENDING)
    )
    letters: dict[str, list[Letter]] = {}
    for parcel, notice, number in await session.execute(stated):
        letters.setdefault(str(parcel), []).append(_letter(notice, number or ""))
    numbers = dict(attempts)
    return [_parcel(row, numbers[row.id], letters[row.id]) for row in await session.scalars(rows)]


def _letter(notice: NoticeRow, number: str) -> Letter:
    return Letter(notice.id, notice.task_id, notice.rung, notice.due_at, notice.text, number)


def _parcel(row: ParcelRow, number: int, letters: Sequence[Letter]) -> Parcel:
    ordered = most_pressing_first(letters)
    return Parcel(
        id=row.id,
        number=number,
        channel=row.channel,
        recipient=row.recipient,
        urgent=row.urgent,
        letters=ordered,
        text=digest_text([(one.rung, one.text) for one in ordered]),
    )
