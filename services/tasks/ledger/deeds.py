"""A deed in progress: one transaction, who does it and when, and what moves go by."""

from dataclasses import dataclass

from services.tasks.acts import Act
from services.tasks.ledger.repository import Held
from services.tasks.ledger.terms import Terms, read_terms
from shared.database import Tx
from shared.events.envelope import Event


@dataclass(frozen=True, slots=True)
class Deed:
    """What every step of a use case is handed."""

    tx: Tx
    act: Act
    terms: Terms

    def publish(self, event: Event, held: Held) -> None:
        """Publish something about a task, dated by the deed, with the task's present revision."""
        self.tx.publish(event, time=self.act.at, revision=held.task.revision)


async def begin(tx: Tx, act: Act) -> Deed:
    """Begin a deed: read what its moves go by."""
    return Deed(tx, act, await read_terms(tx.session))
