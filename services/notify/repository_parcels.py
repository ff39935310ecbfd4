"""Queries on parcels and on the attempts in them.

Invariants: a letter is in one parcel for ever; a recipient has one routine parcel of a day and channel; and who loses
a race for either is told so.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, exists, false, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.notify.domain_parcels import Dispatch, Haste, Letter, Matter, most_pressing_first, parcel_id
from services.notify.models import DeliveryRow, NoticeRow, ParcelRow, ServiceRow, TaskRow
from services.notify.ports import Parcel
from services.notify.repository import dialect_insert
from services.notify.repository_attempts import Attempt, lost_before
from services.notify.repository_claims import End, claim
from services.notify.repository_notices import SENDING, WAITING
from services.notify.wording import digest_text
from shared.bulk import has_key

LETTERS = 2_000  # Taken in one transaction, but all of the first recipient: they are one message.
MOST_REPEATED = 1_000  # Recipients whose parcels are tried again in one transaction.

LetterKey = tuple[str, str, int]  # Notice, channel, number.


@dataclass(frozen=True, slots=True)
class Moment:
    """When the sender looks.

    Attributes:
        now: Business time.
        real_now: Real time.
        undecided_from: Business time from which on the engine still has something to decide; None when it has not.
        missed_before: Business time; a routine letter that should have left before it has missed its hours. None
            within these.
    """

    now: datetime
    real_now: datetime
    undecided_from: datetime | None
    missed_before: datetime | None = None


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

    @property
    def key(self) -> LetterKey:
        """Which letter it is."""
        return self.row.notice_id, self.row.channel, self.row.number


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


def _has_missed_its_hours(moment: Moment) -> ColumnElement[bool]:
    if moment.missed_before is None:
        return false()
    return (DeliveryRow.haste == Haste.ROUTINE) & (DeliveryRow.not_before < moment.missed_before)


def _may_repeat(moment: Moment) -> ColumnElement[bool]:
    return (
        (DeliveryRow.outcome == WAITING)
        & DeliveryRow.parcel_id.is_not(None)
        & (DeliveryRow.next_try_at <= moment.real_now)
        & (DeliveryRow.not_before <= moment.now)
    )


async def anything_waits(session: AsyncSession, moment: Moment, *, begun_before: datetime) -> bool:
    """Say whether a parcel may leave, or one that began before a real time never got an answer."""
    kinds = (_may_leave(moment), _may_repeat(moment), lost_before(begun_before))
    return any([await session.scalar(select(exists().where(kind))) for kind in kinds])


async def next_leaving(session: AsyncSession, now: datetime) -> datetime | None:
    """Give the business time at which the next letter may leave that has to wait; None when none does."""
    later = select(func.min(DeliveryRow.not_before)).where(DeliveryRow.outcome == WAITING)
    later = later.where(DeliveryRow.not_before > now)
    # Asked for both at once, SQLite would read all that waits.
    kinds = (DeliveryRow.parcel_id.is_(None), DeliveryRow.parcel_id.is_not(None))
    found = [await session.scalar(later.where(kind)) for kind in kinds]
    return min((one for one in found if one is not None), default=None)


async def claim_leaving(
    session: AsyncSession, moment: Moment, *, recipients: int, among: Collection[End] | None = None
) -> Sequence[End]:
    """Claim so many recipients to whom letters may leave, or so many of `among`; another replica passes them by.

    Who has an urgent one comes first, before others have taken what the channel lets out. When there is much, fewer
    are claimed: other writers wait for all that goes to them.
    """
    end = (DeliveryRow.channel, NoticeRow.recipient)
    leaves = _may_leave(moment) & ~_has_missed_its_hours(moment)
    hurry = func.min(case((DeliveryRow.haste == Haste.ROUTINE, 1), else_=0)).label("hurry")
    upto = func.sum(func.count()).over(order_by=(hurry, *end)) - func.count()
    ends = select(*end, hurry, upto.label("before")).join(NoticeRow).where(leaves).group_by(*end)
    if among is not None:
        ends = ends.where(tuple_(*end).in_(among))
    found = ends.subquery().c
    waiting = select(found.channel, found.recipient).order_by(found.hurry, found.channel, found.recipient)
    waiting = waiting.where(found.before < LETTERS) if among is None else waiting
    return await claim(session, waiting.subquery(), recipients=recipients)


async def missed_letters(session: AsyncSession, moment: Moment) -> Sequence[tuple[LetterKey, Matter]]:
    """Take letters that have missed their hours, not all when there are many."""
    if moment.missed_before is None:
        return ()
    key = (DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.number)
    rows = (
        select(*key, NoticeRow.rung, NoticeRow.due_at, TaskRow.level)
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .outerjoin(TaskRow, TaskRow.task_id == NoticeRow.task_id)
        .where(_may_leave(moment), _has_missed_its_hours(moment))
        .limit(LETTERS)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    return [
        ((notice, channel, number), Matter(rung, due_at, level or "normal"))
        for notice, channel, number, rung, due_at, level in await session.execute(rows)
    ]


async def put_off_letters(session: AsyncSession, letters: Sequence[LetterKey], until: Dispatch) -> None:
    """Let letters, which were taken before, wait until they are to be dispatched."""
    key = (DeliveryRow.notice_id, DeliveryRow.channel, DeliveryRow.number)
    waiting = update(DeliveryRow).values(haste=until.haste, not_before=until.not_before)
    for begin in range(0, len(letters), LETTERS):
        some = waiting.where(has_key(key, letters[begin : begin + LETTERS]))
        await session.execute(some, execution_options={"synchronize_session": False})


async def letters_to_leave(session: AsyncSession, moment: Moment, ends: Collection[End]) -> Sequence[Waiting]:
    """Take all letters that may leave to claimed recipients."""
    if not ends:
        return ()
    rows = (
        select(DeliveryRow, NoticeRow.recipient, NoticeRow.rung, NoticeRow.due_at, TaskRow.level)
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .outerjoin(TaskRow, TaskRow.task_id == NoticeRow.task_id)
        .where(_may_leave(moment), ~_has_missed_its_hours(moment))
        .where(tuple_(DeliveryRow.channel, NoticeRow.recipient).in_(ends))
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


@dataclass(frozen=True, slots=True)
class Again:
    """A parcel that may be tried again.

    Attributes:
        number: Of that attempt.
        not_before: Business time that it waited for.
    """

    parcel: ParcelRow
    number: int
    not_before: datetime


async def attempts_to_repeat(session: AsyncSession, moment: Moment) -> Sequence[Again]:
    """Claim and read the parcels that may be tried again; those of a shipment all or none."""
    # Not an EXISTS of each parcel: SQLite would look through all that waits for every one of them.
    tried = ParcelRow.id.in_(select(DeliveryRow.parcel_id).where(_may_repeat(moment)))
    end = (ParcelRow.channel, ParcelRow.recipient)
    ends = select(*end).where(tried).group_by(*end)
    ends = ends.order_by(func.min(case((ParcelRow.urgent, 0), else_=1)), *end)
    mine = await claim(session, ends.subquery(), recipients=MOST_REPEATED)
    if not mine:
        return ()
    parcels = select(ParcelRow).where(tried, tuple_(*end).in_(mine))
    parcels = parcels.order_by(ParcelRow.day, ParcelRow.id)
    # One that another sender ends right now, whose answer came late, is passed by too.
    rows = (await session.scalars(parcels.with_for_update(skip_locked=True))).all()
    columns = (DeliveryRow.parcel_id, DeliveryRow.number, DeliveryRow.not_before)
    waiting = select(*columns).where(_may_repeat(moment), DeliveryRow.parcel_id.in_([row.id for row in rows]))
    attempts = {row[0]: row for row in await session.execute(waiting)}
    whole = await _whole_shipments(session, [row.shipment for row in rows if row.id in attempts])
    return [
        Again(parcel, *attempts[parcel.id][1:])
        for parcel in rows
        if parcel.id in attempts and (parcel.shipment is None or parcel.shipment in whole)
    ]


async def _whole_shipments(session: AsyncSession, found: Sequence[str | None]) -> frozenset[str]:
    """Say of which shipments every parcel was found."""
    counts = Counter(one for one in found if one is not None)
    if not counts:
        return frozenset()
    sizes = select(ParcelRow.shipment, func.count()).where(ParcelRow.shipment.in_([*counts]))
    rows = await session.execute(sizes.group_by(ParcelRow.shipment))
    return frozenset(str(shipment) for shipment, size in rows if counts[str(shipment)] == size)


async def take_days(session: AsyncSession, parcels: Sequence[ParcelRow], day: date) -> bool:
    """Make routine parcels, whose recipients are claimed, those of a day; false, and none is, when one has another."""
    ids = [one.id for one in parcels if one.day != day]
    if not ids:
        return True
    other = aliased(ParcelRow)
    taken = exists().where(
        other.channel == ParcelRow.channel,
        other.recipient == ParcelRow.recipient,
        other.day == day,
        ~other.urgent,
        other.id != ParcelRow.id,
    )
    if await session.scalar(select(exists().where(ParcelRow.id.in_(ids), taken))):
        return False
    await session.execute(update(ParcelRow).where(ParcelRow.id.in_(ids)).values(day=day))
    return True


async def ship_together(session: AsyncSession, parcels: Sequence[str], shipment: str | None) -> None:
    """Let parcels be told in one message from now on; in one each without a shipment."""
    await session.execute(update(ParcelRow).where(ParcelRow.id.in_(parcels)).values(shipment=shipment))


async def parcels_on_their_way(session: AsyncSession, attempts: Sequence[Attempt]) -> Sequence[Parcel]:
    """Read the parcels of attempts that begin, as their channels carry them."""
    ids = [parcel for parcel, _ in attempts]
    rows = select(ParcelRow).where(ParcelRow.id.in_(ids)).order_by(ParcelRow.channel, ParcelRow.recipient)
    stated = (
        select(DeliveryRow.parcel_id, NoticeRow, func.coalesce(TaskRow.number, ServiceRow.project_no))
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .outerjoin(TaskRow, TaskRow.task_id == NoticeRow.task_id)
        .outerjoin(ServiceRow, ServiceRow.subject == NoticeRow.task_id)
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
        way=row.way,
        shipment=row.shipment or "",
    )
