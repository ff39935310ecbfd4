"""Use cases of the feeds: what was told of services in batches, of rectifications, units' codes and working days."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete

from services.metrics.feeds import repository
from services.metrics.models import (
    Base,
    CalendarDay,
    RectificationStep,
    Service,
    ServiceCompletion,
    ServicePause,
    ServiceResumption,
    UnitCode,
)
from services.metrics.repository import add_once, table_of
from shared.bulk import insert_rows, put_rows
from shared.database import SyncTx
from shared.events import Envelope, supervision
from shared.events.rectifications import RectificationJudged, RectificationOpened
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
EMPTY_STEP: Row = {"holds": False, "word": "", "level": None, "is_named": False, "unit_id": "", "by": ""}


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


def learn_opened(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that bad ratings became tasks."""
    _keep_steps(tx, causes, "opened", _opened)


def learn_judged(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep whether ratings stand."""
    _keep_steps(tx, causes, "judged", _judged)


def learn_rectified(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that what was wrong is put right, and whether that was late."""
    _keep_steps(tx, causes, "rectified", lambda event: {"holds": event.late, "word": event.mode})


def learn_replied(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that raters got an answer."""
    _keep_steps(tx, causes, "replied")


def learn_called_back(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that raters were asked again, and whether that reached anybody."""
    _keep_steps(tx, causes, "called_back", lambda event: {"holds": event.reached, "level": event.level})


def learn_reopenings(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that tasks are owed again: what was put right before does not count."""
    _keep_steps(tx, causes, "reopened")


def learn_codes(tx: SyncTx, events: Sequence[supervision.UnitRegistered]) -> None:
    """Keep the codes of units; called with the newest word on each alone."""
    tx.connection.execute(delete(UnitCode).where(UnitCode.unit_id.in_([event.unit_id for event in events])))
    rows = [(event.unit_id, code) for event in events for code in dict.fromkeys(event.codes)]
    insert_rows(tx.connection, table_of(UnitCode), rows)


def learn_days(tx: SyncTx, events: Sequence[supervision.CalendarRevised]) -> None:
    """Keep the working days of years, and find anew what they may move; called with the newest word on each alone."""
    for event in events:
        tx.connection.execute(delete(CalendarDay).where(CalendarDay.year == event.year))
        days = dict.fromkeys(event.workdays, True) | dict.fromkeys(event.days_off, False)
        rows = [{"day": day, "year": event.year, "workday": workday} for day, workday in days.items()]
        put_rows(tx.connection, table_of(CalendarDay), rows)
        repository.touch_year(tx.connection, event.year)


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


def _opened(event: RectificationOpened) -> Row:
    return {
        "holds": event.call_back,
        "level": event.level,
        "is_named": event.is_named,
        "unit_id": event.unit_id or "",
    }


def _judged(event: RectificationJudged) -> Row:
    return {"holds": event.stands, "word": event.verdict, "by": "、".join(event.by)[:200]}


def _keep_steps(
    tx: SyncTx, causes: Sequence[Envelope], kind: str, told: Callable[[Any], Row] = lambda _: {}
) -> None:
    rows = []
    for cause in causes:
        event: Any = cause.data
        common = {"task_id": event.task_id, "sequence": cause.sequence, "revision": cause.revision}
        said = {"kind": kind, "told_at": cause.time, "rating_id": getattr(event, "rating_id", "")}
        rows.append(EMPTY_STEP | common | said | told(event))
    add_once(tx.connection, RectificationStep, rows)
