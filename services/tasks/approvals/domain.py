"""Where a result of an approval stands, and which deeds are in order: pure decisions about one record.

Invariant: a record waits for exactly one: its unit (待认领), or the supervision office (待指派, 已退回); what was
claimed or superseded waits for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.tasks.domain_ids import short_hash
from shared.clock import local_date
from shared.errors import Conflict, Invalid


class State(StrEnum):
    """Where a record stands."""

    PENDING = "pending"
    UNROUTED = "unrouted"
    DECLINED = "declined"
    CLAIMED = "claimed"
    SUPERVISED = "supervised"
    SUPERSEDED = "superseded"


STATE_WORDS: dict[str, str] = {
    State.PENDING: "待认领",
    State.UNROUTED: "待指派",
    State.DECLINED: "已退回",
    State.CLAIMED: "已认领",
    State.SUPERVISED: "已开展监管",
    State.SUPERSEDED: "被新结果替代",
}
RESULT_WORDS: dict[str, str] = {
    "granted": "准予",
    "refused": "不予",
    "changed": "变更",
    "revoked": "撤销",
    "deregistered": "注销",
}
HOW_WORDS: dict[str, str] = {
    "directory": "派单目录",
    "code": "审批部门自行监管",
    "earlier": "原认领单位",
    "manual": "督查人员指派",
    "": "",
}
STEP_WORDS: dict[str, str] = {
    "routed": "推送",
    "claimed": "认领",
    "declined": "退回",
    "reassigned": "改派",
    "supervised": "开展监管",
    "superseded": "被新结果替代",
    "recounted": "期限按新的工作日重新计算",
}
WITH_OFFICE = frozenset({State.UNROUTED, State.DECLINED})
UNCLAIMED = WITH_OFFICE | {State.PENDING}
TAKEN_ON = frozenset({State.CLAIMED, State.SUPERVISED})
LONGEST = 2000  # Characters of a reason.


def record_id(approval_id: str, version: int) -> str:
    """Name the record of one version of a result."""
    return f"ap{short_hash(f'{approval_id}|{version}', 16)}"


@dataclass(frozen=True, slots=True)
class Known:
    """Another result of the same approval, or of the one that it amends.

    Attributes:
        same: Whether it is of the same number; `version` tells which came first there.
    """

    version: int
    state: str
    unit_id: str | None
    claimed_at: datetime | None
    same: bool = True


def newest(known: Iterable[Known], version: int) -> int | None:
    """Give the version of a later result of the same approval, if there is one: then this one is superseded."""
    later = [one.version for one in known if one.same and one.version > version]
    return max(later, default=None)


def claimer(known: Iterable[Known]) -> str | None:
    """Give the unit that claimed last what is amended now; it has to hear of that."""
    claimed = [one for one in known if one.state in TAKEN_ON and one.claimed_at is not None]
    last = max(claimed, key=lambda one: (one.claimed_at, one.same, one.version), default=None)
    return last.unit_id if last else None


def is_overdue(state: str, due_at: datetime, now: datetime) -> bool:
    """Tell whether a record waits beyond its limit."""
    return state in UNCLAIMED and due_at < now


def check_pending(state: str, unit_id: str | None, *, word: str) -> str:
    """Pass for a record that waits for its unit; give that.

    Raises:
        Conflict: It does not; the message says where it stands.
    """
    if state != State.PENDING or unit_id is None:
        message = f"该审批结果为“{STATE_WORDS[state]}”，不能{word}；只有待认领的可以"
        raise Conflict(message, code="approval.not_pending", field="id", state=state)
    return unit_id


def check_hops(hop: int, hops: int) -> None:
    """Pass while the unit that has a record may still give it back.

    Raises:
        Conflict: It went through too many hands already.
    """
    if hop >= hops:
        message = f"该审批结果已流转 {hop} 次，不能再退回，请认领；确有异议的由督查人员改派"
        raise Conflict(message, code="approval.hops", field="id", hop=hop)


def check_reassign(state: str, unit_id: str | None, to: str) -> None:
    """Pass for a record that nobody claimed, and another unit than the one that has it.

    Raises:
        Conflict: It was claimed or superseded, or that unit has it.
    """
    if state not in UNCLAIMED:
        message = f"该审批结果为“{STATE_WORDS[state]}”，不能改派；只有未认领的可以"
        raise Conflict(message, code="approval.not_unclaimed", field="id", state=state)
    if state == State.PENDING and unit_id == to:
        message = f"该审批结果已由单位 {to} 待认领，无需改派"
        raise Conflict(message, code="approval.same_unit", field="unit_id")


def check_supervision(state: str, on: date, decided_at: datetime, today: date) -> None:
    """Pass for a first supervision that took place after the decision and until today, of what was claimed.

    Raises:
        Conflict: The result was not claimed, or has one already.
        Invalid: The day makes no sense.
    """
    if state != State.CLAIMED:
        message = f"该审批结果为“{STATE_WORDS[state]}”，不能登记首次监管；须先认领，且只登记一次"
        raise Conflict(message, code="approval.not_claimed", field="id", state=state)
    first = local_date(decided_at)
    if not first <= on <= today:
        message = f"监管日期 {on} 无效，应在审批日 {first} 与今日 {today} 之间"
        raise Invalid(message, code="approval.supervised_on", field="on")


def check_words(said: str, *, what: str, field: str) -> str:
    """Give what somebody has to say in words.

    Raises:
        Invalid: There are too few or too many.
    """
    words = said.strip()
    if not 2 <= len(words) <= LONGEST:
        message = f"请填写{what}（{field}），2 至 {LONGEST} 个字，现有 {len(words)} 个"
        raise Invalid(message, code="approval.words", field=field)
    return words
