"""Is it time?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def due(notice: PlannedNotice, situation: Situation) -> Verdict | None:
    """Hold what is planned for later."""
    return Verdict.HELD_NOT_DUE if notice.rung.planned_at > situation.now else None
