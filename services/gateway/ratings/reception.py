"""Takes ratings in for the keys that send them: one, or a batch in slices that are on their way to disk together."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, Field, ValidationError

from services.gateway.ratings.domain import Outcome, Rating, RatingIn, Source, explain, read_rating
from services.gateway.ratings.intake import GroupCommit
from services.gateway.ratings.lines import Line
from services.gateway.ratings.repository import sources_by_id
from services.gateway.recent import Recent
from services.gateway.roles import Key
from shared.clock import SHANGHAI
from shared.database import Database
from shared.errors import Conflict, DubanError, Invalid, TooLarge

Intake = GroupCommit[Rating, Outcome]
AHEAD = timedelta(minutes=5)  # Business time.
IN_FLIGHT = 4  # Slices of one batch that wait for their commit while the next is read.


class Rejected(BaseModel):
    """A line of a batch that was not stored; lines count from 1."""

    line: int
    code: str
    message: str
    field: str = ""


class BatchTaken(BaseModel):
    """What became of a batch: each line is accepted, repeated or rejected."""

    accepted: int = 0
    repeated: int = 0
    rejected: list[Rejected] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ratings of one key are read with at one instant."""

    sources: Mapping[str, Source]
    bound: str
    latest: datetime

    def read(self, given: RatingIn | Invalid) -> Rating:
        """Put a rating on our scale.

        Raises:
            Invalid: It can't be read, or as `read_rating`.
        """
        if isinstance(given, Invalid):
            raise given
        return read_rating(given, self.sources, bound_source=self.bound, latest=self.latest)


class Reception:
    """Reads ratings and hands them to the group commit; `ahead` is how far the clocks of sources may be ahead."""

    def __init__(self, db: Database, intake: Intake, *, ahead: timedelta = AHEAD) -> None:
        self._db = db
        self._intake = intake
        self._ahead = ahead
        self._sources: Recent[None, dict[str, Source]] = Recent(self._find_sources)

    async def _find_sources(self, _: None) -> dict[str, Source]:
        async with self._db.reading() as session:
            return await sources_by_id(session)

    async def take(self, body: bytes, key: Key) -> tuple[Rating, Outcome]:
        """Take one rating in; it is on disk when this returns.

        Raises:
            Invalid: The rating can't be read.
            Conflict: Its id is taken by a rating with other content.
        """
        try:
            given = RatingIn.model_validate_json(body)
        except ValidationError as error:
            raise explain(error) from error
        rating = (await self._reading(key)).read(given)
        outcome = (await self._intake.submit([rating]))[0]
        if outcome is Outcome.CONFLICT:
            raise _conflict(rating)
        return rating, outcome

    async def take_batch(self, slices: AsyncIterable[Sequence[Line]], key: Key) -> BatchTaken:
        """Take the good ratings of a batch in; they are on disk when this returns.

        Raises:
            TooLarge: The batch is too long; it tells how many were stored before.
            Unavailable: The database does not answer; what was stored may be sent again.
        """
        taken, waiting = BatchTaken(), deque[asyncio.Task[None]]()
        try:
            async for lines in slices:
                good = await self._sort_out(lines, key, taken)
                waiting.append(asyncio.create_task(self._store(good, taken)))
                if len(waiting) == IN_FLIGHT:
                    await waiting.popleft()
        except TooLarge as error:
            await asyncio.gather(*waiting)
            error.details |= {"accepted": taken.accepted, "repeated": taken.repeated}
            raise
        await asyncio.gather(*waiting)
        taken.rejected.sort(key=lambda rejected: rejected.line)
        return taken

    async def _sort_out(self, lines: Sequence[Line], key: Key, taken: BatchTaken) -> list[tuple[int, Rating]]:
        """Give the good ratings of a slice with their lines; the others are told as rejected."""
        reading, good = await self._reading(key), list[tuple[int, Rating]]()
        for number, given in lines:
            try:
                good.append((number, reading.read(given)))
            except Invalid as error:
                taken.rejected.append(_rejected(number, error))
        return good

    async def _reading(self, key: Key) -> Reading:
        sources = await self._sources.get(None) or {}
        # In the zone of most ratings: instants of one zone are compared three times as fast.
        latest = (self._db.clock.now() + self._ahead).astimezone(SHANGHAI)
        return Reading(sources, bound=key.source_id, latest=latest)

    async def _store(self, good: Sequence[tuple[int, Rating]], taken: BatchTaken) -> None:
        outcomes = await self._intake.submit([rating for _, rating in good])
        taken.accepted += outcomes.count(Outcome.ACCEPTED)
        taken.repeated += outcomes.count(Outcome.REPEATED)
        if Outcome.CONFLICT in outcomes:
            taken.rejected.extend(_conflicts(good, outcomes))


def _rejected(number: int, error: DubanError) -> Rejected:
    return Rejected(line=number, code=error.code, message=error.message, field=error.field)


def _conflicts(good: Sequence[tuple[int, Rating]], outcomes: Sequence[Outcome]) -> Iterator[Rejected]:
    for (number, rating), outcome in zip(good, outcomes, strict=True):
        if outcome is Outcome.CONFLICT:
            yield _rejected(number, _conflict(rating))


def _conflict(rating: Rating) -> Conflict:
    event = rating.event
    message = f"办件 {event.project_no} 第 {event.service_number} 次服务的评价已收下，且内容不同：未作更改"
    return Conflict(message, code="rating.conflict", field="service_number", rating_id=event.rating_id)
