"""The lifecycle of a task: which move leads from which state to which, and who may make it.

Invariant: `STEPS` is the only place that knows a move; a state that no row leads from is an end. The engine is one
for all kinds of tasks: a new step is a new row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from shared.errors import Conflict, Forbidden, Invalid

RoleName = Literal["lead", "responsible", "cooperating"]


class State(StrEnum):
    """Where a task stands; the words for people are in `STATE_WORDS`."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    CLOSED = "closed"
    RETURNED = "returned"


class Move(StrEnum):
    """What may be done with a task."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    PROGRESS = "progress"
    SUBMIT = "submit"
    RETURN = "return"
    VERIFY = "verify"
    CLOSE = "close"


class Party(StrEnum):
    """Whose move it is: the supervision office's, or that of a unit which leads or is responsible."""

    SUPERVISOR = "supervisor"
    UNIT = "unit"


STATE_WORDS = {
    State.REGISTERED: "立项",
    State.ASSIGNED: "交办",
    State.ACCEPTED: "签收",
    State.IN_PROGRESS: "办理",
    State.SUBMITTED: "待审核",
    State.VERIFIED: "复核",
    State.CLOSED: "完成",
    State.RETURNED: "退回重办",
}
MOVE_WORDS = {
    Move.ASSIGN: "交办",
    Move.ACCEPT: "签收",
    Move.PROGRESS: "办理",
    Move.SUBMIT: "报审",
    Move.RETURN: "退回",
    Move.VERIFY: "复核",
    Move.CLOSE: "完成",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table of moves.

    Attributes:
        independent: Refused to a person whose own unit leads the task or is responsible for it.
        needs_reason: The one who makes it has to say why.
    """

    state: State
    move: Move
    to: State
    party: Party
    independent: bool = False
    needs_reason: bool = False


STEPS = (
    Step(State.REGISTERED, Move.ASSIGN, State.ASSIGNED, Party.SUPERVISOR),
    Step(State.ASSIGNED, Move.ACCEPT, State.ACCEPTED, Party.UNIT),
    Step(State.ACCEPTED, Move.PROGRESS, State.IN_PROGRESS, Party.UNIT),
    Step(State.IN_PROGRESS, Move.PROGRESS, State.IN_PROGRESS, Party.UNIT),
    Step(State.IN_PROGRESS, Move.SUBMIT, State.SUBMITTED, Party.UNIT),
    Step(State.SUBMITTED, Move.VERIFY, State.VERIFIED, Party.SUPERVISOR, independent=True),
    Step(State.SUBMITTED, Move.RETURN, State.RETURNED, Party.SUPERVISOR, needs_reason=True),
    Step(State.VERIFIED, Move.RETURN, State.RETURNED, Party.SUPERVISOR, needs_reason=True),
    Step(State.VERIFIED, Move.CLOSE, State.CLOSED, Party.SUPERVISOR),
    Step(State.RETURNED, Move.PROGRESS, State.IN_PROGRESS, Party.UNIT),
)
# States in which the units are done and the supervision office has the next word.
HANDED_IN = frozenset({State.SUBMITTED, State.VERIFIED})
ENDS = frozenset(State) - {step.state for step in STEPS}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a move: an account, its role and the unit it belongs to, if any."""

    id: str
    role: str
    unit: str = ""


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


def legal_moves(state: State) -> tuple[Move, ...]:
    """Name the moves that lead on from `state`, in the order of the table."""
    return tuple(step.move for step in STEPS if step.state == state)


def find_step(state: State, move: Move) -> Step:
    """Find the row for `move` in `state`.

    Raises:
        Conflict: There is none; the message names the legal moves.
    """
    for step in STEPS:
        if (step.state, step.move) == (state, move):
            return step
    legal = legal_moves(state)
    words = "、".join(f"{MOVE_WORDS[one]}（{one}）" for one in legal) or "无，事项已终结"
    message = f"事项处于“{STATE_WORDS[state]}”，不能{MOVE_WORDS[move]}；现在可以：{words}"
    raise Conflict(message, code="task.move_illegal", field="move", state=state, legal=list(legal))


def find_answering(units: Sequence[UnitOnTask]) -> Answering | None:
    """Find who answers for the whole: the first-named lead, else the first responsible unit, as assumed.

    A collective can't answer, since it has no members until somebody names them. None when nobody is left.
    """
    for role in ("lead", "responsible"):
        for unit in units:
            if unit.role == role and not unit.collective:
                return Answering(unit.unit_id, assumed=role != "lead")
    return None


def check_reason(step: Step, reason: str) -> None:
    """Pass when the step needs no reason or has one.

    Raises:
        Invalid: The reason is missing.
    """
    if step.needs_reason and not reason.strip():
        message = f"{MOVE_WORDS[step.move]}必须说明理由"
        raise Invalid(message, code="task.reason_missing", field="reason")


def acting_for(
    step: Step, actor: Actor, units: Sequence[UnitOnTask], *, on_behalf_of: str | None, answering: str | None
) -> str | None:
    """Check that `actor` may make `step`; give the unit on whose behalf a supervisor makes a unit's move.

    Args:
        step: The row of the table.
        actor: Who asks.
        units: The units of the task.
        on_behalf_of: The unit that the request names; for a unit's move a supervisor may leave it out.
        answering: The unit that answers for the whole, which then stands in.

    Raises:
        Forbidden: The actor may not; the message says who may.
        Invalid: `on_behalf_of` makes no sense here.
    """
    signing = frozenset(unit.unit_id for unit in units if unit.role != "cooperating")
    if step.party is Party.SUPERVISOR:
        _check_supervisor(step, actor, signing, on_behalf_of)
        return None
    if actor.role == "supervisor":
        return _stand_in(signing, on_behalf_of or answering)
    _check_unit(step, actor, signing, on_behalf_of)
    return None


def _check_supervisor(step: Step, actor: Actor, signing: frozenset[str], on_behalf_of: str | None) -> None:
    if actor.role != "supervisor":
        message = f"只有督查人员可以{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.supervisor_only", field="move")
    if on_behalf_of is not None:
        message = f"{MOVE_WORDS[step.move]}是督查人员自己的动作，不能代单位办理，请去掉 on_behalf_of"
        raise Invalid(message, code="task.on_behalf_senseless", field="on_behalf_of")
    if step.independent and actor.unit in signing:
        message = f"本单位（{actor.unit}）牵头或负责的事项须由其他单位的人员{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.own_unit", field="move")


def _stand_in(signing: frozenset[str], unit: str | None) -> str:
    if unit not in signing:
        message = f"单位 {unit} 不是该事项的牵头或责任单位，不能代其办理"
        raise Invalid(message, code="task.on_behalf_unknown", field="on_behalf_of", units=sorted(signing))
    return unit


def _check_unit(step: Step, actor: Actor, signing: frozenset[str], on_behalf_of: str | None) -> None:
    if actor.role != "unit" or actor.unit not in signing:
        message = f"只有该事项的牵头、责任单位可以{MOVE_WORDS[step.move]}"
        raise Forbidden(message, code="task.not_yours", field="move", units=sorted(signing))
    if on_behalf_of not in {None, actor.unit}:
        message = f"单位只能以本单位名义办理，不能代 {on_behalf_of}"
        raise Forbidden(message, code="task.on_behalf_refused", field="on_behalf_of")
