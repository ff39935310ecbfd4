"""Steps of a task that are no moves of its lifecycle: written into its history like moves, with an own name each."""

from dataclasses import dataclass, field
from typing import Any

from services.tasks.ledger import lights
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain_permits import is_supervisor
from services.tasks.ledger.history import add_revision, complete
from services.tasks.ledger.repository import Held
from services.tasks.models import RevisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the history says of a step.

    Attributes:
        step: Its name, `noun.verb` (`extension.ask`).
        unit: The unit that acts; None for the supervision office.
        changes: What changed, as JSON values.
    """

    step: str
    unit: str | None = None
    reason: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


def note(deed: Deed, held: Held, said: Note) -> None:
    """Begin a step: the task gets its next revision, with which its events go out; `settle` ends it.

    Nothing may be asked of the database in between, since that would write the history row without its snapshot.
    """
    entry = RevisionRow(
        move=said.step,
        from_state=held.task.state,
        on_behalf_of=said.unit if is_supervisor(deed.act.actor) else None,
        unit_id=said.unit,
        progress=None,
        reason=said.reason.strip(),
        changes=said.changes,
    )
    add_revision(deed, held, entry)


def settle(deed: Deed, held: Held) -> None:
    """End a step: the light follows, and the history gets its snapshot."""
    lights.relight(deed.tx, held, deed.terms, at=deed.act.at)
    complete(held)
