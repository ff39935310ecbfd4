"""例行事项: what comes back at its interval; the unit's one line closes it, nobody signs and nobody reviews."""

from services.tasks.ledger.domain import WITH_UNITS, Move, Party, State, Step
from services.tasks.ledger.kinds.kind import Kind

DONE = Step(states=WITH_UNITS, move=Move.SUBMIT, to=State.CLOSED, party=Party.UNIT)
KIND = Kind(
    id="duty",
    word="例行事项",
    closed_word="办结",
    left_out=frozenset({Move.VERIFY, Move.RETURN, Move.CLOSE, Move.NORMALISE, Move.CARRY_OVER}),
    steps=(DONE,),
)
