"""Does the recipient want, or need, to hear of it now?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def silenced(_: PlannedNotice, situation: Situation) -> Verdict | None:
    """Hold what a silence, a snooze or an acknowledgement covers, for that reason."""
    return situation.silenced
