"""The decision: the first stage that has something to say has the say.

The order is part of the rules: what is decided or stopped is never looked at again, what is not due yet is not held
back for another reason, and only what would be told is held back by a block or a silence.
"""

from collections.abc import Callable
from typing import TypeAlias

from services.notify.domain import PlannedNotice, Situation, Verdict
from services.notify.stages.caught_up import caught_up
from services.notify.stages.due import due
from services.notify.stages.inhibited import inhibited
from services.notify.stages.once import once
from services.notify.stages.recorded import recorded
from services.notify.stages.silenced import silenced
from services.notify.stages.still_open import still_open

Stage: TypeAlias = Callable[[PlannedNotice, Situation], Verdict | None]
STAGES: tuple[Stage, ...] = (once, still_open, recorded, due, caught_up, inhibited, silenced)


def decide(notice: PlannedNotice, situation: Situation) -> Verdict:
    """Say whether a planned notice is sent now, and why or why not."""
    for stage in STAGES:
        verdict = stage(notice, situation)
        if verdict is not None:
            return verdict
    late = situation.now - notice.rung.planned_at > situation.late_after
    return Verdict.SEND_LATE if late else Verdict.SEND
