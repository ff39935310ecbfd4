"""What a kind of task adds to the one lifecycle: its words, its limits, its reviews and the rows that it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.tasks.ledger.domain import MOVE_WORDS, STATE_WORDS, STEPS, Move, Party, State, Step
from services.tasks.ledger.domain_chain import Reviewer
from services.tasks.ledger.domain_limits import Limit
from services.tasks.ledger.kinds.field import Field

# What came from a feed without a unit is handed out by a person who names one.
DISPATCH = Step(
    states=(State.REGISTERED,),
    move=Move.REASSIGN,
    to=State.ASSIGNED,
    party=Party.SUPERVISOR,
    needs_reason=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of task: a row of data.

    Attributes:
        word: What people call it.
        closed_word: What they call its end (完成, 办结, 销号).
        sign: Limit of the clock `sign` from the assignment; None for no such clock.
        finish: Limit of the clock `finish` where no date was set.
        report: Limit of the clock `report` from the signing, for kinds that owe a first report.
        answer: Limit of the clock `answer` from the assignment until the first report, for kinds that owe somebody
            outside an answer; signing does not stop it, so that nobody gains time by signing late.
        reviews: The chain of reviews unless the plan has its own.
        evidence: Whether a submission has to bring evidence.
        registry: Where it is registered, for a kind that has rows of its own; empty for registration by hand.
        left_out: Moves of the common lifecycle that it does not have.
        steps: Rows of its own, which go before the common ones.
        inner: Rows by which only steps of its own, with what they check, move its tasks.
        fields: What its tasks say beside the common fields.
        private: Whether a caller or rater stands behind it: of its tasks the ledger shows a unit only those that it has
            or had a part in.
        board: What people call its public list 晾晒; empty for none.
        words: What it calls its states, where that is not what other kinds call them.
    """

    id: str
    word: str
    closed_word: str = "完成"
    sign: Limit | None = None
    finish: Limit | None = None
    report: Limit | None = None
    answer: Limit | None = None
    reviews: tuple[Reviewer, ...] = (Reviewer.SUPERVISOR,)
    evidence: bool = False
    registry: str = ""
    left_out: frozenset[Move] = frozenset()
    steps: tuple[Step, ...] = ()
    inner: tuple[Step, ...] = ()
    fields: tuple[Field, ...] = ()
    private: bool = False
    board: str = ""
    words: Mapping[State, str] = field(default_factory=dict)

    @property
    def lifecycle(self) -> tuple[Step, ...]:
        """The rows by which its tasks move."""
        own = {(state, step.move) for step in self.steps for state in step.states}
        common = (step for step in STEPS if step.move not in self.left_out)
        return (*self.steps, *(step for step in common if not _covered(step, own)))

    def own_rows(self, *, by_office: bool) -> tuple[Step, ...]:
        """Give the rows by which its own steps move its tasks: those of the office, or of the unit."""
        return tuple(step for step in self.inner if (step.party is Party.SUPERVISOR) is by_office)

    def state_word(self, state: State) -> str:
        """Give what people call `state` for this kind."""
        return self.closed_word if state is State.CLOSED else self.words.get(state, STATE_WORDS[state])

    def move_word(self, move: Move) -> str:
        """Give what people call `move` for this kind."""
        return self.closed_word if move is Move.CLOSE else MOVE_WORDS[move]


def _covered(step: Step, own: set[tuple[State, Move]]) -> bool:
    return all((state, step.move) in own for state in step.states)
