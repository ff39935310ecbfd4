"""What a result of an approval 审批结果 is beside those that its source told before: new, a repeat, or a contradiction.

A result is never corrected in place, since a unit may have claimed it: an approval that is changed, revoked or put
right is sent as a further version. Versions are numbered by their source, or else counted as they arrive and told
apart by the time of the decision.
"""

from dataclasses import dataclass, field

from services.gateway.feeds.domain.drafts import Draft
from services.gateway.feeds.domain.steps import TAKEN, Outcome, Taken, compared
from services.gateway.feeds.domain.steps_orders import Told
from shared.events.approvals import ApprovalReceived


@dataclass(slots=True)
class Approval:
    """An approval as its source has told of it.

    Attributes:
        results: By their versions.
        new: The versions that are not stored yet.
    """

    approval_id: str
    source_id: str
    results: dict[int, Told] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)


def take_result(approval: Approval, draft: Draft, event: ApprovalReceived) -> Taken:
    """Bring a result into its approval; the revision of its event is how many results there are."""
    known: int | None = event.version if draft.numbered and event.version in approval.results else None
    if not draft.numbered:
        marked = (number for number, one in approval.results.items() if one.mark == draft.mark)
        known = next(marked, None)
    if known is not None:
        outcome = compared(approval.results[known].content, draft.content_hash)
        assert outcome not in TAKEN  # noqa: S101 - something is known.
        return Taken(outcome)
    number = event.version if draft.numbered else max(approval.results, default=0) + 1
    approval.results[number] = Told(draft.mark, draft.content_hash)
    approval.new.append(number)
    numbered = event.model_copy(update={"version": number})
    return Taken(Outcome.ACCEPTED, numbered, len(approval.results))
