"""Was this notice decided before?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def once(_: PlannedNotice, situation: Situation) -> Verdict | None:
    """Stop at what was told or skipped before."""
    return Verdict.ALREADY_DECIDED if situation.already else None
