"""What runs beside the requests: the engine that decides notices when they are due, and the sender behind it.

Invariants: the engine decides as of an instant up to which the feed was read that tells of its clocks; the sender
calls a channel only while no transaction is open. Both do nothing that a kill at any point could make happen twice or
not at all.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from services.notify import repository, service_notices, service_parcels
from services.notify.domain import Outcome, Reading, Result, how_far_read, late_after
from services.notify.domain_shipments import loads_of
from services.notify.instruments import Instruments
from services.notify.ports import Channel, Group, LedgerReader, Limited, Parcel
from services.notify.service_limits import HAND_OVER_FOR
from services.notify.service_notices import Round
from shared.clock import Clock, DrillClock
from shared.database import Database
from shared.telemetry import continue_trace

log = logging.getLogger(__name__)
LONGEST_WAIT = 1.0  # Real seconds between two looks; also what `domain.late_after` calls a tick.
SHORTEST_WAIT = 0.2  # Real seconds that the sender leaves the database to an engine that is deciding.
STANDBY_POLL = 0.2  # Real seconds between two looks whether this replica reads now.
CATCH_UP_POLL = 0.05  # Real seconds between two looks at how far supervision was read.
OFF = Outcome(Result.REFUSED, "channel is off")
NO_TIME = Outcome(Result.HELD, "the channel was too slow for it to have its turn")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take.

    Attributes:
        late_after: Business time from plan to decision after which a notice is marked late.
        catch_up_limit: Real time that a decision waits until supervision is read.
    """

    late_after: timedelta
    catch_up_limit: timedelta


class Engine:
    """Decides what is due of the clocks that one feed tells of, in rounds as of one instant each.

    It runs on the replica that reads the feeds, which is one by the lease of the bus. While that lease changes
    hands two may run for a moment: they pass by each other's locked clocks, and the key of a notice is unique.
    """

    def __init__(
        self,
        db: Database,
        reader: LedgerReader,
        *,
        channels: Sequence[str],
        patience: Patience,
        instruments: Instruments,
    ) -> None:
        self._db = db
        self._reader = reader
        self._channels = tuple(channels)
        self._patience = patience
        self._instruments = instruments
        self._as_of: datetime | None = None  # Business time of the round at hand.
        self._waiting_since: datetime | None = None  # Real time.

    async def step(self) -> float:
        """Do what is due now; give the real seconds until the next look."""
        if not self._reader.is_active():
            self._end_round()
            return STANDBY_POLL
        clock = self._db.clock
        async with self._db.reading() as session:
            next_at = await repository.next_look(session, self._reader.feed)
        as_of = self._as_of or clock.now()
        if next_at is None or next_at > as_of:
            self._end_round()
            return _seconds_until(next_at, clock)
        if self._as_of is None:
            # The instant stays until the round is over: a reader that follows a moving one would never catch up.
            self._as_of = as_of
            await self._reader.look()
        reading = self._how_far_read(as_of)
        self._instruments.waits(self._reader.feed, holds=reading is Reading.BEHIND)
        if reading is Reading.BEHIND:
            return CATCH_UP_POLL
        await self._decide(as_of, reading)
        return 0.0

    def _how_far_read(self, as_of: datetime) -> Reading:
        real_now = self._db.clock.real_now()
        self._waiting_since = self._waiting_since or real_now
        waited, limit = real_now - self._waiting_since, self._patience.catch_up_limit
        caught_up_at = self._reader.caught_up_at()
        reading = how_far_read(caught_up_at, as_of=as_of, waited=waited, limit=limit)
        if reading is Reading.GIVEN_UP_WAITING:
            log.warning(
                "deciding without having read %s up to %s: waited %s", self._reader.feed, as_of, waited
            )
        return reading

    async def _decide(self, as_of: datetime, reading: Reading) -> None:
        continue_trace(None)  # A round begins a trace of its own; its notices carry it.
        round_ = Round(
            as_of=as_of,
            reading=reading,
            late_after=self._patience.late_after,
            channels=self._channels,
            real_now=self._db.clock.real_now(),
            feed=self._reader.feed,
        )
        async with self._db.transaction() as tx:
            _, decisions = await service_notices.decide_due(tx, round_)
        self._instruments.decided(decisions, reading, self._db.clock)
        if decisions:
            log.info("decided %d rungs as of %s", len(decisions), as_of)

    def _end_round(self) -> None:
        self._as_of = self._waiting_since = None
        self._instruments.waits(self._reader.feed, holds=False)


