"""Use cases on messages: letters that leave together become one parcel, and what became of it is recorded.

Invariants: a parcel and its letters are written down before its channel is called; what a kill leaves without an answer
is tried again as the same parcel; a recipient gets one routine parcel of a business day and channel, and a letter that
comes after it leaves with that of the next working day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository, repository_claims, repository_parcels
from services.notify.contacts.domain import address
from services.notify.contacts.repository import routes
from services.notify.domain import Outcome, Result, retry_after
from services.notify.domain_parcels import dispatch, leaves_at, next_morning, put_off
from services.notify.ports import Parcel
from services.notify.repository_notices import SENDING
from services.notify.repository_parcels import Attempt, Moment, Waiting
from services.notify.rules import ParcelRule
from shared.clock import Clock, local_date
from shared.database import Tx
from shared.workdays import WorkCalendar

UNANSWERED_FOR = timedelta(seconds=60)  # Real time; longer than any channel may take.
RECIPIENTS = 20  # Whose letters are taken in one transaction, while other senders take others.
A_MINUTE = timedelta(minutes=1)
UNKNOWN = Outcome(Result.UNKNOWN, "no answer before a crash")


@dataclass(frozen=True, slots=True)
class Look:
    """What the sender found: whether there is something to do, or business times at which there may be."""

    anything: bool
    next_at: datetime | None


async def look(session: AsyncSession, clock: Clock) -> Look:
    """Say whether `begin_sending` would have anything to do, and when else it may."""
    moment = await _moment(session, clock.now(), clock.real_now())
    if await repository_parcels.anything_waits(session, moment, begun_before=_begun_before(moment)):
        return Look(anything=True, next_at=None)
    instants = (await repository_parcels.next_leaving(session, moment.now), moment.undecided_from)
    return Look(anything=False, next_at=min((one for one in instants if one is not None), default=None))


async def _moment(session: AsyncSession, now: datetime, real_now: datetime) -> Moment:
    """Read how far the engine has decided: while it decides what was due, routine letters gather."""
    return Moment(now=now, real_now=real_now, undecided_from=await repository.next_look(session))


def _begun_before(moment: Moment) -> datetime:
    return moment.real_now - UNANSWERED_FOR


@dataclass(frozen=True, slots=True)
class _Post:
    """One transaction of the sender."""

    tx: Tx
    moment: Moment
    rule: ParcelRule
    calendar: WorkCalendar
    late_after: timedelta

    def has_missed_its_hours(self, not_before: datetime) -> bool:
        """Whether what should have left at `not_before` would leave at night or on a day off: the sender was down."""
        now = self.moment.now
        return now - not_before > self.late_after and leaves_at(now, self.rule, self.calendar) > now


async def begin_sending(
    tx: Tx, *, real_now: datetime, late_after: timedelta = A_MINUTE, recipients: int = RECIPIENTS
) -> Sequence[Parcel]:
    """Record that the next attempts begin, and give their parcels; the caller sends after the commit.

    An attempt that a crash left without an answer is recorded as unknown, and its parcel is tried again under its own
    id. A parcel that is tried again takes the day, so what is new waits behind it.

    Args:
        tx: The transaction.
        real_now: Real time.
        late_after: Business time after which a routine message that should have left waits for its hours again.
        recipients: Whose letters are taken at most.
    """
    moment = await _moment(tx.session, tx.now, real_now)
    for attempt in await repository_parcels.lost_attempts(tx.session, _begun_before(moment)):
        await _end(tx, attempt, UNKNOWN, real_now)
    book = await repository.rulebook(tx.session)
    post = _Post(tx, moment, book.parcels, await repository.calendar(tx.session), late_after)
    begun = [*await _repeat(post), *await _gather(post, recipients)]
    await tx.session.flush()
    return await _addressed(tx, await repository_parcels.parcels_on_their_way(tx.session, begun))


async def _addressed(tx: Tx, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
    """Address parcels to who reads their mailboxes now; so a hand-over or a leave needs no change of what waits."""
    found = await routes(tx.session, {parcel.recipient for parcel in parcels}, tx.now)
    return [replace(one, to=address(found.get(one.recipient, ()), one.channel)) for one in parcels]


async def _repeat(post: _Post) -> list[Attempt]:
    session, now = post.tx.session, post.moment.now
    begun: list[Attempt] = []
    for parcel, number, not_before in await repository_parcels.attempts_to_repeat(session, post.moment):
        attempt = (parcel.id, number)
        if not parcel.urgent and post.has_missed_its_hours(not_before):
            morning = leaves_at(now, post.rule, post.calendar)
            await repository_parcels.put_off_attempt(session, attempt, morning)
        elif not (parcel.urgent or await repository_parcels.take_day(session, parcel, local_date(now))):
            morning = next_morning(now, post.rule, post.calendar)
            await repository_parcels.put_off_attempt(session, attempt, morning)
        else:
            begun += await repository_parcels.begin_attempt(session, attempt, real_now=post.moment.real_now)
    return begun


async def _gather(post: _Post, recipients: int) -> list[Attempt]:
    letters = await repository_parcels.letters_to_leave(post.tx.session, post.moment, recipients=recipients)
    begun: list[Attempt] = []
    for _, group in groupby(letters, key=lambda one: (one.row.channel, one.recipient, one.row.number)):
        mine = [one for one in group if not _kept_for_its_hours(post, one)]
        for urgent in (False, True):
            begun += await _pack(post, [one for one in mine if one.haste.is_urgent is urgent], urgent=urgent)
    return begun


def _kept_for_its_hours(post: _Post, one: Waiting) -> bool:
    """Keep a routine letter back that would leave at night, and say so."""
    if one.haste.is_urgent or not post.has_missed_its_hours(one.row.not_before):
        return False
    found = dispatch(one.matter, post.moment.now, post.rule, post.calendar)
    one.row.haste, one.row.not_before = found.haste, found.not_before
    return not found.haste.is_urgent


async def _pack(post: _Post, letters: Sequence[Waiting], *, urgent: bool) -> list[Attempt]:
    """Make one parcel of the letters of one recipient; routine ones are put off when the day has its own already."""
    if not letters:
        return []
    today = local_date(post.moment.now)
    parcel = await repository_parcels.add_parcel(post.tx.session, letters, today, urgent=urgent)
    if parcel is None:
        _put_off(post, letters)
        return []
    for one in letters:
        one.row.parcel_id, one.row.outcome, one.row.begun_at = parcel.id, SENDING, post.moment.real_now
    return [(parcel.id, letters[0].row.number)]


def _put_off(post: _Post, letters: Iterable[Waiting]) -> None:
    """Let letters wait for the next working day; one whose due instant comes before it becomes urgent."""
    for one in letters:
        found = put_off(one.matter, post.moment.now, post.rule, post.calendar)
        one.row.haste, one.row.not_before = found.haste, found.not_before


async def end_sending(tx: Tx, outcomes: Iterable[tuple[Parcel, Outcome]], *, real_now: datetime) -> None:
    """Record what became of parcels, and queue the next attempt where it may help."""
    outcomes = tuple(outcomes)
    await repository_claims.lock_parcels(tx.session, {parcel.id for parcel, _ in outcomes})
    for parcel, outcome in outcomes:
        await _end(tx, (parcel.id, parcel.number), outcome, real_now)


async def _end(tx: Tx, attempt: Attempt, outcome: Outcome, real_now: datetime) -> None:
    """End an attempt of a parcel and of each of its letters; one that has its outcome keeps it."""
    if not await repository_parcels.end_attempt(tx.session, attempt, outcome, at=tx.now):
        return
    wait = retry_after(outcome, number=attempt[1])
    if wait is not None:
        await repository_parcels.queue_again(tx.session, attempt, real_now + wait)
