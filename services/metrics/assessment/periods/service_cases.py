"""Use cases about single cases: judges' scores, exemptions 容错, and appeals that score again in the open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from services.metrics.assessment.periods import counting, repository, repository_cases
from services.metrics.assessment.periods.domain import check_appeal, check_other, check_step, span_of
from services.metrics.assessment.periods.service import Counted, Order, replace_run
from services.metrics.assessment.ports import Measures
from services.metrics.assessment.schemes import repository as schemes
from services.metrics.assessment.schemes.domain import Case, MeasureSource, Part, Scheme
from services.metrics.assessment.scoring.domain_ranks import ranks
from services.metrics.assessment.scoring.domain_scores import readings_of, score
from services.metrics.models import AppealRow, ExemptionRow
from shared.clock import local_date
from shared.database import SyncTx
from shared.errors import Conflict, Invalid, NotFound
from shared.events import assessment as events
from shared.streams.history import ArchiveHead

REASONS = {
    "pioneering": "先行先试出现失误",
    "reform": "改革创新探索中的偏差",
    "force_majeure": "不可抗力或政策调整",
    "other_party": "因其他单位或上级原因",
}


@dataclass(frozen=True, slots=True)
class Observed:
    """A judge's score of a unit on an observation day, from nought to a hundred."""

    day: date
    judge: str
    unit_id: str
    points: Decimal
    why: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """An appeal as a unit files it."""

    appeal_id: str
    period: str
    unit_id: str
    line: str
    subjects: Sequence[str]
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An exemption as somebody asks for it."""

    exemption_id: str
    unit_id: str
    subject: str
    reason: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom and why."""

    is_granted: bool
    by: str
    why: str


def observe(tx: SyncTx, scores: Sequence[Observed], by: str) -> None:
    """Keep judges' scores; a correction is a new entry, and says why.

    Raises:
        Invalid: A unit is not known, a day lies ahead, or a correction does not say why.
    """
    known = {body.unit_id for body in repository.bodies(tx.connection)}
    for one in scores:
        if one.unit_id not in known:
            raise Invalid(f"没有单位 {one.unit_id}，请核对编号", code="observation.unit", field="unit")
        if one.day > local_date(tx.now):
            raise Invalid(f"观摩日 {one.day} 在将来，请核对日期", code="observation.day", field="day")
        _check_correction(tx.connection, one)
        values: dict[str, object] = {
            "day": one.day,
            "judge": one.judge,
            "unit_id": one.unit_id,
            "points": str(one.points),
        }
        values |= {"entered_at": tx.now, "entered_by": by, "why": one.why}
        repository_cases.add_observation(tx.connection, values)
        told = events.ObservationScored(
            unit_id=one.unit_id, day=one.day, judge=one.judge, hundredths=int(one.points * 100)
        )
        tx.outbox.add(told, time=tx.now, revision=0)


def _check_correction(connection: Connection, one: Observed) -> None:
    entered = repository_cases.observation_history(connection, one.day, one.unit_id)
    if not one.why and any(row.judge == one.judge for row in entered):
        message = f"评委 {one.judge} 在 {one.day} 已给 {one.unit_id} 打分；更正须在 why 中写明原因"
        raise Invalid(message, code="observation.again", field="why")


def ask_exemption(tx: SyncTx, asked: Asked) -> None:
    """Ask that a case of a unit be taken out of the deductions.

    Raises:
        Invalid: The reason is none of the list.
    """
    if asked.reason not in REASONS:
        message = f"reason 的取值 {asked.reason} 无效，可用：{'、'.join(REASONS)}"
        raise Invalid(message, code="exemption.reason", field="reason")
    values: dict[str, object] = {
        "exemption_id": asked.exemption_id,
        "unit_id": asked.unit_id,
        "subject": asked.subject,
    }
    values |= {"reason": asked.reason, "text": asked.text, "requested_at": tx.now, "requested_by": asked.by}
    repository_cases.add(tx.connection, ExemptionRow, {**values, "state": "requested", "decision": ""})
    tx.outbox.add(_exemption(events.ExemptionRequested, asked, asked.by), time=tx.now, revision=1)


def decide_exemption(tx: SyncTx, name: str, decision: Decision) -> None:
    """Approve or refuse an exemption; it counts in what is scored from then on.

    Raises:
        NotFound: There is none such.
        Forbidden: Who decides is who asked.
        Conflict: It is decided.
    """
    row = repository_cases.exemption(tx.connection, name)
    check_other(decision.by, row.requested_by, about="容错")
    values = {"state": "approved" if decision.is_granted else "refused", **_decided(tx, decision)}
    repository_cases.decide(tx.connection, ExemptionRow, name, "requested", values)
    kind = events.ExemptionApproved if decision.is_granted else events.ExemptionRefused
    tx.outbox.add(_exemption(kind, row, decision.by), time=tx.now, revision=2)


def _exemption(kind: type[events.ExemptionEvent], told: Asked | Row[Any], by: str) -> events.ExemptionEvent:
    return kind(
        exemption_id=told.exemption_id, unit_id=told.unit_id, case=told.subject, reason=told.reason, by=by
    )


def _decided(tx: SyncTx, decision: Decision) -> dict[str, object]:
    return {"decided_at": tx.now, "decided_by": decision.by, "decision": decision.why}


