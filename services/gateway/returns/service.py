"""Use case of the feeder: what archived events say becomes subjects and returns, in one transaction with the cursor.

Invariant: an event makes its return once, whatever is read again; nothing is written while another replica reads.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from services.gateway.returns import repository
from services.gateway.returns.domain import State, Step, SubjectKind, return_id
from services.gateway.returns.domain_events import (
    CARRIED,
    Happened,
    Merged,
    Opened,
    Origin,
    Said,
    may_say,
    read,
)
from services.gateway.returns.models import ReturnRow, ReturnSubject
from services.gateway.returns.repository import Found
from services.gateway.returns.service_targets import wanted_steps
from shared.clock import local_date
from shared.database import Tx
from shared.events.envelope import Envelope

log = logging.getLogger(__name__)
Key = tuple[str, str]  # Kind, subject id.
NO_SOURCE = "尚未收到该评价或工单本身，不知回传给哪个来源"


class Heard(NamedTuple):
    """One thing that was said, and by which event."""

    position: int
    event_id: str
    said: Said


async def take(tx: Tx, found: Found, *, real_now: datetime) -> bool:
    """Write what `found` says and move the cursor behind it; false, and nothing is, when another replica was there."""
    if await repository.lock_cursor(tx.session) != found.after:
        return False
    heard = _hear(found)
    if heard:
        desk = await _open_desk(tx, heard, real_now)
        for one in heard:
            await _take_one(desk, one)
    await repository.move_cursor(tx.session, found.reached)
    return True


def _hear(found: Found) -> list[Heard]:
    worth = [entry for entry in found.entries if may_say(entry[2], entry[3])]
    envelopes = Envelope.read_all([payload for _, _, _, payload in worth])
    heard = []
    for (position, event_id, type_, _), envelope in zip(worth, envelopes, strict=True):
        if isinstance(envelope, ValueError):  # The archive keeps it, the bus has told of it.
            log.warning(
                "archive position %d: an event %s that can't be read goes back nowhere", position, type_
            )
            continue
        said = read(envelope)
        if said is not None:
            heard.append(Heard(position, event_id, said))
    return heard


@dataclass(slots=True)
class _Desk:
    """What one transaction knows: subjects by key and by task, and who wants what."""

    tx: Tx
    real_now: datetime
    subjects: dict[Key, ReturnSubject]
    wanted: Mapping[str, frozenset[Step]]
    occurrences: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def concerned(self, happened: Happened) -> list[ReturnSubject]:
        """Give the subjects that a step is about: those of its task, and orders that were merged into it."""
        task_id, carried = happened.task_id, happened.step in CARRIED
        return [
            one
            for one in self.subjects.values()
            if one.task_id == task_id or (carried and one.merged_into == task_id)
        ]

    async def number(self, subject: ReturnSubject, step: Step) -> int:
        """Count a step of a subject: 1 for the first."""
        key = (subject.kind, subject.subject_id, step)
        if key not in self.occurrences:
            self.occurrences[key] = await repository.last_occurrence(self.tx.session, subject, step)
        self.occurrences[key] += 1
        return self.occurrences[key]


async def _open_desk(tx: Tx, heard: Sequence[Heard], real_now: datetime) -> _Desk:
    ids = {one.said.subject_id for one in heard if not isinstance(one.said, Happened)}
    tasks = {one.said.task_id for one in heard if isinstance(one.said, Happened | Merged)}
    rows = await repository.subjects_of(tx.session, ids, tasks)
    subjects = {(row.kind, row.subject_id): row for row in rows}
    return _Desk(tx, real_now, subjects, await wanted_steps(tx.session))


async def _take_one(desk: _Desk, heard: Heard) -> None:
    match heard.said:
        case Origin() as origin:
            await _place(desk, origin)
        case Opened() as opened:
            _subject(desk, opened.kind, opened.subject_id).task_id = opened.task_id
        case Merged() as merged:
            _merge(desk, merged)
        case Happened() as happened:
            for subject in desk.concerned(happened):
                await _add(desk, subject, heard, happened)


def _merge(desk: _Desk, merged: Merged) -> None:
    """Follow an order into another task, with those that were merged into its own before."""
    before = [one for one in desk.subjects.values() if one.merged_into == merged.task_id]
    for one in (_subject(desk, merged.kind, merged.subject_id), *before):
        one.merged_into = merged.into


def _subject(desk: _Desk, kind: SubjectKind, subject_id: str) -> ReturnSubject:
    """Give a subject; one that is not known yet is remembered without a source."""
    found = desk.subjects.get((kind, subject_id))
    if found is None:
        found = ReturnSubject(kind=kind, subject_id=subject_id, source_id="", number="")
        found.service_number = found.assessment_number = 0
        found.due_on = found.task_id = found.merged_into = None
        desk.subjects[kind, subject_id] = found
        desk.tx.session.add(found)
    return found


async def _place(desk: _Desk, origin: Origin) -> None:
    """Remember where a subject came from; streams keep no order between them, so its returns may be there before."""
    subject = _subject(desk, origin.kind, origin.subject_id)
    was_known = bool(subject.source_id)
    subject.source_id, subject.number, subject.due_on = origin.source_id, origin.number, origin.due_on
    subject.service_number, subject.assessment_number = origin.service_number, origin.assessment_number
    if was_known:
        return
    await desk.tx.session.flush()
    for row in await repository.unplaced(desk.tx.session, subject):
        row.source_id, row.queued_at, row.next_try_at = subject.source_id, desk.real_now, desk.real_now
        is_wanted = Step(row.step) in desk.wanted.get(subject.source_id, ())
        row.state = State.WAITING if is_wanted else State.DISMISSED
        row.reason = "" if is_wanted else "该来源不要求回传这一步"


async def _add(desk: _Desk, subject: ReturnSubject, heard: Heard, happened: Happened) -> None:
    """Queue a return; where its source is known and does not want it, there is nothing to do."""
    is_placed = bool(subject.source_id)
    if is_placed and happened.step not in desk.wanted.get(subject.source_id, ()):
        return
    kind = cast("SubjectKind", subject.kind)
    name = return_id(kind, subject.subject_id, happened.step, heard.event_id)
    if await desk.tx.session.get(ReturnRow, name) is not None:  # The archive is read again.
        return
    row = ReturnRow(id=name, kind=subject.kind, subject_id=subject.subject_id, source_id=subject.source_id)
    row.step, row.occurrence = happened.step, await desk.number(subject, happened.step)
    row.event_id, row.position = heard.event_id, heard.position
    row.content = json.dumps(happened.content, ensure_ascii=False)
    row.happened_at, row.day = happened.at, local_date(happened.at)
    row.state, row.reason = (State.WAITING, "") if is_placed else (State.UNPLACED, NO_SOURCE)
    row.attempts = row.tries = 0
    row.queued_at = row.next_try_at = desk.real_now
    desk.tx.session.add(row)
