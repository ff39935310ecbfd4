"""Use cases of the sender: begin attempts, and end them with what the platform said.

Invariants: an attempt is on record before its call, and a repeat has the same id; nothing external is called while a
transaction is open; an attempt without an end counts as unknown, never as failed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from services.gateway.returns import repository_sending as rows
from services.gateway.returns.domain import (
    STATE_AFTER,
    Outcome,
    State,
    Step,
    SubjectKind,
    Verdict,
    wait_after,
)
from services.gateway.returns.domain_form import Form, Value, typed
from services.gateway.returns.domain_texts import Wanted
from services.gateway.returns.models import ReturnAttempt, ReturnRow, ReturnSubject, ReturnTarget
from services.gateway.returns.ports import Seal
from services.gateway.returns.service_targets import form_of, headers_of
from shared.database import Tx
from shared.errors import DubanError
from shared.events.exchange import ReturnDelivered, ReturnRefused

AT_ONCE = 8  # Calls of one target at the same time; of one round, which is as long as its slowest call.
_UNTIL_SET_AGAIN = timedelta(minutes=5)  # Between two looks at a target that can't be used.
_MARGIN = timedelta(seconds=30)  # Beyond the longest call, until an attempt without an end counts as lost.
NO_WORD = "发送中断，没有等到回答；将以同一编号重报"


@dataclass(frozen=True, slots=True)
class Way:
    """How a platform is called in one round; `secret` and the values of `headers` are never recorded."""

    url: str
    form: Form
    secret: str
    headers: Mapping[str, str]
    timeout: float
    proxy: str
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that is on record, and is to be made now."""

    return_id: str
    number: int
    wanted: Wanted
    values: Mapping[str, Value]


class Claim(NamedTuple):
    """What was claimed; `is_moved` where another look may find more, though nothing is to be sent now."""

    way: Way | None = None
    begun: Sequence[Begun] = ()
    is_moved: bool = False


async def begin(tx: Tx, source_id: str, *, seal: Seal, real_now: datetime) -> Claim:
    """Claim what may go out to the platform of a source; nothing while another replica claims for it."""
    target = await rows.lock_target(tx.session, source_id)
    if target is None or not target.enabled or (target.not_before and target.not_before > real_now):
        return Claim()
    for row in await rows.lost(tx.session, source_id, real_now):
        await _end_lost(tx, row, real_now)
    await tx.session.flush()
    most = min(AT_ONCE, await rows.left_of_minute(tx.session, target, real_now))
    if most == 0:
        return Claim()
    found, put_off = await rows.due(tx.session, source_id, real_now, most=most)
    if not found:
        return Claim(is_moved=put_off > 0)
    try:
        way = _way(target, seal)
    except DubanError as error:  # The target has to be set again: all that waits says so.
        for row, _ in found:
            row.reason, row.next_try_at = error.message, real_now + _UNTIL_SET_AGAIN
        return Claim()
    return Claim(way, await _begin_all(tx, found, way, real_now), is_moved=True)


async def _begin_all(
    tx: Tx, found: Sequence[tuple[ReturnRow, ReturnSubject]], way: Way, real_now: datetime
) -> list[Begun]:
    begun = []
    for row, subject in found:
        one = _begin_one(tx, row, subject, way, real_now)
        if one is None:
            await rows.release_next(tx.session, row, real_now)
        else:
            begun.append(one)
    return begun


def _way(target: ReturnTarget, seal: Seal) -> Way:
    secret = seal.open(target.secret).decode() if target.secret is not None else ""
    headers = headers_of(target, seal)
    return Way(target.url, form_of(target), secret, headers, target.timeout, target.proxy, target.ca_file)


