"""Who does something to the registry and at which times; every use case that writes history is handed one."""

from dataclasses import dataclass
from datetime import datetime

from services.tasks.ledger.domain_parties import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """A deed.

    Attributes:
        actor: Who.
        at: Business time of the deed; events and revisions are dated so.
        recorded_at: Business time at which the ledger learns of it: later than `at` when the past is entered.
        entered_at: Real time of the entry.
    """

    actor: Actor
    at: datetime
    recorded_at: datetime
    entered_at: datetime
