"""What every change of a project does: one step of its task and one event with the whole of what it is about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic_core import to_jsonable_python

from services.tasks.acts import Act
from services.tasks.ledger import repository as ledger
from services.tasks.ledger.deeds import Deed, begin
from services.tasks.ledger.domain import STATE_WORDS, State
from services.tasks.ledger.domain_deadlines import ENDED
from services.tasks.ledger.history import check_revision
from services.tasks.ledger.noting import Note, note, settle
from services.tasks.ledger.repository import Held
from services.tasks.projects import repository
from services.tasks.projects.domain import NODES
from services.tasks.projects.domain_amounts import shown
from services.tasks.projects.domain_pace import completed_on, line_on
from services.tasks.projects.repository import Listed
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict
from shared.events.envelope import Event
from shared.events.supervision import ProjectAdvanced, ProjectInvested


@dataclass(frozen=True, slots=True)
class Hand:
    """A project that is being changed: the deed, its task, and all that belongs to it."""

    deed: Deed
    held: Held
    listed: Listed

    @property
    def today(self) -> date:
        """The day of the deed."""
        return local_date(self.deed.act.at)


async def take_in_hand(tx: Tx, task_id: str, act: Act, if_revision: int | None = None) -> Hand:
    """Load a project for a change, and lock its task.

    Raises:
        NotFound: There is no such project.
        Conflict: Its task is over, or has changed since `if_revision`.
    """
    held = await ledger.hold(tx.session, task_id)
    listed = await repository.get_project(tx.session, task_id)
    check_revision(held.task, if_revision)
    state = State(held.task.state)
    if state in ENDED:
        message = f"项目 {task_id} 处于“{STATE_WORDS[state]}”，不能再更新"
        raise Conflict(message, code="project.over", field="id", state=state)
    return Hand(await begin(tx, act), held, listed)


def record(hand: Hand, said: Note, *events: Event) -> None:
    """Write one step into the history of the task and publish what follows from it."""
    changes = {name: _plain(value) for name, value in said.changes.items()}
    note(hand.deed, hand.held, Note(step=said.step, unit=said.unit, reason=said.reason, changes=changes))
    for event in events:
        hand.deed.publish(event, hand.held)
    settle(hand.deed, hand.held)


def _plain(value: object) -> object:
    """Give a value as JSON has it, amounts as text with two to four places."""
    if isinstance(value, Decimal):
        return str(shown(value))
    return [_plain(one) for one in value] if isinstance(value, list) else to_jsonable_python(value)


def advanced(hand: Hand) -> ProjectAdvanced:
    """Say where a project stands: its batch and the last node that was confirmed."""
    row, reached = hand.listed.row, hand.listed.reached
    last = [node for node in NODES if node in reached][-1:]
    return ProjectAdvanced(
        task_id=row.task_id,
        stage=row.stage,
        level_owner=row.level_owner,
        node=last[0] if last else "",
        reached_on=reached[last[0]] if last else None,
    )


def invested(hand: Hand, year: int) -> ProjectInvested:
    """Say how much is invested in a project in a year, as it stands now."""
    row, until = hand.listed.row, min(hand.today, date(year, 12, 31))
    line = line_on(hand.listed.lines, until)
    reported_on, completed = completed_on(hand.listed.reports, until)
    return ProjectInvested(
        task_id=row.task_id,
        year=year,
        total=float(row.total),
        annual=float(line.annual) if line else 0.0,
        completed=float(completed),
        on=reported_on,
    )
