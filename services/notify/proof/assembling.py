"""Assembles the page of a proof out of what was read and found; text by `wording`, no decision of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notify.models import DeliveryRow, TaskRow
from services.notify.proof import wording
from services.notify.proof.domain import Archived, Downtime, Problem, down_at, issued
from services.notify.proof.domain_answers import HELD_BY, Answer, Held, basis
from services.notify.proof.domain_gaps import Gap, Why
from services.notify.proof.domain_history import Extension, History
from services.notify.proof.page import (
    AnswerPart,
    ArchivePart,
    AttemptPart,
    ClockPart,
    EraPart,
    ExtensionPart,
    GapPart,
    NoticePart,
    ProofPage,
    SpanPart,
    UnitsPart,
)
from services.notify.proof.repository import Recorded
from services.notify.repository_notices import TOLD


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page is written from."""

    task: TaskRow
    recorded: Sequence[Recorded]
    names: dict[str, str]
    down: Sequence[Downtime]
    archived: Sequence[Archived]
    history: History
    answers: Sequence[Answer] = ()


def assemble(
    paper: Paper, gaps: Sequence[Gap], problems: Sequence[Problem], *, now: datetime, drill: bool
) -> ProofPage:
    """Write the page."""
    task, flawed = paper.task, {problem.about for problem in problems}
    said = [wording.problem_text(problem) for problem in problems]
    unexplained = sum(gap.why is Why.UNEXPLAINED for gap in gaps)
    told = sum(one.notice.verdict in TOLD for one in paper.recorded)
    return ProofPage(
        task_id=task.task_id,
        number=task.number,
        title=task.title,
        state=task.state,
        made_at=now,
        drill=drill,
        verified=not problems,
        verdict=wording.verdict_text(told, said, unexplained=unexplained),
        problems=said,
        unexplained=unexplained,
        clocks=_clocks(paper.history),
        units=[
            UnitsPart(since=since, units=[wording.mailbox_name(unit, paper.names) for unit, _ in roles])
            for since, roles in paper.history.roles
        ],
        notices=_notices(paper, flawed),
        answers=[_answer(one, paper) for one in paper.answers],
        gaps=[_gap(gap, paper) for gap in gaps],
        downtimes=[SpanPart(begin=one.begin, end=one.end) for one in paper.down],
        archive=_archive(paper.archived[-1]) if paper.archived else None,
    )


def _clocks(history: History) -> list[ClockPart]:
    return [
        ClockPart(
            clock=clock,
            clock_word=wording.clock_word(clock),
            eras=[
                EraPart(due_at=era.due_at, known_from=era.known_from, until=era.until)
                for era in history.eras
                if era.clock == clock
            ],
            extensions=[_extension(one) for one in history.extensions if one.clock == clock],
        )
        for clock in dict.fromkeys(era.clock for era in history.eras)
    ]


def _extension(one: Extension) -> ExtensionPart:
    return ExtensionPart(
        number=one.number,
        asked_at=one.asked_at,
        old_due_at=one.old_due_at,
        wanted_on=one.wanted_on,
        outcome=one.outcome,
        outcome_word=wording.EXTENSIONS.get(one.outcome, one.outcome),
        granted_on=one.granted_on,
        decided_at=one.decided_at,
    )


def _notices(paper: Paper, flawed: set[str]) -> list[NoticePart]:
    places = {notice: found[0][0] for notice, found in issued(paper.archived).items()}
    return [_notice(one, paper, places.get(one.notice.id), flawed) for one in paper.recorded]


def _notice(one: Recorded, paper: Paper, place: Archived | None, flawed: set[str]) -> NoticePart:
    row, told = one.notice, one.notice.verdict in TOLD
    return NoticePart(
        id=row.id,
        clock=row.clock,
        clock_word=wording.clock_word(row.clock),
        due_at=row.due_at,
        rung=row.rung,
        rung_word=wording.rung_text(
            row.rung, row.offset_days, row.occurrence, paper.history.counted(row.clock, row.due_at)
        ),
        offset_days=row.offset_days,
        occurrence=row.occurrence,
        recipient=row.recipient,
        recipient_name=wording.mailbox_name(row.recipient, paper.names),
        planned_at=row.planned_at,
        decided_at=row.decided_at,
        verdict=row.verdict,
        told=told,
        reason=_reason(one, paper),
        late=row.late,
        rules_version=row.rules_version,
        read_at=one.read_at,
        attempts=[_attempt(attempt) for attempt in one.attempts],
        archive=_archive(place) if place else None,
        verified=row.id not in flawed and bool(place) is told and not _lacks_its_answer(one, paper),
    )


def _answer(one: Answer, paper: Paper) -> AnswerPart:
    said = one.said
    return AnswerPart(
        notice_id=said.notice_id,
        clock=said.clock,
        clock_word=wording.clock_word(said.clock),
        recipient=said.recipient,
        recipient_name=wording.mailbox_name(said.recipient, paper.names),
        answer=said.answer,
        answer_word=wording.ANSWERS.get(said.answer, said.answer),
        at=said.at,
        until_at=said.until_at,
        by=said.by,
        reason=one.reason,
        archive=_archive(one.place) if one.place else None,
    )


def _basis(one: Recorded, paper: Paper) -> Archived | None:
    """Give the archived answer that held a notice back."""
    row = one.notice
    found = basis(Held(row.verdict, row.clock, row.recipient, row.due_at, row.decided_at), paper.answers)
    return found.place if found else None


def _lacks_its_answer(one: Recorded, paper: Paper) -> bool:
    return one.notice.verdict in HELD_BY and _basis(one, paper) is None


def _reason(one: Recorded, paper: Paper) -> str:
    row = one.notice
    word = wording.VERDICTS.get(row.verdict, row.verdict) + (f"（{row.reason}）" if row.reason else "")
    if row.verdict in HELD_BY:
        place = _basis(one, paper)
        return f"{word}；{wording.answer_place(place.position if place else None)}"
    if row.verdict in wording.OUTSIDE:
        return f"{word}；{wording.OUTSIDE[row.verdict]}"
    if not row.late:
        return word
    unblocked = any(row.planned_at < at <= row.decided_at for at in paper.history.unblocked)
    why = wording.late_text(down_at(row.planned_at, paper.down), unblocked=unblocked, behind=row.behind)
    return f"{word}：{why}"


def _attempt(row: DeliveryRow) -> AttemptPart:
    return AttemptPart(
        channel=row.channel,
        number=row.number,
        parcel_id=row.parcel_id,
        outcome=row.outcome,
        outcome_word=wording.outcome_text(row.outcome, row.instead_of),
        detail=row.detail,
        at=row.at,
        instead_of=row.instead_of,
    )


def _archive(one: Archived) -> ArchivePart:
    return ArchivePart(position=one.position, sequence=one.sequence, hash=one.hash)


def _gap(gap: Gap, paper: Paper) -> GapPart:
    key = gap.planned.key
    return GapPart(
        clock=key.clock,
        clock_word=wording.clock_word(key.clock),
        due_at=key.due_at,
        rung=key.rung,
        rung_word=wording.rung_text(
            key.rung, key.offset_days, key.occurrence, paper.history.counted(key.clock, key.due_at)
        ),
        planned_at=gap.planned.planned_at,
        unit_name=wording.mailbox_name(gap.unit, paper.names) if gap.unit else "",
        explained=gap.why is not Why.UNEXPLAINED,
        reason=wording.gap_text(gap),
    )
