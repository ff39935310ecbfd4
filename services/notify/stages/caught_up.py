"""Was the ledger read up to now?"""

from services.notify.domain import PlannedNotice, Reading, Situation, Verdict


def caught_up(_: PlannedNotice, situation: Situation) -> Verdict | None:
    """Hold while something that stops the clock may be unread; not for ever."""
    return Verdict.HELD_NOT_CAUGHT_UP if situation.reading is Reading.BEHIND else None
