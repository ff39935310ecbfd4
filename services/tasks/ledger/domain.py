"""The lifecycle of a task: which move leads from which state to which, and whose move it is.

Invariant: `STEPS` is the only place that knows a move; a state that no row leads from is an end. The engine is one
for all kinds of tasks: a new step is a new row, and a kind only leaves rows out or adds its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from shared.errors import Conflict, Invalid

RoleName = Literal["lead", "responsible", "cooperating"]
# Names of clocks 时限: to sign, to report, to answer, to finish, to leave the watch list 摘牌, to rectify 整改.
SIGN, REPORT, ANSWER, FINISH, PLATE = "sign", "report", "answer", "finish", "plate"
RECTIFY = "rectify"
CONTACT = "contact"  # 联系: to speak with the one who asked.
OWED = (FINISH, RECTIFY)  # By which a task is owed: the first of them that it has.


class State(StrEnum):
    """Where a task stands; the words for people are in `STATE_WORDS`."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    OBJECTED = "objected"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    CLOSED = "closed"
    STANDING = "standing"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


class Move(StrEnum):
    """What may be done with a task."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    OBJECT = "object"
    DISMISS = "dismiss"
    REASSIGN = "reassign"
    UNASSIGN = "unassign"
    PROGRESS = "progress"
    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    CLOSE = "close"
    NORMALISE = "normalise"
    INSTRUCT = "instruct"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    REOPEN = "reopen"
    CARRY_OVER = "carry_over"


class Party(StrEnum):
    """Whose move it is; `domain_parties` says which roles of people that means.

    A unit's staff 经办人 signs and reports; its head 负责人 answers for what leaves the house. Whose turn a review
    is follows from the chain of the plan (`domain_chain`).
    """

    SUPERVISOR = "supervisor"
    UNIT = "unit"
    UNIT_HEAD = "unit_head"
    REVIEWER = "reviewer"


STATE_WORDS = {
    State.REGISTERED: "立项",
    State.ASSIGNED: "交办",
    State.OBJECTED: "异议",
    State.ACCEPTED: "签收",
    State.IN_PROGRESS: "办理",
    State.SUBMITTED: "待审核",
    State.RETURNED: "退回重办",
    State.VERIFIED: "复核",
    State.CLOSED: "完成",
    State.STANDING: "转常态化",
    State.SUSPENDED: "中止",
    State.CANCELLED: "撤销",
    State.REOPENED: "重开",
}
MOVE_WORDS = {
    Move.ASSIGN: "交办",
    Move.ACCEPT: "签收",
    Move.OBJECT: "提出异议",
    Move.DISMISS: "驳回异议",
    Move.REASSIGN: "改派",
    Move.UNASSIGN: "收回待派",
    Move.PROGRESS: "办理",
    Move.SUBMIT: "报审",
    Move.VERIFY: "复核",
    Move.RETURN: "退回",
    Move.CLOSE: "完成",
    Move.NORMALISE: "转常态化",
    Move.INSTRUCT: "再次交办",
    Move.SUSPEND: "中止",
    Move.RESUME: "恢复",
    Move.CANCEL: "撤销",
    Move.REOPEN: "重开",
    Move.CARRY_OVER: "跨年结转",
}

# The units have the next word.
WITH_UNITS = (State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.RETURNED, State.REOPENED)
# The units are done and the reviewers have the next word.
HANDED_IN = (State.SUBMITTED, State.VERIFIED)
# Nothing more is owed by the date: its clocks stand still.
AT_REST = frozenset({State.CLOSED, State.STANDING, State.SUSPENDED, State.CANCELLED})
# Between the beginning and an end, whoever has the next word.
RUNNING = (*WITH_UNITS, *HANDED_IN, State.OBJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the table of moves.

    Attributes:
        to: The state after it; None where the move itself finds it (`landing`).
        independent: Refused to a person whose own unit leads the task or is responsible for it.
        needs_reason: The one who makes it has to say why.
    """

    states: tuple[State, ...]
    move: Move
    to: State | None
    party: Party
    independent: bool = False
    needs_reason: bool = False


def _step(
    states: State | tuple[State, ...], move: Move, to: State | None, party: Party, *, reason: bool = False
) -> Step:
    """Write a row; a move that judges the units' work is refused to the units themselves."""
    wanted = (states,) if isinstance(states, State) else states
    judges = move in {Move.VERIFY, Move.RETURN}
    return Step(states=wanted, move=move, to=to, party=party, independent=judges, needs_reason=reason)


