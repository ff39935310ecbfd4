"""Clocks 时限 of tasks: which run follows from the state alone; each start, move and stop has its event.

Invariant: `RUNS_IN` says which clock runs in which state, so state and clocks can't disagree. A printed date stays
what the document says; only an approved extension, or a revised document, moves the clock that runs to it. A limit that
is counted in days moves with the calendar too.
"""

from datetime import date, datetime

from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import (
    ANSWER,
    AT_REST,
    CONTACT,
    FINISH,
    PLATE,
    RECTIFY,
    REPORT,
    SIGN,
    WITH_UNITS,
    Move,
    State,
)
from services.tasks.ledger.domain_limits import Limit, OwnLimit, Span, days_after_pause
from services.tasks.ledger.kinds import kind_of
from services.tasks.ledger.repository import DONE, Held
from services.tasks.models import ClockRow, TaskRow
from shared.clock import end_of_day, local_date
from shared.events.supervision import ClockStarted, ClockStopped
from shared.workdays import WorkCalendar

RUNS_IN: dict[str, frozenset[State]] = {
    SIGN: frozenset({State.ASSIGNED}),
    REPORT: frozenset({State.ACCEPTED}),
    ANSWER: frozenset({State.ASSIGNED, State.ACCEPTED}),
    CONTACT: frozenset({State.ASSIGNED, State.ACCEPTED, State.REOPENED}),
    FINISH: frozenset({*WITH_UNITS, State.OBJECTED}),
    PLATE: frozenset({*WITH_UNITS, State.OBJECTED}),
    RECTIFY: frozenset({*WITH_UNITS, State.OBJECTED}),
}
# After these a clock begins anew, under a fresh limit.
ANEW: dict[str, frozenset[Move]] = {
    SIGN: frozenset({Move.ASSIGN, Move.REASSIGN, Move.INSTRUCT, Move.DISMISS}),
    REPORT: frozenset({Move.ACCEPT}),
    ANSWER: frozenset({Move.ASSIGN, Move.REASSIGN, Move.INSTRUCT}),
    CONTACT: frozenset(),
    FINISH: frozenset(),
    PLATE: frozenset(),
    RECTIFY: frozenset({Move.ASSIGN, Move.REASSIGN, Move.REOPEN}),
}
# Moves after which a limit is longer by the time for which its clock stood still.
LONGER: dict[str, frozenset[Move]] = {RECTIFY: frozenset({Move.RESUME, Move.PROGRESS})}


def due_instant(held: Held) -> datetime | None:
    """Give the end of the printed or set day in Shanghai, or None where the task has no date."""
    return end_of_day(held.task.deadline) if held.task.deadline else None


def due_in_force(held: Held) -> datetime | None:
    """Give the instant by which the task is owed: that of the clock for it, or its date while it has none."""
    clock = held.owed_by
    return clock.due_at if clock is not None and not _void(held, clock) else due_instant(held)


def follow_state(deed: Deed, held: Held, move: Move) -> None:
    """Start, restart and stop the clocks of a task so that they are those of its state after `move`."""
    state = State(held.task.state)
    for name, states in RUNS_IN.items():
        clock = held.clocks.get(name)
        if state not in states:
            _stop(deed, held, clock)
        elif clock is None or move in ANEW[name] or name in held.anew:
            _start(deed, held, name)
        elif clock.stopped_at is not None and not _void(held, clock):
            _restart(deed, held, clock, move)
    if state in AT_REST:
        for clock in held.clocks.values():
            _stop(deed, held, clock)
    held.anew.clear()


def _limit(task: TaskRow, name: str, clock: ClockRow | None) -> Limit | None:
    if clock is not None and clock.workdays is not None:
        return Limit(clock.workdays, Span.WORKDAYS)
    if clock is not None and clock.hours is not None:
        return Limit(clock.hours, Span.HOURS)
    kind = kind_of(task.kind)
    return {SIGN: kind.sign, REPORT: kind.report, ANSWER: kind.answer, FINISH: kind.finish}.get(name)