def _seconds_until(next_at: datetime | None, clock: Clock) -> float:
    if next_at is None:
        return LONGEST_WAIT
    return min(LONGEST_WAIT, max(0.0, clock.real_seconds_until(next_at)))


class Sender:
    """Hands decided notices over to their channels as parcels, with a record before and after each attempt."""

    def __init__(self, db: Database, channels: Sequence[Channel], *, instruments: Instruments) -> None:
        self._db = db
        self._channels = {channel.name: channel for channel in channels}
        self._limited = {channel.name: channel for channel in channels if isinstance(channel, Limited)}
        self._instruments = instruments
        speed = db.clock.speed if isinstance(db.clock, DrillClock) else 1.0
        self._late_after = late_after(speed=speed)

    async def step(self) -> float:
        """Hand over what waits; give the real seconds until the next look."""
        async with self._db.reading() as session:
            seen = await service_parcels.look(session, self._db.clock)
        if not seen.anything:
            return max(SHORTEST_WAIT, _seconds_until(seen.next_at, self._db.clock))
        async with self._db.transaction() as tx:
            parcels = await service_parcels.begin_sending(
                tx, real_now=self._real_now(), late_after=self._late_after, channels=self._limited
            )
        if not parcels:  # Put off, or another replica has them.
            return SHORTEST_WAIT
        outcomes = await self._send_all(parcels)
        async with self._db.transaction() as tx:
            await service_parcels.end_sending(tx, outcomes, real_now=self._real_now(), channels=self._limited)
        return 0.0

    def _real_now(self) -> datetime:
        return self._db.clock.real_now()

    async def _send_all(self, parcels: Sequence[Parcel]) -> Sequence[tuple[Parcel, Outcome]]:
        """Send through all channels at once, so that a slow one holds up none of the others."""
        until = self._real_now() + HAND_OVER_FOR
        by_channel: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            by_channel.setdefault(parcel.channel, []).append(parcel)
        done = await asyncio.gather(*(self._send_in_turn(ones, until) for ones in by_channel.values()))
        return [*chain.from_iterable(done)]

    async def _send_in_turn(
        self, parcels: Sequence[Parcel], until: datetime
    ) -> Sequence[tuple[Parcel, Outcome]]:
        """Send through one channel; what has its turn too late waits on, before anybody takes it for lost."""
        channel = self._channels.get(parcels[0].channel)
        # A channel of that name may have been a group when a shipment was made, and be another kind now.
        loads = loads_of(parcels) if isinstance(channel, Group) else [[one] for one in parcels]
        done: list[tuple[Parcel, Outcome]] = []
        for load in loads:
            outcome = await _hand_over(channel, load) if self._real_now() <= until else NO_TIME
            for parcel in load:
                self._instruments.delivered(parcel, outcome)
                done.append((parcel, outcome))
        return done


async def _hand_over(channel: Channel | None, load: Sequence[Parcel]) -> Outcome:
    if channel is None:
        return OFF
    try:
        if isinstance(channel, Group) and len(load) > 1:
            return await channel.send_together(load)
        return await channel.send(load[0])
    except Exception as error:  # Whatever a channel raises, the attempt gets its outcome.
        log.warning("channel %s failed on %s", channel.name, load[0].shipment or load[0].id, exc_info=True)
        return Outcome(Result.FAILED, f"{type(error).__name__}: {error}"[:500])
