"""What somebody wants done with a task: the words of a move, checked for shape at the edge."""

from dataclasses import dataclass, field
from datetime import date

from services.tasks.ledger.domain import Move, RoleName


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit reports with a move.

    Attributes:
        note: How far it is 进展情况.
        problem: What is in the way 存在问题.
        next_step: What comes next 下一步.
        evidence: Ids of attachments.
    """

    note: str = ""
    problem: str = ""
    next_step: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCommand:
    """What somebody wants done with a task.

    Attributes:
        progress: In %, with the moves `progress` and `submit`.
        on_behalf_of: The unit for which a supervisor enters a unit's move.
        part: The unit whose part the lead unit passes or returns, with the moves `verify` and `return`.
        if_revision: Refuse when the task has moved on since this revision.
        deadline: A date set with the moves `carry_over`, `reopen`, `resume`, `instruct` and `reassign`.
        link: The link 联动 whose tasks make this move together; set by the ledger.
        follows: The task on which the move was made, where this one only follows it by its link.
        step: The step of the kind's own with which the move is made; set by the ledger.
        by_office: Such a step is the supervision office's own, and nothing entered for a unit.
        units: Who is to answer from now on, with the move `reassign`: (role, unit id) in order.
    """

    task_id: str
    move: Move
    reason: str = ""
    progress: int | None = None
    on_behalf_of: str | None = None
    part: str | None = None
    if_revision: int | None = None
    deadline: date | None = None
    units: tuple[tuple[RoleName, str], ...] = ()
    report: Report = field(default_factory=Report)
    link: str | None = None
    follows: str | None = None
    step: str = ""
    by_office: bool = False

    @property
    def origin(self) -> dict[str, str]:
        """What the history says of a move on several linked tasks at once, or with a step of the kind's own."""
        said = {"link": self.link, "follows": self.follows, "step": self.step or None}
        return {name: value for name, value in said.items() if value is not None}
