"""Makes the event of a result of an approval 审批结果 from the fields of a record."""

from services.gateway.feeds.domain.drafts import Draft, Fault, approval_id
from services.gateway.feeds.domain.said import Said, draft_of
from services.gateway.vault.domain import Private
from shared.events.approvals import ApprovalReceived


def approval(said: Said, private: Private) -> Draft | Fault:
    """Make a result, or refuse one that says to amend itself."""
    found, source = said.found, said.context.source_id
    amended = found.get("amends_no", "")
    if amended == found["project_no"]:
        place = said.place("amends_no")
        message = f"{place} 与办件编号相同：同一编号的再次审批凭结果版本或审批时间区分"
        return Fault(place, amended, "approval.amends_itself", message, f"请去掉 {place}")
    own = {name: value for name, value in found.items() if name in ApprovalReceived.model_fields}
    own |= {"version": max(1, found.get("version", 1))}
    event = ApprovalReceived(
        **own,
        approval_id=approval_id(source, found["project_no"]),
        source_id=source,
        amends=approval_id(source, amended) if amended else "",
        scheme=said.context.form.lists["approval"].scheme,
        raw_code=said.raw.get(said.place("result"), ""),
    )
    return draft_of(
        event,
        said,
        private,
        mark=found["decided_at"].isoformat(),
        numbered=found.get("version", 0) > 0,
    )
