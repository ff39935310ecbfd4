"""The part 承办部分 of each signing unit in a task: it signs, reports and hands in for itself.

Invariant: the part of the unit that answers for the whole follows the task; the other parts follow `PART_STEPS`.
"""

from enum import StrEnum

from services.tasks.ledger.domain import WITH_UNITS, Move, State
from shared.errors import Conflict


class PartState(StrEnum):
    """Where a unit's part stands."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PASSED = "passed"


PART_WORDS = {
    PartState.ASSIGNED: "待签收",
    PartState.ACCEPTED: "已签收",
    PartState.IN_PROGRESS: "办理中",
    PartState.SUBMITTED: "待初审",
    PartState.RETURNED: "初审退回",
    PartState.PASSED: "已完成",
}
# What the moves of a unit that does not answer for the whole do to its own part.
PART_STEPS: dict[tuple[PartState, Move], PartState] = {
    (PartState.ASSIGNED, Move.ACCEPT): PartState.ACCEPTED,
    (PartState.ACCEPTED, Move.PROGRESS): PartState.IN_PROGRESS,
    (PartState.IN_PROGRESS, Move.PROGRESS): PartState.IN_PROGRESS,
    (PartState.RETURNED, Move.PROGRESS): PartState.IN_PROGRESS,
    (PartState.IN_PROGRESS, Move.SUBMIT): PartState.SUBMITTED,
    # The lead unit's look 牵头初审.
    (PartState.SUBMITTED, Move.VERIFY): PartState.PASSED,
    (PartState.SUBMITTED, Move.RETURN): PartState.RETURNED,
    # After 退回重办 of the whole its lead unit sends back what it had passed.
    (PartState.PASSED, Move.RETURN): PartState.RETURNED,
}
# What the task's own moves do to the part of the unit that answers for it.
FOLLOWS: dict[Move, PartState] = {
    Move.ACCEPT: PartState.ACCEPTED,
    Move.PROGRESS: PartState.IN_PROGRESS,
    Move.SUBMIT: PartState.SUBMITTED,
    Move.RETURN: PartState.RETURNED,
    Move.CLOSE: PartState.PASSED,
    Move.NORMALISE: PartState.PASSED,
}
# Where the answering unit's part stands in a state of the whole; in the other states it stays where it was.
OF_WHOLE: dict[State, PartState] = {
    State.ASSIGNED: PartState.ASSIGNED,
    State.OBJECTED: PartState.ASSIGNED,
    State.ACCEPTED: PartState.ACCEPTED,
    State.IN_PROGRESS: PartState.IN_PROGRESS,
    State.SUBMITTED: PartState.SUBMITTED,
    State.VERIFIED: PartState.SUBMITTED,
    State.RETURNED: PartState.RETURNED,
    State.CLOSED: PartState.PASSED,
}
OPEN_TO_PARTS = frozenset({*WITH_UNITS, State.STANDING})


def part_after(part: PartState, move: Move, *, task: State, lead_looks: bool) -> PartState:
    """Give the state of a part after its unit's move.

    Args:
        part: Its state now.
        move: What the unit does, or the lead unit with it (verify, return).
        task: The state of the whole: its units must have the word.
        lead_looks: Whether a part handed in waits for 牵头初审; else it is done with that.

    Raises:
        Conflict: The move is illegal for the part now; the message names the legal ones.
    """
    after = PART_STEPS.get((part, move)) if task in OPEN_TO_PARTS else None
    if after is None:
        legal = [one for state, one in PART_STEPS if state == part] if task in OPEN_TO_PARTS else []
        words = "、".join(legal) or "无"
        message = f"本单位承办部分处于“{PART_WORDS[part]}”，现在可以：{words}"
        raise Conflict(message, code="part.move_illegal", field="move", state=part, legal=legal)
    if after is PartState.SUBMITTED and not lead_looks:
        return PartState.PASSED
    return after


def part_of_whole(task: State) -> PartState | None:
    """Give the state of the answering unit's part that follows from the state of the whole, None where none does."""
    return OF_WHOLE.get(task)