def _begin_one(tx: Tx, row: ReturnRow, subject: ReturnSubject, way: Way, real_now: datetime) -> Begun | None:
    step = Step(row.step)
    if step not in way.form.codes or row.kind not in way.form.kinds:
        row.state, row.reason = State.DISMISSED, "该来源的回传格式没有这一步的状态码"
        return None
    row.state, row.attempts, row.tries = State.SENDING, row.attempts + 1, row.tries + 1
    row.lost_at = real_now + timedelta(seconds=2 * way.timeout) + _MARGIN
    attempt = ReturnAttempt(return_id=row.id, number=row.attempts, source_id=row.source_id, begun_at=real_now)
    attempt.outcome, attempt.detail = Outcome.SENDING, ""
    attempt.status = attempt.latency_ms = None
    tx.session.add(attempt)
    wanted = Wanted(row.source_id, row.kind, row.subject_id, subject.task_id or "", step, row.occurrence)
    return Begun(row.id, row.attempts, wanted, _values(row, subject, way.form))


def _values(row: ReturnRow, subject: ReturnSubject, form: Form) -> dict[str, Value]:
    """Say what the fields of a form may say, but for texts."""
    said: dict[str, Value] = {
        "return_id": row.id,
        "source": row.source_id,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "number": subject.number,
        "step": row.step,
        "code": form.codes[Step(row.step)],
        "occurrence": row.occurrence,
        "at": row.happened_at,
        "service_number": subject.service_number or None,
        "assessment_number": subject.assessment_number or None,
        "due_on": subject.due_on,
    }
    return typed(json.loads(row.content)) | said


async def _end_lost(tx: Tx, row: ReturnRow, real_now: datetime) -> None:
    attempt = await tx.session.get(ReturnAttempt, (row.id, row.attempts))
    if attempt is not None and attempt.outcome == Outcome.SENDING:
        attempt.outcome, attempt.detail = Outcome.UNKNOWN, NO_WORD
    row.state, row.reason, row.lost_at = State.UNKNOWN, NO_WORD, None
    row.next_try_at = real_now


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that was made: what it came to, how long it took, and where in its wait chance puts the next one."""

    begun: Begun
    verdict: Verdict
    latency_ms: int
    spread: float


async def end(tx: Tx, source_id: str, ended: Sequence[Ended], *, real_now: datetime) -> None:
    """Record what attempts came to; one that counted as lost in between changes its return only by being delivered."""
    for one in sorted(ended, key=lambda each: each.begun.return_id):
        row = await rows.lock_row(tx.session, one.begun.return_id)
        attempt = await tx.session.get(ReturnAttempt, (one.begun.return_id, one.begun.number))
        if row is None or attempt is None:
            continue
        attempt.outcome, attempt.detail = one.verdict.outcome, one.verdict.detail
        attempt.status, attempt.latency_ms = one.verdict.status, one.latency_ms
        is_last = row.state == State.SENDING and row.attempts == one.begun.number
        is_late_yes = one.verdict.outcome is Outcome.DELIVERED and row.state in {
            *(State.SENDING, State.UNKNOWN, State.WAITING)
        }
        if is_last or is_late_yes:
            await _settle(tx, row, one, real_now)
    silences = [one.verdict.leave_alone for one in ended if one.verdict.leave_alone is not None]
    if silences:
        target = await tx.session.get(ReturnTarget, source_id)
        if target is not None:
            target.not_before = real_now + max(silences)


async def _settle(tx: Tx, row: ReturnRow, ended: Ended, real_now: datetime) -> None:
    verdict = ended.verdict
    row.state, row.lost_at = STATE_AFTER[verdict.outcome], None
    row.reason = "" if row.state == State.DELIVERED else verdict.detail
    row.next_try_at = real_now + wait_after(row.tries, spread=ended.spread, asked=verdict.leave_alone)
    if row.state == State.DELIVERED:
        row.delivered_at = real_now
        await rows.release_next(tx.session, row, real_now)
    publish_end(tx, row)


def publish_end(tx: Tx, row: ReturnRow) -> None:
    """Tell subscribers that a return was taken or refused."""
    model = {State.DELIVERED: ReturnDelivered, State.REFUSED: ReturnRefused}.get(State(row.state))
    if model is None:
        return
    event = model(
        return_id=row.id,
        source_id=row.source_id,
        subject_kind=cast("SubjectKind", row.kind),
        subject_id=row.subject_id,
        step=row.step,
        attempts=max(1, row.attempts),
    )
    tx.publish(event, revision=row.attempts)
