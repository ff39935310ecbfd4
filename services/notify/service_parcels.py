"""Use cases on messages: letters that leave together become one parcel, and what became of it is recorded.

Invariants: a parcel and its letters are written down before its channel is called; what a kill leaves without an answer
is tried again as the same parcel; a recipient gets one routine parcel of a business day and channel, and a letter that
comes after it leaves with that of the next working day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from services.notify import repository, repository_attempts, repository_claims, repository_parcels
from services.notify.contacts.domain import address
from services.notify.contacts.repository import fellow_mailboxes, routes
from services.notify.domain import Outcome, Result, retry_after
from services.notify.domain_parcels import Dispatch, Matter, dispatch, leaves_at, next_morning, put_off
from services.notify.models import ParcelRow
from services.notify.ports import Group, Limited, Parcel
from services.notify.repository_attempts import Attempt
from services.notify.repository_claims import End
from services.notify.repository_notices import SENDING
from services.notify.repository_parcels import Again, LetterKey, Moment, Waiting
from services.notify.rules import ParcelRule
from services.notify.service_limits import settle, within_limits
from services.notify.service_routes import go_on
from shared.clock import Clock, local_date
from shared.database import Tx
from shared.workdays import WorkCalendar

UNANSWERED_FOR = timedelta(seconds=60)  # Real time; longer than any channel may take.
RECIPIENTS = 20  # Whose letters are taken in one transaction, while other senders take others.
A_MINUTE = timedelta(minutes=1)
UNKNOWN = Outcome(Result.UNKNOWN, "no answer before a crash")
Until = Callable[[Matter, datetime, ParcelRule, WorkCalendar], Dispatch]


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
    """One transaction of the sender.

    Attributes:
        personal: Names of the channels on which one message tells all that goes to one person.
    """

    tx: Tx
    moment: Moment
    rule: ParcelRule
    calendar: WorkCalendar
    personal: frozenset[str] = frozenset()

    def has_missed_its_hours(self, not_before: datetime) -> bool:
        """Whether what should have left at `not_before` would leave at night or on a day off: the sender was down."""
        return self.moment.missed_before is not None and not_before < self.moment.missed_before


async def begin_sending(
    tx: Tx,
    *,
    real_now: datetime,
    late_after: timedelta = A_MINUTE,
    recipients: int = RECIPIENTS,
    channels: Mapping[str, Limited] = MappingProxyType({}),
) -> Sequence[Parcel]:
    """Record that the next attempts begin, and give their parcels; the caller sends after the commit.

    An attempt that a crash left without an answer is recorded as unknown, and its parcel is tried again under its own
    id. A parcel that is tried again takes the day, so what is new waits behind it. What a channel does not let out in
    this minute waits, or is told in a shipment with others.

    Args:
        tx: The transaction.
        real_now: Real time.
        late_after: Business time after which a routine message that should have left waits for its hours again.
        recipients: Whose letters are taken at most.
        channels: Those that have a limit, by name.
    """
    moment = await _moment(tx.session, tx.now, real_now)
    for attempt in await repository_attempts.lost_attempts(tx.session, _begun_before(moment)):
        await _end(tx, attempt, UNKNOWN, real_now, channels)
    rule, calendar = (await repository.rulebook(tx.session)).parcels, await repository.calendar(tx.session)
    if leaves_at(moment.now, rule, calendar) > moment.now:
        moment = replace(moment, missed_before=moment.now - late_after)
    post = _Post(tx, moment, rule, calendar, _personal(channels))
    await _put_off(post, await repository_parcels.missed_letters(tx.session, moment), dispatch)
    begun = [*await _repeat(post), *await _gather(post, recipients)]
    await tx.session.flush()
    parcels = await repository_parcels.parcels_on_their_way(tx.session, begun)
    return await within_limits(tx.session, await _addressed(tx, parcels), channels, real_now)


def _personal(channels: Mapping[str, Limited]) -> frozenset[str]:
    return frozenset(name for name, one in channels.items() if isinstance(one, Group) and one.needs_address)


async def _addressed(tx: Tx, parcels: Sequence[Parcel]) -> Sequence[Parcel]:
    """Address parcels to who reads their mailboxes now; so a hand-over or a leave needs no change of what waits."""
    found = await routes(tx.session, {parcel.recipient for parcel in parcels}, tx.now)
    return [replace(one, to=address(found.get(one.recipient, ()), one.channel, one.way)) for one in parcels]


async def _repeat(post: _Post) -> list[Attempt]:
    """Begin the attempts that may be repeated; the parcels of a shipment leave or wait together."""
    session = post.tx.session
    loads: dict[str, list[Again]] = {}
    for one in await repository_parcels.attempts_to_repeat(session, post.moment):
        loads.setdefault(one.parcel.shipment or one.parcel.id, []).append(one)
    begun: list[Attempt] = []
    for load in loads.values():
        attempts = [(one.parcel.id, one.number) for one in load]
        put_off_until = await _may_not_leave_before(post, load)
        if put_off_until is None:
            begun += attempts
        else:
            await repository_attempts.put_off_attempts(session, attempts, put_off_until)
    if begun:
        await repository_attempts.begin_attempts(session, begun, real_now=post.moment.real_now)
    return begun


async def _may_not_leave_before(post: _Post, load: Sequence[Again]) -> datetime | None:
    """Take the day for parcels that are repeated together; give the business time to wait for when they can't."""
    parcels, now = [one.parcel for one in load], post.moment.now
    if parcels[0].urgent:
        return None
    if any(post.has_missed_its_hours(one.not_before) for one in load):
        return leaves_at(now, post.rule, post.calendar)
    if await repository_parcels.take_days(post.tx.session, parcels, local_date(now)):
        return None
    return next_morning(now, post.rule, post.calendar)


