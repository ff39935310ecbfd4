"""企业诉求: answered within 24 hours of being handed out 接诉即办, settled within two weeks 双周动态清零."""

from services.tasks.ledger.domain import Move, Party, State, Step
from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.field import Field
from services.tasks.ledger.kinds.kind import Kind

# The answer itself shows that the unit has it: nobody signs first.
ANSWER = Step(states=(State.ASSIGNED,), move=Move.PROGRESS, to=State.IN_PROGRESS, party=Party.UNIT)
KIND = Kind(
    id="request",
    word="企业诉求",
    closed_word="办结",
    answer=Limit(24, Span.HOURS),
    finish=Limit(14, Span.DAYS),
    steps=(ANSWER,),
    fields=(
        Field(name="enterprise", word="企业代码"),
        Field(name="category", word="诉求类别"),
        Field(name="project", word="项目代码"),
    ),
)
