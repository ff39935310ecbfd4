"""Was the clock known when the rung was due?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def recorded(notice: PlannedNotice, _: Situation) -> Verdict | None:
    """Skip what was past when the clock, or the rule for it, became known."""
    early = notice.rung.planned_at < notice.clock.known_from
    return Verdict.SKIPPED_BEFORE_RECORDED if early else None
