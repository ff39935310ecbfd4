"""12345工单: one order of the hotline, from 受理 over 派单 to 办结; what its steps check is in `services.tasks.orders`.

Its limits are data by kind of order and place, so that it has none of its own here; signing stops no clock.
"""

from services.tasks.ledger.domain import WITH_UNITS, Move, Party, State, Step
from services.tasks.ledger.kinds.kind import Kind

# Whatever has to be checked first is no move of people: dispatches, returns, answers and ends.
OTHERS = frozenset(set(Move) - {Move.ACCEPT})
HELD = (*WITH_UNITS, State.OBJECTED)
INNER = (
    Step(states=(State.REGISTERED,), move=Move.ASSIGN, to=State.ASSIGNED, party=Party.SUPERVISOR),
    Step(
        states=(State.REGISTERED, *HELD),
        move=Move.REASSIGN,
        to=State.ASSIGNED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
    Step(
        states=(State.OBJECTED,),
        move=Move.UNASSIGN,
        to=State.REGISTERED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
    Step(states=WITH_UNITS, move=Move.OBJECT, to=State.OBJECTED, party=Party.UNIT_HEAD, needs_reason=True),
    Step(
        states=(State.OBJECTED,),
        move=Move.DISMISS,
        to=State.ASSIGNED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
    Step(states=WITH_UNITS, move=Move.PROGRESS, to=State.IN_PROGRESS, party=Party.UNIT),
    Step(states=WITH_UNITS, move=Move.SUBMIT, to=State.SUBMITTED, party=Party.UNIT_HEAD),
    Step(states=(State.SUBMITTED,), move=Move.CLOSE, to=State.CLOSED, party=Party.UNIT_HEAD),
    Step(
        states=(State.SUBMITTED, State.CLOSED),
        move=Move.REOPEN,
        to=State.REOPENED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
    Step(
        states=(State.REGISTERED, *HELD, State.SUBMITTED),
        move=Move.CANCEL,
        to=State.CANCELLED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
)
KIND = Kind(
    id="order",
    registry="/orders",
    word="12345工单",
    closed_word="办结",
    left_out=OTHERS,
    inner=INNER,
    private=True,
    words={
        State.REGISTERED: "受理",
        State.ASSIGNED: "派单",
        State.OBJECTED: "退单待审",
        State.SUBMITTED: "答复",
    },
)