async def _gather(post: _Post, recipients: int) -> list[Attempt]:
    session = post.tx.session
    for channel in sorted(
        post.personal
    ):  # Else another sender might have another mailbox of the same person.
        await repository_claims.lock_channel(session, channel)
    ends = await repository_parcels.claim_leaving(session, post.moment, recipients=recipients)
    if fellows := await _fellows(post, ends):
        ends = [
            *ends,
            *await repository_parcels.claim_leaving(
                session, post.moment, recipients=len(fellows), among=fellows
            ),
        ]
    letters = await repository_parcels.letters_to_leave(session, post.moment, ends)
    begun: list[Attempt] = []
    for _, group in groupby(letters, key=lambda one: (one.row.channel, one.recipient, one.row.number)):
        mine = [*group]
        for urgent in (False, True):
            begun += await _pack(post, [one for one in mine if one.haste.is_urgent is urgent], urgent=urgent)
    return begun


async def _fellows(post: _Post, ends: Sequence[End]) -> frozenset[End]:
    """Name the other mailboxes of those who read these, on the channels where they get one message for all."""
    mine = [(channel, recipient) for channel, recipient in ends if channel in post.personal]
    if not mine:
        return frozenset()
    also = await fellow_mailboxes(post.tx.session, {recipient for _, recipient in mine}, post.moment.now)
    return frozenset((channel, one) for channel in {channel for channel, _ in mine} for one in also) - {*ends}


async def _pack(post: _Post, letters: Sequence[Waiting], *, urgent: bool) -> list[Attempt]:
    """Make one parcel of the letters of one recipient; routine ones are put off when the day has its own already."""
    if not letters:
        return []
    today = local_date(post.moment.now)
    parcel = await repository_parcels.add_parcel(post.tx.session, letters, today, urgent=urgent)
    if parcel is None:
        await _put_off(post, [(one.key, one.matter) for one in letters], put_off)
        return []
    for one in letters:
        one.row.parcel_id, one.row.outcome, one.row.begun_at = parcel.id, SENDING, post.moment.real_now
    return [(parcel.id, letters[0].row.number)]


async def _put_off(post: _Post, letters: Iterable[tuple[LetterKey, Matter]], until: Until) -> None:
    """Let letters wait for the next hours or working day; one whose due instant comes before it becomes urgent."""
    found: dict[Matter, list[LetterKey]] = {}
    for key, matter in letters:
        found.setdefault(matter, []).append(key)
    waits: dict[Dispatch, list[LetterKey]] = {}
    for matter, keys in found.items():
        waits.setdefault(until(matter, post.moment.now, post.rule, post.calendar), []).extend(keys)
    for when, keys in waits.items():
        await repository_parcels.put_off_letters(post.tx.session, keys, when)


async def end_sending(
    tx: Tx,
    outcomes: Iterable[tuple[Parcel, Outcome]],
    *,
    real_now: datetime,
    channels: Mapping[str, Limited] = MappingProxyType({}),
) -> None:
    """Record what became of parcels, and queue the next attempt where it may help; one that was held waits on.

    What will not be tried again goes over the recipient's next route, if there is one.
    """
    outcomes = tuple(outcomes)
    await repository_claims.lock_parcels(tx.session, {parcel.id for parcel, _ in outcomes})
    await settle(tx.session, [one for one in outcomes if one[0].channel in channels], real_now)
    for parcel, outcome in outcomes:
        attempt = (parcel.id, parcel.number)
        if outcome.result is Result.HELD:
            until = real_now + (outcome.retry_after or timedelta(0))
            await repository_attempts.hold_attempts(tx.session, [attempt], until)
        else:
            await _end(tx, attempt, outcome, real_now, channels)


async def _end(
    tx: Tx, attempt: Attempt, outcome: Outcome, real_now: datetime, channels: Mapping[str, Limited]
) -> None:
    """End an attempt of a parcel and of each of its letters; one that has its outcome keeps it."""
    ended = await repository_attempts.end_attempt(tx.session, attempt, outcome, at=tx.now)
    if not ended or outcome.result is Result.SENT:
        return
    parcel = await tx.session.get_one(ParcelRow, attempt[0])
    wait = retry_after(outcome, number=attempt[1] - parcel.tried_before)
    if wait is None:
        await go_on(tx, parcel, attempt[1], real_now=real_now, channels=channels)
    else:
        await repository_attempts.queue_again(tx.session, attempt, real_now + wait)
