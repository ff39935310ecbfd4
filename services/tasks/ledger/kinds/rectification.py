"""差评整改: one bad rating, from 核实 to 办结; its steps and what they check stand in `services.tasks.rectifications`.

Whatever a step of its own has to check first is no move of people: `inner` has these rows.
"""

from services.tasks.ledger.domain import WITH_UNITS, Move, Party, State, Step
from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.kind import DISPATCH, Kind

OWN = frozenset({Move.PROGRESS, Move.SUBMIT, Move.CLOSE, Move.REOPEN})
OTHERS = frozenset({Move.VERIFY, Move.RETURN, Move.NORMALISE, Move.INSTRUCT, Move.CARRY_OVER})
INNER = (
    Step(states=WITH_UNITS, move=Move.PROGRESS, to=State.IN_PROGRESS, party=Party.UNIT_HEAD),
    Step(states=WITH_UNITS, move=Move.SUBMIT, to=State.SUBMITTED, party=Party.UNIT_HEAD),
    # The office itself finds that a rating is none.
    Step(states=WITH_UNITS, move=Move.SUBMIT, to=State.SUBMITTED, party=Party.SUPERVISOR),
    # The office does not follow the unit's opinion: the unit goes on.
    Step(states=(State.SUBMITTED,), move=Move.PROGRESS, to=State.IN_PROGRESS, party=Party.SUPERVISOR),
    Step(
        states=(State.SUBMITTED,), move=Move.CLOSE, to=State.CLOSED, party=Party.SUPERVISOR, independent=True
    ),
    Step(
        states=(State.SUBMITTED, State.CLOSED, State.CANCELLED),
        move=Move.REOPEN,
        to=State.REOPENED,
        party=Party.SUPERVISOR,
        needs_reason=True,
    ),
)
KIND = Kind(
    id="rectification",
    registry="/rectifications",
    word="差评整改",
    closed_word="办结",
    sign=Limit(1, Span.WORKDAYS),
    left_out=OWN | OTHERS,
    steps=(DISPATCH,),
    inner=INNER,
    private=True,
)
