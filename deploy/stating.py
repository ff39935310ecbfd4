"""`duban verify --state`: the ledger's tables held against the archived events, as of one sequence; it reads only."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.rebuild.filling import refuse_trimmed
from deploy.rebuild.places import Archive, archive, places
from services.tasks.ledger.domain_told import Difference, Told, differences
from services.tasks.ledger.repository_told import FEED, read_ledger
from shared.database import Database
from shared.errors import Conflict
from shared.events.envelope import Envelope

PAGE = 5000  # What the archive's export gives at most.
PATIENCE = 10  # Real seconds in which the archive has to reach where the ledger is.


@dataclass(frozen=True, slots=True)
class Stated:
    """What was compared.

    Attributes:
        events: Up to which sequence of the feed, where the ledger was when it was read.
        tasks: How many tasks the tables hold.
        unreadable: Sequences whose bytes are no event of ours, and were passed over.
        differences: By task and field.
    """

    events: int
    tasks: int
    unreadable: Sequence[int]
    differences: Sequence[Difference]

    def lines(self) -> Iterator[Mapping[str, object]]:
        """Give each difference as JSON, and at the end how much was compared."""
        for one in self.differences:
            yield asdict(one)
        told = {"events": self.events, "tasks": self.tasks, "unreadable": list(self.unreadable)}
        yield told | {"differences": len(self.differences)}


async def verify_state(data: Path | None, environment: Mapping[str, str]) -> Stated:
    """Compare the tables of tasks with what the archive's events tell, while everything runs.

    Raises:
        Conflict: The archive does not reach to where the ledger is, has a gap, or retention has removed its beginning.
        Invalid: There are no such databases.
    """
    with places(data, environment, alone=False, service="tasks") as found:
        db = Database(found.database, service="tasks", clock=found.clock)
        try:
            head, tables = await db.look(read_ledger)
        finally:
            await db.close()
        async with archive(found) as held:
            refuse_trimmed(held, [FEED])
            told, unreadable = await _hear(held, head)
    return Stated(head, len(tables), unreadable, differences(told.tasks, tables))


async def _hear(held: Archive, head: int) -> tuple[Told, list[int]]:
    """Hear the events 1 to `head`; what is not archived yet is waited for."""
    told, unreadable, cursor, waited = Told(), [], 0, 0
    while cursor < head:
        page = [one for one in await held.history.read(FEED, cursor, PAGE) if one.sequence <= head]
        if not page and waited < PATIENCE:
            waited += 1
            await asyncio.sleep(1)
            continue
        _refuse_gap(cursor, page[0].sequence if page else 0, head)
        for entry, envelope in zip(page, Envelope.read_all([one.raw for one in page]), strict=True):
            _refuse_gap(cursor, entry.sequence, head)
            cursor = entry.sequence
            if isinstance(envelope, Envelope):
                told.hear(envelope.data)
            else:
                unreadable.append(entry.sequence)
    return told, unreadable


def _refuse_gap(cursor: int, sequence: int, head: int) -> None:
    if sequence != cursor + 1:
        place = f"事件档案缺少 {FEED} 第 {cursor + 1} 号起的事件，台账已到第 {head} 号"
        message = f"{place}：请稍后再试，仍缺少时运行 duban bus repair gateway"
        raise Conflict(message, code="archive.behind", field=FEED)
