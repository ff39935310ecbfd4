"""Use case: put the proof of one task together out of the records here and the events there.

Invariant: reading only; and the archive is asked while no database session is open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from services.notify.domain import notice_id, rungs
from services.notify.domain_parcels import ASKED
from services.notify.models import NoticeRow, ReplyRow, TaskRow
from services.notify.proof import assembling, repository
from services.notify.proof.adapters import ArchiveReader
from services.notify.proof.domain import (
    Archived,
    Downtime,
    Flaw,
    Problem,
    Told,
    downtimes,
    issued,
    read_links,
    verify,
)
from services.notify.proof.domain_answers import Answer, Said, answers
from services.notify.proof.domain_gaps import Decided, Gap, Key, Records, find_gaps, planned_in
from services.notify.proof.domain_history import Era, History, read_history
from services.notify.proof.page import ProofPage
from services.notify.proof.repository import Recorded, Units
from services.notify.quiet.repository import replies_of
from services.notify.repository_notices import TOLD
from services.notify.rules import Matched, Rulebook
from shared.database import Database
from shared.errors import NotFound, Unavailable
from shared.workdays import WorkCalendar

_COMPARED = (
    "task_id",
    "clock",
    "due_at",
    "rung",
    "offset_days",
    "occurrence",
    "recipient",
    "planned_at",
    "decided_at",
    "late",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded here.

    Attributes:
        down: When no replica ran.
        now: Business time at which it was read.
    """

    task: TaskRow
    recorded: Sequence[Recorded]
    units: Units
    books: Sequence[Rulebook]
    calendar: WorkCalendar
    down: Sequence[Downtime]
    now: datetime
    replies: Sequence[ReplyRow] = ()

    def of_unit(self, unit: str) -> "Facts":
        """Keep what one unit was told."""
        return replace(self, recorded=[one for one in self.recorded if unit_of(one.notice.recipient) == unit])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the archive says, and what of it does not hold."""

    archived: Sequence[Archived]
    history: History
    problems: Sequence[Problem]


async def prove(db: Database, archive: ArchiveReader, task_id: str, *, unit: str = "") -> ProofPage:
    """Make the page of a task; for one unit it holds only what that one was told.

    Raises:
        NotFound: No such task is known here.
    """
    facts = await _facts(db, task_id)
    evidence = await _evidence(archive, task_id)
    gaps = _gaps(facts, evidence.history)
    if unit:
        facts, gaps = facts.of_unit(unit), [gap for gap in gaps if gap.unit in {"", unit}]
    found = [*evidence.problems, *_verify(facts, evidence, unit=unit)]
    paper = assembling.Paper(
        task=facts.task,
        recorded=facts.recorded,
        names=facts.units.names,
        down=facts.down,
        archived=evidence.archived,
        history=evidence.history,
        answers=_answers(facts, evidence, unit=unit),
    )
    return assembling.assemble(paper, gaps, found, now=facts.now, drill=db.clock.drill)


async def _facts(db: Database, task_id: str) -> Facts:
    now = db.clock.now()
    async with db.reading() as session:
        task = await repository.find_task(session, task_id)
        if task is None:
            raise NotFound(
                f"没有事项 {task_id}，请用 duban task list 查编号", code="task.not_found", field="task_id"
            )
        return Facts(
            task=task,
            recorded=await repository.recorded(session, task_id),
            units=await repository.units(session),
            books=await repository.rulebooks(session),
            calendar=await repository.calendar(session),
            down=downtimes(await repository.runs(session)),
            now=now,
            replies=await replies_of(session, task_id),
        )


async def _evidence(archive: ArchiveReader, task_id: str) -> Evidence:
    try:
        links = await archive.links(task_id)
    except Unavailable as error:
        return Evidence((), History(), (Problem(Flaw.NO_ARCHIVE, task_id, error.message),))
    archived, problems = read_links(links)
    return Evidence(archived, read_history(archived), problems)


def _verify(facts: Facts, evidence: Evidence, *, unit: str) -> list[Problem]:
    if any(problem.flaw is Flaw.NO_ARCHIVE for problem in evidence.problems):
        return []
    told = [_told(one.notice) for one in facts.recorded if one.notice.verdict in TOLD]
    events = issued(evidence.archived)
    mine = {
        notice: found
        for notice, found in events.items()
        if not unit or unit_of(found[0][1].recipient) == unit
    }
    return verify(told, mine)


def _answers(facts: Facts, evidence: Evidence, *, unit: str) -> list[Answer]:
    kept = {
        Said(
            row.notice_id, row.clock, row.recipient, row.due_at, row.kind, row.at, row.until_at, row.by
        ): row.reason
        for row in facts.replies
    }
    found = answers(evidence.archived, kept)
    return [one for one in found if not unit or unit_of(one.said.recipient) == unit]


def unit_of(mailbox: str) -> str:
    """Give the unit of a mailbox."""
    return mailbox.partition("/")[0]


def _told(row: NoticeRow) -> Told:
    key = (row.task_id, row.clock, row.due_at.isoformat(), row.rung)
    rest = (
        (row.recipient,) if row.rung == ASKED else (str(row.offset_days), str(row.occurrence), row.recipient)
    )
    return Told(row.id, notice_id(*key, *rest), {name: getattr(row, name) for name in _COMPARED})


def _gaps(facts: Facts, history: History) -> list[Gap]:
    decided = [_decided(one.notice) for one in facts.recorded]
    records = Records(decided, history, facts.down, facts.units.collectives, facts.now)
    task = facts.task
    matched = Matched(task.kind, task.plan_id, task.level, task.answering_unit)
    parts = chain.from_iterable(_under(era, facts.books) for era in history.eras)
    found: list[Gap] = []
    for era, book in parts:
        plan = rungs(era.due_at, book.for_task(matched), facts.calendar, counted=era.counted)
        found += find_gaps(era, planned_in(era, plan, now=facts.now), records)
    return found


def _decided(row: NoticeRow) -> Decided:
    key = Key(row.clock, row.due_at, row.rung, row.offset_days, row.occurrence)
    return Decided(key, unit_of(row.recipient), row.decided_at)


def _under(era: Era, books: Sequence[Rulebook]) -> Iterator[tuple[Era, Rulebook]]:
    """Cut an era where the rules changed, and give each part with its rules."""
    for place, book in enumerate(books):
        ends = [end for end in (era.until, *(later.since for later in books[place + 1 : place + 2])) if end]
        since = max(era.known_from, book.since or era.known_from)
        until = min(ends, default=None)
        if until is None or since < until:
            yield replace(era, known_from=since, until=until), book