def file_appeal(tx: SyncTx, filed: Filed) -> None:
    """File an appeal against a line of a unit's score.

    Raises:
        NotFound: There is no such period, or no such line.
        Conflict: The period is not closed, or the window is over.
        Invalid: A line of a measure is appealed against without naming cases.
    """
    row = repository.period(tx.connection, filed.period)
    check_step("appeal", row.state, filed.period)
    check_appeal(tx.now, row.appeals_until, filed.period)
    found = repository.scores(tx.connection, filed.period, row.run).get(filed.unit_id)
    if found is None:
        message = f"单位 {filed.unit_id} 在周期 {filed.period} 不参加计分，无从申诉"
        raise NotFound(message, code="score.unknown", field="unit")
    held = repository.run(tx.connection, filed.period, row.run).scheme_version
    line = line_of(schemes.numbered(tx.connection, row.scheme, held).scheme, filed.line)
    if _is_measured(line) and not filed.subjects:
        message = f"对 {filed.line} 的申诉须在 subjects 中列出有异议的事项编号（可从该项的明细中查到）"
        raise Invalid(message, code="appeal.subjects", field="subjects")
    values: dict[str, object] = {
        "appeal_id": filed.appeal_id,
        "period_id": filed.period,
        "run": row.run,
        "line": filed.line,
    }
    values |= {"unit_id": filed.unit_id, "subjects": list(filed.subjects), "text": filed.text}
    values |= {"filed_at": tx.now, "filed_by": filed.by, "state": "filed", "decision": ""}
    repository_cases.add(tx.connection, AppealRow, values)
    told = events.AppealFiled(
        appeal_id=filed.appeal_id,
        period_id=filed.period,
        unit_id=filed.unit_id,
        line=filed.line,
        by=filed.by,
        run=row.run,
        subjects=tuple(filed.subjects),
    )
    tx.outbox.add(told, time=tx.now, revision=1)


def line_of(scheme: Scheme, code: str) -> Part | Case:
    """Give a part or case of a scheme by its code.

    Raises:
        NotFound: There is none.
    """
    for line in scheme.lines():
        if line.code == code:
            return line
    known = "、".join(line.code for line in scheme.lines())
    raise NotFound(f"办法 {scheme.scheme} 没有 {code} 一项，可用：{known}", code="line.unknown", field="line")


def _is_measured(line: Part | Case) -> bool:
    return isinstance(line, Case) or isinstance(line.source, MeasureSource)


def decide_appeal(
    tx: SyncTx, measures: Measures, name: str, decision: Decision, head: ArchiveHead
) -> int | None:
    """Decide an appeal; when it is upheld the line is measured without its cases and the unit is scored again.

    Nothing else of the period changes: the other lines keep what was measured at closing.

    Raises:
        NotFound: There is no such appeal.
        Forbidden: Who decides is who filed it.
        Conflict: It is decided, or the period is no longer closed.
    """
    row = repository_cases.appeal(tx.connection, name)
    check_other(decision.by, row.filed_by, about="申诉")
    period = repository.period(tx.connection, row.period_id)
    check_step("appeal", period.state, row.period_id)
    state = "upheld" if decision.is_granted else "dismissed"
    repository_cases.decide(
        tx.connection, AppealRow, name, "filed", {"state": state, **_decided(tx, decision)}
    )
    number = None
    if decision.is_granted:
        order = Order("appeal", decision.by, decision.why, name)
        counted = _scored_again(tx.connection, measures, row, period, tx.now)
        number = replace_run(tx, counted, head, order)
        repository_cases.decide(tx.connection, AppealRow, name, "upheld", {"new_run": number})
    told = events.AppealDecided(
        appeal_id=name,
        period_id=row.period_id,
        unit_id=row.unit_id,
        line=row.line,
        by=decision.by,
        upheld=decision.is_granted,
        run=number,
    )
    tx.outbox.add(told, time=tx.now, revision=2)
    return number


def _scored_again(
    connection: Connection, measures: Measures, appeal: Row[Any], period: Row[Any], now: datetime
) -> Counted:
    held = repository.run(connection, period.period_id, period.run)
    version = schemes.numbered(connection, period.scheme, held.scheme_version)
    stood = repository.scores(connection, period.period_id, period.run)
    line = line_of(version.scheme, appeal.line)
    made = counting.setting(connection, version.scheme, span_of(period.label), held.as_of)
    if not _is_measured(line):  # Judges' scores that were corrected since count.
        made = replace(made, as_of=now)
    one = stood[appeal.unit_id][0]
    if one.total is None:
        message = f"单位 {appeal.unit_id} 在周期 {period.period_id} 没有得分，请以重新计分处理"
        raise Conflict(message, code="appeal.no_score", field="unit")
    again = counting.read(connection, measures, made, line, appeal.unit_id)
    readings = readings_of(one.lines) | {line.code: again}
    scores = {unit: was for unit, (was, _rank) in stood.items()}
    scores[one.unit_id] = score(version.scheme, readings, unit_id=one.unit_id, class_code=one.class_code)
    placed = ranks(version.scheme, scores.values())
    scored = {unit: (found, placed[unit]) for unit, found in scores.items()}
    return Counted(period, version, held.as_of, scored, repository.cursors(connection))
