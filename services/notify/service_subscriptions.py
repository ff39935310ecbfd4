"""Passes on that a subscription of events is served no more: one notice to its owner, in the day's parcel.

Invariant: it is told once, whatever crashed, to the unit of the key that made it, else to the supervision office; one
that is only learned of days later is recorded, not told.
"""

from collections.abc import Sequence

from services.notify import repository, repository_notices
from services.notify.domain import SUPERVISION_OFFICE, Verdict, notice_id
from services.notify.domain_parcels import UNSERVED, Matter, dispatch
from services.notify.domain_steps import is_news
from services.notify.wording import unserved_text
from shared.clock import end_of_day, local_date
from shared.database import Tx
from shared.events.exchange import SubscriptionDisabled

CLOCK = "subscription"  # Stands for the clock in the key of such a notice, as its name stands for a task.


async def tell_owner(tx: Tx, event: SubscriptionDisabled, channels: Sequence[str]) -> None:
    """Tell the owner of a subscription: in the inbox, and with the next message."""
    book = await repository.rulebook(tx.session)
    calendar = await repository.calendar(tx.session)
    happened_at, sequence = (tx.cause.time, tx.cause.sequence) if tx.cause else (tx.now, 0)
    recipient, day_end = event.owner_unit or SUPERVISION_OFFICE, end_of_day(local_date(happened_at))
    verdict = Verdict.SEND if is_news(happened_at, tx.now, calendar) else Verdict.SKIPPED_BEFORE_RECORDED
    leaves = dispatch(Matter(UNSERVED, day_end), tx.now, book.parcels, calendar)
    key = {"task_id": event.subscription, "clock": CLOCK, "due_at": day_end, "rung": UNSERVED}
    key |= {"offset_days": 0, "occurrence": sequence, "recipient": recipient}
    times = {"planned_at": leaves.not_before, "decided_at": tx.now, "late": False, "behind": False}
    text = unserved_text(event.subscription, gone=event.why == "gone") if verdict.is_told else ""
    said = {"verdict": verdict, "text": text, "rules_version": book.version}
    one = notice_id(event.subscription, CLOCK, day_end.isoformat(), UNSERVED, str(sequence), recipient)
    new = await repository_notices.add_notices(tx.session, [{"id": one, **key, **times, **said}])
    if new and verdict.is_told:
        told = {one: recipient}
        await repository_notices.add_said_once(tx.session, told, leaves=leaves, channels=channels, at=tx.now)
