"""Use cases of the feeds: what was told of services in batches, of rectifications, units' codes and working days."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import delete, insert

from services.metrics.feeds import repository, repository_rectifications
from services.metrics.models import (
    Base,
    CalendarDay,
    Service,
    ServiceCompletion,
    ServicePause,
    ServiceResumption,
    UnitCode,
)
from shared.database import SyncTx, Tx
from shared.errors import Permanent
from shared.events import Envelope, supervision
from shared.events.rectifications import (
    RectificationCalledBack,
    RectificationEvent,
    RectificationJudged,
    RectificationOpened,
    RectificationRectified,
    RectificationReplied,
)
from shared.events.services import (
    ServiceAccepted,
    ServiceCompleted,
    ServiceEvent,
    ServicePaused,
    ServiceResumed,
)

ROLL_LIMIT = 500  # Marks in one transaction; it holds the only writer of SQLite meanwhile.
E = TypeVar("E", bound=ServiceEvent)
Row = dict[str, object]


def learn_accepted(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep what services were taken on, and under which types their items stand."""
    found = [cause.data for cause in envelopes if isinstance(cause.data, ServiceAccepted)]
    items = [(one.item_code, one.item_type) for one in found if one.item_code and one.item_type]
    repository.put_item_types(tx.connection, items)
    _learn(tx, envelopes, ServiceAccepted, Service, _accepted)


def learn_paused(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep since when limits stand still."""
    _learn(tx, envelopes, ServicePaused, ServicePause, _paused)


def learn_resumed(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep until when they stood still."""
    _learn(tx, envelopes, ServiceResumed, ServiceResumption, _resumed)


def learn_completed(tx: SyncTx, envelopes: Sequence[Envelope]) -> None:
    """Keep what services are done."""
    _learn(tx, envelopes, ServiceCompleted, ServiceCompletion, _completed)


def roll_up_services(tx: SyncTx) -> bool:
    """Count a part of the services that something was told of; tells whether there may be more."""
    return repository.roll(tx.connection, limit=ROLL_LIMIT) == ROLL_LIMIT


async def learn_opened(tx: Tx, event: RectificationOpened) -> None:
    """Keep that a bad rating became a task."""
    await _step(
        tx,
        event,
        "opened",
        holds=event.call_back,
        level=event.level,
        is_named=event.is_named,
        unit_id=event.unit_id or "",
    )


async def learn_judged(tx: Tx, event: RectificationJudged) -> None:
    """Keep whether a rating stands."""
    await _step(tx, event, "judged", holds=event.stands, word=event.verdict, by="、".join(event.by)[:200])


async def learn_rectified(tx: Tx, event: RectificationRectified) -> None:
    """Keep that what was wrong is put right, and whether that was late."""
    await _step(tx, event, "rectified", holds=event.late, word=event.mode)


async def learn_replied(tx: Tx, event: RectificationReplied) -> None:
    """Keep that the rater got an answer."""
    await _step(tx, event, "replied")


async def learn_called_back(tx: Tx, event: RectificationCalledBack) -> None:
    """Keep that the rater was asked again, and whether that reached anybody."""
    await _step(tx, event, "called_back", holds=event.reached, level=event.level)


async def learn_reopening(tx: Tx, event: supervision.TaskReopened) -> None:
    """Keep that a task is owed again: what was put right before does not count."""
    cause = _cause(tx)
    await repository_rectifications.add_step(
        tx.session,
        task_id=event.task_id,
        sequence=cause.sequence,
        revision=cause.revision,
        kind="reopened",
        told_at=cause.time,
        rating_id="",
    )


async def learn_codes(tx: Tx, event: supervision.UnitRegistered) -> None:
    """Keep the codes of a unit; called with its newest word alone."""
    await tx.session.execute(delete(UnitCode).where(UnitCode.unit_id == event.unit_id))
    rows = [{"unit_id": event.unit_id, "code": code} for code in dict.fromkeys(event.codes)]
    if rows:
        await tx.session.execute(insert(UnitCode), rows)


async def learn_days(tx: Tx, event: supervision.CalendarRevised) -> None:
    """Keep the working days of a year, and find anew what they may move; called with its newest word alone."""
    await tx.session.execute(delete(CalendarDay).where(CalendarDay.year == event.year))
    days = dict.fromkeys(event.workdays, True) | dict.fromkeys(event.days_off, False)
    rows = [{"day": day, "year": event.year, "workday": workday} for day, workday in days.items()]
    if rows:
        await tx.session.execute(insert(CalendarDay), rows)
    connection = await tx.session.connection()
    await connection.run_sync(repository.touch_year, event.year)


def _learn(
    tx: SyncTx,
    envelopes: Sequence[Envelope],
    kind: type[E],
    model: type[Base],
    row_of: Callable[[E], Row],
) -> None:
    rows = [
        {
            "service_id": cause.data.service_id,
            "sequence": cause.sequence,
            "revision": cause.revision,
            "told_at": repository.text_of(cause.time),
        }
        | row_of(cause.data)
        for cause in envelopes
        if isinstance(cause.data, kind)
    ]
    repository.add_facts(tx.connection, model, rows)


def _accepted(event: ServiceAccepted) -> Row:
    same = ("source_id", "unit_code", "item_code", "item_type", "region_code", "kind", "place")
    return {
        **{name: getattr(event, name) for name in (*same, "hall", "clerk")},
        "window_code": event.window,
        "accepted_at": repository.text_of(event.accepted_at),
        "promised": event.promised,
        "promised_unit": event.promised_unit,
        "due_on": event.due_on.isoformat() if event.due_on else None,
    }


def _paused(event: ServicePaused) -> Row:
    return {"number": event.number, "reason": event.reason, "at": repository.text_of(event.paused_at)}


def _resumed(event: ServiceResumed) -> Row:
    return {"number": event.number, "at": repository.text_of(event.resumed_at)}


def _completed(event: ServiceCompleted) -> Row:
    return {"outcome": event.outcome, "at": repository.text_of(event.completed_at)}


async def _step(tx: Tx, event: RectificationEvent, kind: str, **more: object) -> None:
    cause = _cause(tx)
    await repository_rectifications.add_step(
        tx.session,
        task_id=event.task_id,
        sequence=cause.sequence,
        revision=cause.revision,
        kind=kind,
        told_at=cause.time,
        rating_id=event.rating_id,
        **more,
    )


def _cause(tx: Tx) -> Envelope:
    if tx.cause is None:
        raise Permanent("a fact needs the event that told it: open the transaction with its cause")
    return tx.cause
