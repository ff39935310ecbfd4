"""When orders are proposed for the 督查 ledger or for a referral 移送, and what may be decided about a proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.tasks.orders.domain_rules import Rules
from shared.errors import Conflict, Invalid


class ProposalKind(StrEnum):
    """What gives the reason: many about the same, one caller again and again, or units that hand on."""

    FREQUENT = "frequent"
    CALLER = "caller"
    SHIRKING = "shirking"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


PROPOSAL_WORDS: Mapping[str, str] = {
    ProposalKind.FREQUENT: "高频诉求",
    ProposalKind.CALLER: "同一诉求人重复诉求",
    ProposalKind.SHIRKING: "推诿扯皮",
}
PROPOSAL_STATES: Mapping[str, str] = {
    ProposalState.OPEN: "待决定",
    ProposalState.ACCEPTED: "已采纳",
    ProposalState.DISMISSED: "不采纳",
}
REFERRED_TO: Mapping[str, str] = {"discipline": "纪委监委机关", "organisation": "组织部"}
MAKES: Mapping[str, str] = {"instruction": "批示交办事项", "problem": "问题"}


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as far as proposals look at it."""

    task_id: str
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Orders about the same: a category and region, or a caller at a source, whom `about` names."""

    about: str
    category: str = ""
    region: str = ""
    orders: Sequence[Seen]


def is_frequent(group: Group, rules: Rules, now: datetime) -> list[str]:
    """Give the orders of a group when there are enough of them within the days; else none."""
    return _enough(group, rules, now, rules.frequent_count)


def is_repeated(group: Group, rules: Rules, now: datetime) -> list[str]:
    """Give the orders of a caller when there are enough of them within the days; else none."""
    return _enough(group, rules, now, rules.caller_count)


def _enough(group: Group, rules: Rules, now: datetime, least: int) -> list[str]:
    since = now - timedelta(days=rules.frequent_days)
    found = [
        one.task_id
        for one in group.orders
        if one.kind in rules.frequent_kinds and since <= one.received_at <= now
    ]
    return found if len(found) >= least else []


def check_open(state: str) -> None:
    """Pass while a proposal waits.

    Raises:
        Conflict: It was decided.
    """
    if state != ProposalState.OPEN:
        message = f"该建议已是“{PROPOSAL_STATES[state]}”，不能再决定"
        raise Conflict(message, code="order_proposal.decided", field="id", state=state)


def check_target(kind: str, make: str | None, to: str | None, *, accept: bool) -> None:
    """Pass when a decision says what it needs: what to make of orders, or whom shirking is referred to.

    Raises:
        Invalid: It says too little, or what makes no sense.
    """
    if not accept:
        if make or to:
            message = "不采纳时不能填写 make、to，请去掉"
            raise Invalid(message, code="order_proposal.senseless", field="make")
        return
    refers = kind == ProposalKind.SHIRKING
    wanted, said, known = ("to", to, REFERRED_TO) if refers else ("make", make, MAKES)
    other = make if refers else to
    if said not in known or other:
        words = "、".join(f"{word}（{code}）" for code, word in known.items())
        message = f"采纳该建议须填写 {wanted}，可用：{words}"
        raise Invalid(message, code="order_proposal.target", field=wanted)