STEPS = (
    _step((State.REGISTERED, State.REOPENED), Move.ASSIGN, State.ASSIGNED, Party.SUPERVISOR),
    _step(State.ASSIGNED, Move.ACCEPT, State.ACCEPTED, Party.UNIT),
    _step(State.ASSIGNED, Move.OBJECT, State.OBJECTED, Party.UNIT_HEAD, reason=True),
    _step(State.OBJECTED, Move.DISMISS, State.ASSIGNED, Party.SUPERVISOR, reason=True),
    _step((*WITH_UNITS, State.OBJECTED), Move.REASSIGN, State.ASSIGNED, Party.SUPERVISOR, reason=True),
    _step(
        (State.ACCEPTED, State.IN_PROGRESS, State.RETURNED, State.REOPENED),
        Move.PROGRESS,
        State.IN_PROGRESS,
        Party.UNIT,
    ),
    _step(State.STANDING, Move.PROGRESS, State.STANDING, Party.UNIT),
    _step(State.IN_PROGRESS, Move.SUBMIT, State.SUBMITTED, Party.UNIT_HEAD),
    _step(State.SUBMITTED, Move.VERIFY, None, Party.REVIEWER),
    _step(State.SUBMITTED, Move.RETURN, State.RETURNED, Party.REVIEWER, reason=True),
    _step(State.VERIFIED, Move.RETURN, State.RETURNED, Party.SUPERVISOR, reason=True),
    _step(State.VERIFIED, Move.CLOSE, State.CLOSED, Party.SUPERVISOR),
    _step((State.VERIFIED, State.CLOSED), Move.NORMALISE, State.STANDING, Party.SUPERVISOR),
    _step(
        (State.ACCEPTED, State.IN_PROGRESS, *HANDED_IN, State.CLOSED, State.STANDING),
        Move.INSTRUCT,
        State.ASSIGNED,
        Party.SUPERVISOR,
        reason=True,
    ),
    _step(RUNNING, Move.SUSPEND, State.SUSPENDED, Party.SUPERVISOR, reason=True),
    _step(State.SUSPENDED, Move.RESUME, None, Party.SUPERVISOR),
    _step(
        (State.REGISTERED, *RUNNING, State.SUSPENDED, State.STANDING),
        Move.CANCEL,
        State.CANCELLED,
        Party.SUPERVISOR,
        reason=True,
    ),
    _step(
        (State.CLOSED, State.CANCELLED, State.STANDING),
        Move.REOPEN,
        State.REOPENED,
        Party.SUPERVISOR,
        reason=True,
    ),
    _step((State.REGISTERED, *RUNNING, State.STANDING), Move.CARRY_OVER, None, Party.SUPERVISOR, reason=True),
)


@dataclass(frozen=True, slots=True)
class UnitOnTask:
    """A unit's role on a task, in printed order."""

    unit_id: str
    role: RoleName
    collective: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """The unit that answers for the whole task; `assumed` when no lead unit was named."""

    unit_id: str
    assumed: bool


def legal_moves(state: State, steps: Iterable[Step] = STEPS) -> tuple[Move, ...]:
    """Name the moves that lead on from `state`, in the order of the table."""
    return tuple(dict.fromkeys(step.move for step in steps if state in step.states))


def find_step(state: State, move: Move, steps: Iterable[Step] = STEPS) -> Step:
    """Find the row for `move` in `state`.

    Raises:
        Conflict: There is none; the message names the legal moves.
    """
    for step in steps:
        if step.move == move and state in step.states:
            return step
    legal = legal_moves(state, steps)
    words = "、".join(f"{MOVE_WORDS[one]}（{one}）" for one in legal) or "无，事项已终结"
    message = f"事项处于“{STATE_WORDS[state]}”，不能{MOVE_WORDS[move]}；现在可以：{words}"
    raise Conflict(message, code="task.move_illegal", field="move", state=state, legal=list(legal))


def landing(step: Step, state: State, *, before: State | None, last_review: bool) -> State:
    """Give the state after `step`.

    Args:
        step: The row.
        state: The state now.
        before: The state before a suspension.
        last_review: Whether the chain of reviews ends with this one.
    """
    if step.to is not None:
        return step.to
    if step.move is Move.VERIFY:
        return State.VERIFIED if last_review else state
    if step.move is Move.RESUME and before is not None:
        return before
    return state


def find_answering(units: Sequence[UnitOnTask]) -> Answering | None:
    """Find who answers for the whole: the first-named lead, else the first responsible unit, as assumed.

    A collective can't answer, since it has no members until somebody names them. None when nobody is left.
    """
    for role in ("lead", "responsible"):
        for unit in units:
            if unit.role == role and not unit.collective:
                return Answering(unit.unit_id, assumed=role != "lead")
    return None


def signing_units(units: Iterable[UnitOnTask]) -> tuple[str, ...]:
    """Name the units that sign and report: leads and named responsible units, each once, in printed order."""
    named = (unit.unit_id for unit in units if unit.role != "cooperating" and not unit.collective)
    return tuple(dict.fromkeys(named))


def check_reason(step: Step, reason: str) -> None:
    """Pass when the step needs no reason or has one.

    Raises:
        Invalid: The reason is missing.
    """
    if step.needs_reason and not reason.strip():
        message = f"{MOVE_WORDS[step.move]}必须说明理由"
        raise Invalid(message, code="task.reason_missing", field="reason")
