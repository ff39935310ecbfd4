"""Does the clock still run?"""

from services.notify.domain import PlannedNotice, Situation, Verdict


def still_open(notice: PlannedNotice, _: Situation) -> Verdict | None:
    """Stop where the ledger stopped the clock."""
    return Verdict.DONE_STOPPED if notice.clock.stopped_at is not None else None