def limit_in_force(task: TaskRow, clock: ClockRow) -> Limit | None:
    """Give the limit that a clock runs by; None for one that runs to a date, or that a leader set."""
    dated = clock.name == FINISH and task.deadline is not None
    return None if dated or clock.printed else _limit(task, clock.name, clock)


def is_provisional(task: TaskRow, clock: ClockRow, calendar: WorkCalendar) -> bool:
    """Tell whether a clock will move when the official calendar of its year arrives."""
    limit = limit_in_force(task, clock)
    return limit is not None and limit.is_provisional(clock.started_at, clock.due_at, calendar)


def _void(held: Held, clock: ClockRow) -> bool:
    """Tell whether a revised document took away the date that the clock ran to."""
    return clock.name == FINISH and held.task.deadline is None and _limit(held.task, FINISH, clock) is None


def _start(deed: Deed, held: Held, name: str) -> None:
    act = deed.act
    printed = due_instant(held) if name == FINISH else None
    clock = held.clocks.get(name)
    own = held.anew.get(name)
    limit = own or _limit(held.task, name, clock)
    due_at = printed or (limit.due_after(act.at, deed.terms.calendar) if limit else None)
    # A limit that had ended when the past was entered was never anybody's to keep.
    if due_at is None or (printed is None and due_at < act.recorded_at):
        return
    clock = clock or ClockRow(task_id=held.task.id, name=name, original_due_at=due_at)
    clock.started_at, clock.recorded_at, clock.stopped_at = act.at, act.recorded_at, None
    clock.due_at, clock.printed = due_at, printed is not None and not held.task.deadline_set
    if own is not None:
        _own(clock, own)
    if name != FINISH or own is not None:
        clock.original_due_at = due_at
    held.clocks[name] = clock
    deed.tx.session.add(clock)
    _tell(deed, held, clock)


def _own(clock: ClockRow, own: OwnLimit) -> None:
    """Let a clock run by a limit that is its task's own."""
    hours = own.limit.span is Span.HOURS
    clock.hours, clock.workdays = (own.limit.amount, None) if hours else (None, own.limit.amount)
    clock.extension_workdays, clock.extensions = own.extension_workdays, own.extensions


def _restart(deed: Deed, held: Held, clock: ClockRow, move: Move) -> None:
    """Let a clock go on; a limit, which is no date, is longer by the time of a suspension (`LONGER`)."""
    dated = clock.name == FINISH and held.task.deadline is not None
    if move in LONGER.get(clock.name, {Move.RESUME}) and not dated and clock.stopped_at is not None:
        clock.due_at = _longer(deed, held, clock, clock.stopped_at)
    clock.stopped_at, clock.recorded_at = None, deed.act.recorded_at
    _tell(deed, held, clock)


def _longer(deed: Deed, held: Held, clock: ClockRow, begun: datetime) -> datetime:
    limit, calendar = _limit(held.task, clock.name, clock), deed.terms.calendar
    longer = limit.after_pause if limit is not None else days_after_pause  # A plate's end is a day.
    return longer(clock.due_at, begun, deed.act.at, calendar)


def move_due(deed: Deed, held: Held, name: str, due_at: datetime) -> None:
    """Move the due instant of a clock, as approved or set by people; its original instant stays."""
    clock = held.clocks.get(name)
    if clock is None or clock.due_at == due_at:
        return
    clock.due_at, clock.recorded_at, clock.printed = due_at, deed.act.recorded_at, False
    if clock.stopped_at is None:
        _tell(deed, held, clock)


def recount(deed: Deed, held: Held, name: str, due_at: datetime) -> None:
    """Move a clock because its limit was counted over other working days; that is no extension of it."""
    clock = held.clocks[name]
    if clock.original_due_at == clock.due_at:
        clock.original_due_at = due_at
    move_due(deed, held, name, due_at)
    held.task.due_at = due_in_force(held)


def set_deadline(deed: Deed, held: Held, day: date) -> None:
    """Set the date of a task by hand 人工设定; its clock moves to it, or starts where it should run by now."""
    held.task.deadline, held.task.deadline_set = day, True
    move_due(deed, held, FINISH, end_of_day(day))
    clock = held.clocks.get(FINISH)
    if State(held.task.state) in RUNS_IN[FINISH] and (clock is None or clock.stopped_at is not None):
        _start(deed, held, FINISH)
    held.task.due_at = due_in_force(held)


