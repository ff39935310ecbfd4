"""Does somebody else's problem hold it up?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def inhibited(_: PlannedNotice, situation: Situation) -> Verdict | None:
    """Spare the units of a blocked task; those of the blocker are told in their stead."""
    return Verdict.HELD_INHIBITED if situation.inhibited else None
