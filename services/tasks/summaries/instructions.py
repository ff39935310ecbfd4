"""A leader's instruction 批示 on a paper, entered with notify, becomes a task here.

Invariant: one instruction is one task, whose id follows from the instruction's.
"""

from datetime import datetime

from services.tasks.acts import Act
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.domain import RoleName
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import TaskRow
from shared.database import Tx
from shared.events.deadlines import PaperInstructed


async def register_instruction(tx: Tx, event: PaperInstructed, *, entered_at: datetime) -> TaskRow:
    """Register the task, in the name of the supervisor who entered the instruction; what it says stays with notify.

    Raises:
        Invalid: A unit is not known here.
    """
    at = tx.cause.time if tx.cause else tx.now  # A day that was open when it was given stays valid.
    actor = Actor(id=event.by, role="supervisor")
    entry = Entry(
        kind="instruction",
        title=f"{event.number}批示事项",
        body="",
        units=tuple((_role(place), unit) for place, unit in enumerate(event.units)),
        deadline=event.due_on,
        source="instruction",
        source_ref=event.number,
        client_ref=event.instruction_id,
    )
    act = Act(actor=actor, at=at, recorded_at=tx.now, entered_at=entered_at)
    return await register_by_hand(tx, entry, act)


def _role(place: int) -> RoleName:
    return "responsible" if place else "lead"
