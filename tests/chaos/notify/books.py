"""What a drill left behind, read from outside: notify's database, its stream, and what arrived in the world."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import redis
from sqlalchemy import Engine, text

from services.notify.domain import MOST_ATTEMPTS
from shared.events.deadlines import NoticeIssued
from shared.events.envelope import Envelope

TOLD = "verdict IN ('send', 'send_late')"
KEY = "task_id, clock, due_at, rung, offset_days, occurrence, recipient"
Attempt = tuple[str, int]  # Parcel, number.


@dataclass(slots=True)
class Books:
    """All records of one drill.

    Attributes:
        told: Notices that somebody was to be told.
        keys: How many rows a unique key has.
        inbox: How often a notice is in the inbox.
        issued: How often a notice stands in the stream.
        outcomes: What the records say of each attempt.
        packed: Which parcels a notice left in.
        arrived: How often an attempt arrived outside.
        delivered: How often a notice arrived outside.
    """

    told: set[str] = field(default_factory=set)
    keys: Counter[tuple[object, ...]] = field(default_factory=Counter)
    inbox: Counter[str] = field(default_factory=Counter)
    issued: Counter[str] = field(default_factory=Counter)
    outcomes: dict[Attempt, str] = field(default_factory=dict)
    packed: dict[str, set[str]] = field(default_factory=dict)
    arrived: Counter[Attempt] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)

    @property
    def ambiguous(self) -> set[Attempt]:
        """Attempts that a kill left without an answer, as the records list them."""
        return {attempt for attempt, outcome in self.outcomes.items() if outcome == "unknown"}


def read(engine: Engine, redis_url: str, arrivals: Path) -> Books:
    """Read everything."""
    books = Books()
    with engine.connect() as connection:
        books.told = set(connection.execute(text(f"SELECT id FROM notices WHERE {TOLD}")).scalars())  # noqa: S608
        books.keys = Counter(tuple(row) for row in connection.execute(text(f"SELECT {KEY} FROM notices")))  # noqa: S608
        books.inbox = Counter(connection.execute(text("SELECT notice_id FROM inbox")).scalars())
        for notice, parcel, number, outcome in connection.execute(
            text("SELECT notice_id, parcel_id, number, outcome FROM deliveries")
        ):
            books.outcomes[(parcel or "", number)] = outcome
            books.packed.setdefault(notice, set()).add(parcel or "")
    books.issued = _issued(redis_url)
    for line in arrivals.read_bytes().splitlines():
        said = json.loads(line)
        books.arrived[(said["parcel"], said["number"])] += 1
        books.delivered.update(said["notices"])
    return books


def _issued(redis_url: str) -> Counter[str]:
    with redis.Redis.from_url(redis_url) as client:
        entries: list[tuple[bytes, dict[bytes, bytes]]] = client.xrange("deadlines")
    events = [Envelope.read(fields[b"__data__"]).data for _, fields in entries]
    return Counter(event.notice_id for event in events if isinstance(event, NoticeIssued))


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with the books; all empty when every notice came once.

    Attributes:
        lost: Notices that an undisturbed service tells, and that are missing here, in the stream, the inbox or outside.
        unsent: Attempts recorded as sent that did not arrive.
        doubled: Notices that were recorded twice, or told though an undisturbed service does not.
        unlisted: Attempts that arrived, and arrivals beyond the first, that no record calls ambiguous.
        unrepeated: Ambiguous attempts, but for the last one that is made, after which the same parcel was not tried
            again.
    """

    lost: frozenset[str]
    unsent: frozenset[Attempt]
    doubled: frozenset[str]
    unlisted: frozenset[Attempt]
    unrepeated: frozenset[Attempt]


def compare(books: Books, expected: set[str]) -> Findings:
    """Hold the books against themselves, the world, and what an undisturbed service told."""
    places = (books.told, books.issued, books.inbox, books.delivered)
    twice = {one for place in (books.issued, books.inbox) for one, times in place.items() if times > 1}
    twice |= {one for one, parcels in books.packed.items() if len(parcels) > 1}
    twice |= {str(key) for key, times in books.keys.items() if times > 1}
    sent = {attempt for attempt, outcome in books.outcomes.items() if outcome == "sent"}
    return Findings(
        lost=frozenset(one for one in expected if not all(one in place for place in places)),
        unsent=frozenset(sent - books.arrived.keys()),
        doubled=frozenset(twice | (books.told - expected) | (books.issued.keys() - books.told)),
        unlisted=frozenset(_unlisted(books, sent)),
        unrepeated=frozenset(one for one in books.ambiguous if _should_follow(one) not in books.outcomes),
    )


def _should_follow(attempt: Attempt) -> Attempt:
    """Give the attempt after one, or the same where no more are made."""
    parcel, number = attempt
    return parcel, min(number + 1, MOST_ATTEMPTS)


def _unlisted(books: Books, sent: set[Attempt]) -> set[Attempt]:
    """Find arrivals that the records do not own up to: each is an attempt sent once, or an ambiguous one."""
    known = sent | books.ambiguous
    return {one for one, times in books.arrived.items() if times > 1 or one not in known}