def follow_deadline(deed: Deed, held: Held) -> None:
    """Bring the clock in line after a revised document changed, set or removed the printed date.

    A clock that stands still, since the task is with its reviewers or suspended, is moved without a word; that of a
    task that is done stays as it was.
    """
    clock, due_at, state = held.clocks.get(FINISH), due_instant(held), State(held.task.state)
    runs = state in RUNS_IN[FINISH]
    if clock is None and runs:
        _start(deed, held, FINISH)
    if clock is None or state in DONE:
        return
    if due_at is None:
        _stop(deed, held, clock)
    elif due_at != clock.due_at or (runs and clock.stopped_at is not None):
        clock.due_at, clock.printed, clock.recorded_at = due_at, True, deed.act.recorded_at
        if runs:
            clock.stopped_at = None
            _tell(deed, held, clock)


def _tell(deed: Deed, held: Held, clock: ClockRow) -> None:
    limit = limit_in_force(held.task, clock)
    event = ClockStarted(
        task_id=held.task.id,
        clock=clock.name,
        kind=held.task.kind,
        started_at=clock.started_at,
        recorded_at=clock.recorded_at,
        due_at=clock.due_at,
        printed=clock.printed,
        span=limit.span if limit else None,
        limit=limit.amount if limit else None,
    )
    deed.publish(event, held)


def _stop(deed: Deed, held: Held, clock: ClockRow | None) -> None:
    if clock is None or clock.stopped_at is not None:
        return
    clock.stopped_at = deed.act.at
    deed.publish(ClockStopped(task_id=held.task.id, clock=clock.name, stopped_at=deed.act.at), held)


def hang(deed: Deed, held: Held, day: date) -> None:
    """Start the clock of a plate 挂牌督办, the one clock that neither a document nor a kind but a leader sets."""
    act, due_at = deed.act, end_of_day(day)
    clock = ClockRow(task_id=held.task.id, name=PLATE, original_due_at=due_at, printed=False)
    clock.started_at, clock.recorded_at, clock.due_at = act.at, act.recorded_at, due_at
    clock.stopped_at = None if State(held.task.state) in RUNS_IN[PLATE] else act.at
    held.clocks[PLATE] = clock
    deed.tx.session.add(clock)
    if clock.stopped_at is None:
        _tell(deed, held, clock)


def prepare(deed: Deed, held: Held, name: str, workdays: int) -> None:
    """Give a task a clock whose limit is its own and not its kind's; it starts when the state asks for it."""
    act = deed.act
    due_at = Limit(workdays, Span.WORKDAYS).due_after(act.at, deed.terms.calendar)
    clock = ClockRow(task_id=held.task.id, name=name, started_at=act.at, stopped_at=act.at)
    clock.due_at = clock.original_due_at = due_at
    clock.recorded_at, clock.printed, clock.workdays = act.recorded_at, False, workdays
    held.clocks[name] = clock
    deed.tx.session.add(clock)


def limit_anew(deed: Deed, held: Held, name: str, workdays: int) -> None:
    """Let a clock run by another limit since its start; what it was longer by so far, it stays longer by."""
    clock, calendar = held.clocks[name], deed.terms.calendar
    longer = local_date(clock.due_at) - local_date(clock.original_due_at)
    clock.workdays = workdays
    clock.original_due_at = Limit(workdays, Span.WORKDAYS).due_after(clock.started_at, calendar)
    due_at = end_of_day(calendar.same_or_next(local_date(clock.original_due_at) + longer))
    move_due(deed, held, name, due_at)
    held.task.due_at = due_in_force(held)


async def take_down(deed: Deed, held: Held) -> None:
    """Stop the clock of a plate for good 摘牌."""
    await end_for_good(deed, held, PLATE)


async def end_for_good(deed: Deed, held: Held, name: str) -> None:
    """Stop a clock for good; it goes, so that no later move starts it again."""
    clock = held.clocks.pop(name, None)
    if clock is not None:
        _stop(deed, held, clock)
        await deed.tx.session.delete(clock)
