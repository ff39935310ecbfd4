"""Use cases: what the registry and notify tell becomes facts of its subjects, in batches, whatever the order."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from services.metrics import repository, repository_facts
from services.metrics.domain import DONE
from services.metrics.feeds import service as feeds
from services.metrics.models import (
    Base,
    CalendarYear,
    Notice,
    Plan,
    PlanWord,
    StageGoal,
    StageGoalWord,
    Target,
    TargetWord,
    Task,
    TaskExtension,
    TaskMeasure,
    TaskSigning,
    TaskState,
    TaskSubmission,
    Unit,
    UnitWord,
)
from shared.clock import end_of_day
from shared.database import SyncTx
from shared.events import Envelope

ASKED = "asked"  # An extension that waits for its decision.
Row: TypeAlias = dict[str, Any]
Learn: TypeAlias = Callable[[SyncTx, Sequence[Envelope]], None]
More: TypeAlias = Callable[[Envelope], Row]


def learn_units(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep what units are called, and their codes."""
    _keep_words(tx, causes, UnitWord)
    feeds.learn_codes(tx, _keep_standing(tx, causes, Unit))


def learn_calendars(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep the working days of years."""
    feeds.learn_days(tx, _keep_standing(tx, causes, CalendarYear))


def learn_plans(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep what plans are called."""
    _keep_words(tx, causes, PlanWord)
    _keep(tx, causes, Plan)


def learn_stage_goals(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep stage goals; each is read at the last second of its day in Shanghai."""
    _keep_words(tx, causes, StageGoalWord, _end_of_day)
    _keep(tx, causes, StageGoal, _end_of_day)


def learn_targets(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep targets."""
    _keep_words(tx, causes, TargetWord)
    _keep(tx, causes, Target)


def learn_tasks(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep tasks and the roles on them."""
    newest = _keep_standing(tx, causes, Task, _end_of_day)
    repository_facts.replace_roles(
        tx.connection,
        {event.task_id: [(unit.unit_id, unit.role) for unit in event.units] for event in newest},
    )


def learn_states(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep where tasks stand since these events; a state that counts as done is done since then."""
    _keep(tx, causes, TaskState, _since_told)


def learn_signings(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep where tasks stand, and that their units have to sign for them anew."""
    learn_states(tx, causes)
    _keep(tx, causes, TaskSigning)


def learn_routines(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that tasks go on as a routine; each stays done since it was closed, in time or late as it was."""
    _keep(tx, causes, TaskState, _since_routine)


def learn_extensions(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that more time was asked for."""
    _keep(tx, causes, TaskExtension, lambda _: {"decision": ASKED})


def learn_decisions(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep what became of requests for more time."""
    _keep(tx, causes, TaskExtension, _decision)


def learn_reopenings(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that tasks are owed again, and that they were reopened then."""
    learn_states(tx, causes)
    feeds.learn_reopenings(tx, causes)


def learn_submissions(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that tasks were handed in, and when."""
    learn_states(tx, causes)
    _keep(tx, causes, TaskSubmission, lambda cause: {"submitted_at": cause.time})


def learn_closings(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep that tasks are done, since when, and whether that was late."""
    _keep(tx, causes, TaskState, _since_closed)


def learn_measures(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep where measures stand: it is the word in the event's type."""
    _keep(tx, causes, TaskMeasure, lambda cause: {"state": cause.type.rsplit(".", 2)[1]})


def learn_notices(tx: SyncTx, causes: Sequence[Envelope]) -> None:
    """Keep notices."""
    repository.add_once(tx.connection, Notice, [_values(cause.data, Notice) for cause in causes])


def newest_in(model: type[Base]) -> Learn:
    """Give what keeps the newest word on each subject in the table of `model`, as its events tell it."""

    def learn(tx: SyncTx, causes: Sequence[Envelope]) -> None:
        _keep(tx, causes, model)

    return learn


def _nothing(_cause: Envelope) -> Row:
    return {}


def _keep(tx: SyncTx, causes: Sequence[Envelope], model: type[Base], more: More = _nothing) -> list[Row]:
    """Write the rows that `causes` and `more` tell, unless newer words are there; gives them."""
    rows = [_values(cause.data, model) | _stamp(cause) | more(cause) for cause in causes]
    repository.put(tx.connection, model, rows)
    return rows


def _keep_standing(
    tx: SyncTx, causes: Sequence[Envelope], model: type[Base], more: More = _nothing
) -> list[Any]:
    """Do as `_keep`, and give the events whose word is the newest now."""
    events = {cause.sequence: cause.data for cause in causes}
    rows = repository_facts.standing(tx.connection, model, _keep(tx, causes, model, more))
    return [events[row["sequence"]] for row in rows]


def _keep_words(tx: SyncTx, causes: Sequence[Envelope], model: type[Base], more: More = _nothing) -> None:
    """Keep what `causes` and `more` tell for ever, so that the past can be read as it stood."""
    rows = [
        _values(cause.data, model) | _stamp(cause) | {"told_at": cause.time} | more(cause) for cause in causes
    ]
    repository.add_once(tx.connection, model, rows)


def _values(event: Any, model: type[Base]) -> Row:  # noqa: ANN401 - an event of any kind.
    """Take from `event` what the table of `model` has columns for; later events may carry more."""
    found: Row = event.model_dump(include=set(model.__table__.columns.keys()))
    return found


def _stamp(cause: Envelope) -> Row:
    return {"revision": cause.revision, "sequence": cause.sequence}


def _end_of_day(cause: Envelope) -> Row:
    due_on = _event(cause).due_on
    return {"due_at": end_of_day(due_on) if due_on else None}


def _since_told(cause: Envelope) -> Row:
    done_at = cause.time if _event(cause).state in DONE else None
    return {"since": cause.time, "done_at": done_at, "late": False}


def _since_routine(cause: Envelope) -> Row:
    event = _event(cause)
    return {"since": event.since, "done_at": event.closed_at or event.since}


def _since_closed(cause: Envelope) -> Row:
    closed_at = _event(cause).closed_at
    return {"since": closed_at, "done_at": closed_at}


def _decision(cause: Envelope) -> Row:
    event = _event(cause)
    return {"decision": event.outcome or ("granted" if event.granted_on else "refused")}


def _event(cause: Envelope) -> Any:  # noqa: ANN401 - the event of the handler's type.
    return cause.data
