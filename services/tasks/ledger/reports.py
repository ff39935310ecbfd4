"""What units report with their moves, kept once and read by every list, meeting paper and form that needs it."""

from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.deeds import Deed
from services.tasks.ledger.domain import Move
from services.tasks.ledger.repository import Held
from services.tasks.models import ReportRow

REPORTS = frozenset({Move.PROGRESS, Move.SUBMIT})


def keep_report(deed: Deed, held: Held, command: MoveCommand, unit: str | None) -> None:
    """Keep what `unit` reported with a move, under the revision that the move made; nothing when nothing was said."""
    if unit is None or (command.move not in REPORTS and command.report == Report()):
        return
    said = command.report
    row = ReportRow(
        task_id=held.task.id,
        revision=held.task.revision,
        unit_id=unit,
        at=deed.act.at,
        progress=command.progress,
        note=said.note.strip(),
        problem=said.problem.strip(),
        next_step=said.next_step.strip(),
        evidence=list(said.evidence),
    )
    deed.tx.session.add(row)
