"""Quarterly adjustments 季度动态调整 of the list: what may be changed, by which decisions, and 三个只增不减.

From the plan: the number of projects, their total and their annual investment only grow over an adjustment; the
leader in charge 分管委领导 agrees and the office meeting 主任办公会 decides; projects on the lists of province, city
and new area are not ours to adjust.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.tasks.projects.domain import LEVEL_OWNERS, LOCAL, Project, Stage
from services.tasks.projects.domain_amounts import ZERO, check_amount, check_months, shown
from shared.errors import Conflict, Invalid


class ItemKind(StrEnum):
    """What an item of an adjustment does."""

    ADD = "add"
    DROP = "drop"
    CHANGE = "change"


class AdjustmentState(StrEnum):
    """Where an adjustment stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    APPROVED = "approved"
    APPLIED = "applied"
    REFUSED = "refused"


class Body(StrEnum):
    """Who decides on it, one after the other."""

    LEADER = "leader"
    MEETING = "meeting"


STATE_WORDS = {
    AdjustmentState.PROPOSED: "待分管委领导审定",
    AdjustmentState.AGREED: "待主任办公会审议",
    AdjustmentState.APPROVED: "待执行",
    AdjustmentState.APPLIED: "已执行",
    AdjustmentState.REFUSED: "未同意",
}
BODY_WORDS = {Body.LEADER: "分管委领导", Body.MEETING: "主任办公会"}
ITEM_WORDS = {ItemKind.ADD: "调入", ItemKind.DROP: "调出", ItemKind.CHANGE: "变更"}
# Whose decision an adjustment waits for, and where it leads.
DECIDING = {
    AdjustmentState.PROPOSED: (Body.LEADER, AdjustmentState.AGREED),
    AdjustmentState.AGREED: (Body.MEETING, AdjustmentState.APPROVED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One change of the list.

    Attributes:
        project: The project to add.
        task_id: The project to drop or change.
        annual: Its new plan of the year in 亿元, with `months`; `total` its new total.
        stage: Its new batch, which may lie behind.
        starts_on: Its new planned start.
    """

    kind: ItemKind
    reason: str
    task_id: str | None = None
    project: Project | None = None
    annual: Decimal | None = None
    months: tuple[Decimal, ...] = ()
    total: Decimal | None = None
    stage: Stage | None = None
    starts_on: date | None = None

    @property
    def changes(self) -> Mapping[str, object]:
        """What it changes of a project that is on the list."""
        said = {
            "annual": self.annual,
            "total": self.total,
            "stage": self.stage,
            "starts_on": self.starts_on,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project on the list as an adjustment sees it; amounts in 亿元, `annual` that of the adjusted year."""

    title: str
    level_owner: str
    total: Decimal
    annual: Decimal


@dataclass(frozen=True, slots=True)
class Size:
    """How large the list is: number of projects, total and annual investment in 亿元."""

    projects: int
    total: Decimal
    annual: Decimal

    def plus(self, other: "Size") -> "Size":
        """Add two sizes."""
        return Size(self.projects + other.projects, self.total + other.total, self.annual + other.annual)


@dataclass(frozen=True, slots=True)
class Breach:
    """One of 三个只增不减 that an adjustment breaks, and by how much it falls short."""

    name: str
    word: str
    unit: str
    before: Decimal
    after: Decimal

    @property
    def short(self) -> Decimal:
        """By how much it would fall."""
        return self.before - self.after

    @property
    def sentence(self) -> str:
        """The same for people."""
        return f"{self.word}由 {self.before} {self.unit}减至 {self.after} {self.unit}（少 {self.short} {self.unit}）"


def size_of(listed: Iterable[Standing]) -> Size:
    """Give the size of the list."""
    size = Size(0, ZERO, ZERO)
    for one in listed:
        size = size.plus(Size(1, one.total, one.annual))
    return size


def effect(item: Item, now: Standing | None) -> Size:
    """Give what an item adds to the size of the list; `now` is the project that it is about."""
    if item.project is not None:
        return Size(1, item.project.total, item.project.annual)
    if now is None:
        return Size(0, ZERO, ZERO)
    if item.kind is ItemKind.DROP:
        return Size(-1, -now.total, -now.annual)
    total = now.total if item.total is None else item.total
    annual = now.annual if item.annual is None else item.annual
    return Size(0, total - now.total, annual - now.annual)


def breaches(before: Size, after: Size) -> list[Breach]:
    """Name what 三个只增不减 forbids of an adjustment, over the whole of it."""
    both = (
        Breach("projects", "项目个数", "个", Decimal(before.projects), Decimal(after.projects)),
        Breach("total", "总投资", "亿元", shown(before.total), shown(after.total)),
        Breach("annual", "年度投资", "亿元", shown(before.annual), shown(after.annual)),
    )
    return [one for one in both if one.short > 0]


def check_growth(before: Size, after: Size) -> None:
    """Pass when none of the three falls.

    Raises:
        Conflict: One does; the message and `breaches` name each and by how much.
    """
    if broken := breaches(before, after):
        message = f"违反“三个只增不减”：{'；'.join(one.sentence for one in broken)}"
        details = [{"what": one.name, "short": str(one.short), "unit": one.unit} for one in broken]
        raise Conflict(message, code="adjustment.shrinks", field="items", breaches=details)


def check_item(item: Item, now: Standing | None) -> None:
    """Pass when an item says what its kind needs, and is about a list of ours.

    Raises:
        Invalid: Something is missing or senseless.
        Conflict: The project is on the list of the province, the city or the new area.
    """
    if not item.reason.strip():
        raise Invalid(f"{ITEM_WORDS[item.kind]}须说明理由", code="adjustment.reason_missing", field="reason")
    adds = item.kind is ItemKind.ADD
    if adds != (item.project is not None) or adds != (now is None):
        message = "调入须填 project，调出和变更须填 task_id，二者不能混用"
        raise Invalid(message, code="adjustment.item_senseless", field="items")
    if bool(item.changes) != (item.kind is ItemKind.CHANGE):
        message = "变更须至少填 annual、total、stage、starts_on 之一，调入和调出不能填"
        raise Invalid(message, code="adjustment.item_senseless", field="items")
    _check_owner(item, now)
    _check_amounts(item)


def _check_owner(item: Item, now: Standing | None) -> None:
    owners = (item.project.level_owner if item.project else "", now.level_owner if now else "")
    title = item.project.title if item.project else now.title if now else ""
    for owner in owners:
        if owner and owner != LOCAL:
            word = LEVEL_OWNERS.get(owner, owner)
            message = f"“{title}”是{word}重点项目，新城不能自行调整，请报上级"
            raise Conflict(message, code="adjustment.not_ours", field="items", level_owner=owner)


def _check_amounts(item: Item) -> None:
    for name, amount in (("annual", item.annual), ("total", item.total)):
        if amount is not None:
            check_amount(amount, name)
    if item.months and item.annual is None:
        raise Invalid("填写各月目标须同时填写年度计划投资", code="project.months_invalid", field="months")
    check_months(item.months, ZERO if item.annual is None else item.annual)


def check_quarter(year: int, quarter: int, today: date) -> None:
    """Pass for a quarter of the year that runs and that has begun.

    Raises:
        Invalid: It is another.
    """
    begun = (today.month + 2) // 3
    if year != today.year or not 1 <= quarter <= begun:
        message = f"只能调整 {today.year} 年第 1 至第 {begun} 季度的计划"
        raise Invalid(message, code="adjustment.quarter", field="quarter")


def check_decision(state: AdjustmentState, body: Body, paper: str) -> AdjustmentState:
    """Give the state after the agreement of `body`.

    Raises:
        Conflict: It is not this body's turn.
        Invalid: The number of the paper is missing.
    """
    turn = DECIDING.get(state)
    if turn is None or turn[0] is not body:
        message = f"调整方案“{STATE_WORDS[state]}”，现在不由{BODY_WORDS[body]}决定"
        raise Conflict(message, code="adjustment.not_their_turn", field="body", state=state)
    if not paper.strip():
        message = f"{BODY_WORDS[body]}的决定须有文号（paper）"
        raise Invalid(message, code="adjustment.paper_missing", field="paper")
    return turn[1]


def check_decided_on(decided_on: date, not_before: Sequence[date], today: date) -> None:
    """Pass for a day on which a decision can have been made: after the proposal and the decision before it.

    Raises:
        Invalid: It is another.
    """
    first = max(not_before)
    if not first <= decided_on <= today:
        message = f"决定日期 {decided_on} 须在 {first} 至 {today} 之间"
        raise Invalid(message, code="adjustment.decided_on", field="decided_on")
