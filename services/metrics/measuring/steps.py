"""Use case: every word on a task becomes a step that never changes; the table says which step an event is.

Invariant: a step is keyed by its task and its place in the stream, so told twice it is there once, in whatever order.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.metrics.measuring import repository_steps
from shared.clock import end_of_day
from shared.database import SyncTx
from shared.events import supervision
from shared.events.envelope import Envelope, Event

CLOCKS = frozenset({"finish", "rectify"})  # Those that a measure reads.
Row = dict[str, object]


def _registered(event: supervision.TaskRegistered) -> Row:
    return {
        "due_at": end_of_day(event.due_on) if event.due_on else None,
        "task_kind": event.kind,
        "plan_id": event.plan_id,
        "unit_id": event.answering_unit,
        "in_year_scope": event.in_year_scope,
    }


def _moved(event: supervision.TaskEvent) -> Row:
    return {"state": event.state}


def _closed(event: supervision.TaskClosed) -> Row:
    return {
        "state": event.state,
        "at": event.closed_at,
        "late": event.late,
        "late_by_original": event.late_by_original,
    }


def _standing(event: supervision.TaskNormalised) -> Row:
    return {
        "state": event.state,
        "at": event.closed_at or event.since,
        "late": event.late,
        "late_by_original": event.late_by_original,
    }


def _asked(event: supervision.ExtensionRequested) -> Row:
    return {"word": event.clock, "due_at": event.old_due_at}


def _started(event: supervision.ClockStarted) -> Row:
    return {"word": event.clock, "due_at": event.due_at, "at": event.started_at}


def _stopped(event: supervision.ClockStopped) -> Row:
    return {"word": event.clock, "at": event.stopped_at}


def _measure(event: supervision.MeasureEvent) -> Row:
    return {"word": event.measure}


# The one table of steps: what each is called, and what it says.
KINDS: Mapping[type[Event], tuple[str, Callable[[Any], Row]]] = {
    supervision.TaskRegistered: ("registered", _registered),
    supervision.TaskAssigned: ("assigned", _moved),
    supervision.TaskAccepted: ("accepted", _moved),
    supervision.TaskProgressed: ("progressed", _moved),
    supervision.TaskSubmitted: ("submitted", _moved),
    supervision.TaskVerified: ("verified", _moved),
    supervision.TaskReturned: ("returned", _moved),
    supervision.TaskClosed: ("closed", _closed),
    supervision.TaskObjected: ("objected", _moved),
    supervision.ObjectionDismissed: ("objection_dismissed", _moved),
    supervision.TaskReassigned: ("reassigned", _moved),
    supervision.TaskInstructed: ("instructed", _moved),
    supervision.TaskSuspended: ("suspended", _moved),
    supervision.TaskResumed: ("resumed", _moved),
    supervision.TaskCancelled: ("cancelled", _moved),
    supervision.TaskReopened: ("reopened", _moved),
    supervision.TaskNormalised: ("standing", _standing),
    supervision.TaskCarriedOver: ("carried_over", _moved),
    supervision.ReviewPassed: ("review_passed", _moved),
    supervision.ExtensionRequested: ("extension_asked", _asked),
    supervision.ExtensionDecided: ("extension_refused", lambda event: {"word": event.clock}),
    supervision.ClockStarted: ("clock_started", _started),
    supervision.ClockStopped: ("clock_stopped", _stopped),
    supervision.MeasureProposed: ("measure_proposed", _measure),
    supervision.MeasureTaken: ("measure_taken", _measure),
    supervision.MeasureDeclined: ("measure_declined", _measure),
    supervision.MeasureLifted: ("measure_lifted", _measure),
}


def learn(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep steps, each once."""
    repository_steps.add(tx.connection, [_step(cause) for cause in causes if _is_kept(cause.data)])


def _is_kept(event: object) -> bool:
    if isinstance(event, supervision.ClockStarted | supervision.ClockStopped):
        return event.clock in CLOCKS
    return True


def _step(cause: Envelope) -> Row:
    event: Any = cause.data
    kind, told = KINDS[type(event)]
    if isinstance(event, supervision.ExtensionDecided):
        kind = f"extension_{event.outcome or ('granted' if event.granted_on else 'refused')}"
    row: Row = {
        "task_id": event.task_id,
        "sequence": cause.sequence,
        "revision": cause.revision,
        "kind": kind,
        "told_at": cause.time,
        "at": cause.time,
    }
    return row | told(event)
