"""The four batches 四个一批 of key projects, their three nodes, and what each step needs.

From the plan: 谋划 is the early phase; 储备 has its project approval 立项 but not yet what a start needs; what is being
built is listed under 开工 or 投产 by when it is completed.

Invariant: a batch only moves forward, but for an adjustment that the office meeting decided.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.tasks.ledger.domain import RoleName
from services.tasks.projects.domain_amounts import ZERO, check_amount, check_months
from shared.errors import Conflict, Invalid

KIND = "project"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Stage(StrEnum):
    """The batch 批次 that a project is in."""

    PLANNED = "planned"
    RESERVED = "reserved"
    STARTED = "started"
    PRODUCING = "producing"


class Node(StrEnum):
    """A node 重要节点 of its building, in the order in which they come."""

    START = "start"
    BODY = "body"
    PRODUCTION = "production"


STAGES, NODES = tuple(Stage), tuple(Node)
STAGE_WORDS = {
    Stage.PLANNED: "谋划一批",
    Stage.RESERVED: "储备一批",
    Stage.STARTED: "开工一批",
    Stage.PRODUCING: "投产一批",
}
NODE_WORDS = {Node.START: "正式开工建设", Node.BODY: "主体完工", Node.PRODUCTION: "投产运营"}
# Whose list a project is on; only those on our own list are adjusted by us.
LEVEL_OWNERS: Mapping[str, str] = {
    "province": "省级",
    "city": "市级",
    "new_area": "新区级",
    "local": "新城级",
}
LOCAL = "local"
# 要素保障: what a project needs; whoever adds a sort adds a row.
ELEMENTS: Mapping[str, str] = {
    "land": "用地",
    "planning": "规划",
    "permits": "审批手续",
    "environment": "环评",
    "energy": "用能",
    "funding": "资金",
    "utilities": "水电气热配套",
    "labour": "用工",
    "other": "其他",
}
FUNDS: Mapping[str, str] = {"bond": "地方政府专项债券", "central": "中央预算内投资"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as somebody enters it; amounts are in 亿元.

    Attributes:
        units: (role, unit id) in order; the first lead is the one that takes charge 包抓单位.
        leader_post: Code of the post of the leader in charge 包抓领导, never a name.
        officer_unit: The unit of the project officer 项目主管; the first unit unless said.
        annual: The plan of investment for `year`; `months` are its monthly targets, as running totals.
        completed_before: Invested before `year`.
        approval_ref: Number of the project approval 立项.
        preliminary: On the list of 前期项目; `charter_ref` is its start order 开工任务书.
        starts_on: Planned start 计划开工; `completes_on` the planned completion 竣工投用.
        listed_on: The day since which it is on the list; the day of the entry unless said.
    """

    title: str
    units: tuple[tuple[RoleName, str], ...]
    leader_post: str
    total: Decimal
    annual: Decimal
    year: int
    body: str = ""
    stage: Stage = Stage.PLANNED
    level_owner: str = LOCAL
    officer_unit: str | None = None
    months: tuple[Decimal, ...] = ()
    completed_before: Decimal = ZERO
    approval_ref: str | None = None
    preliminary: bool = False
    charter_ref: str | None = None
    starts_on: date | None = None
    completes_on: date | None = None
    listed_on: date | None = None
    source: str = "document"
    source_ref: str | None = None
    plan_id: str | None = None
    level: str = "normal"
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the needs of a batch look at; `elements` are those 要素 that the start waits for."""

    year: int
    approval_ref: str | None = None
    preliminary: bool = False
    charter_ref: str | None = None
    starts_on: date | None = None
    completes_on: date | None = None
    elements: Sequence[str] = ()
    nodes: Collection[str] = ()


def _approved(facts: Facts) -> str:
    return "" if facts.approval_ref else "立项文号（approval_ref）"


def _secured(facts: Facts) -> str:
    return f"要素保障尚未落实：{'、'.join(facts.elements)}" if facts.elements else ""


def _dated(facts: Facts) -> str:
    return "" if facts.starts_on else "计划开工日期（starts_on）"


def _ordered(facts: Facts) -> str:
    return "前期项目的开工任务书（charter_ref）" if facts.preliminary and not facts.charter_ref else ""


def _begun(facts: Facts) -> str:
    return "" if Node.START in facts.nodes else "正式开工建设节点（start：入库纳统）的确认"


def _completing(facts: Facts) -> str:
    in_year = facts.completes_on is not None and facts.completes_on.year <= facts.year
    return "" if in_year else f"{facts.year} 年内的竣工投用日期（completes_on）"


# What a project must have to be in a batch, beside what the batches before it need.
NEEDS: Mapping[Stage, tuple[Callable[[Facts], str], ...]] = {
    Stage.PLANNED: (),
    Stage.RESERVED: (_approved,),
    Stage.STARTED: (_secured, _dated, _ordered),
    Stage.PRODUCING: (_begun, _completing),
}


def missing_for(stage: Stage, facts: Facts) -> list[str]:
    """Name what a project lacks to be in the batch `stage`; nothing when it may."""
    upto = STAGES[: STAGES.index(stage) + 1]
    return [word for one in upto for need in NEEDS[one] if (word := need(facts))]


def check_needs(stage: Stage, facts: Facts) -> None:
    """Pass when a project has what the batch needs.

    Raises:
        Conflict: It lacks something; the message names all of it.
    """
    if lacking := missing_for(stage, facts):
        message = f"列入“{STAGE_WORDS[stage]}”还缺：{'；'.join(lacking)}"
        raise Conflict(message, code="project.not_ready", field="stage", missing=lacking)


def check_forward(now: Stage, to: Stage) -> None:
    """Pass when `to` lies ahead of the batch that a project is in.

    Raises:
        Conflict: It does not; the message names those that do.
    """
    ahead = STAGES[STAGES.index(now) + 1 :]
    if to not in ahead:
        words = "、".join(f"{STAGE_WORDS[one]}（{one}）" for one in ahead) or "无，已在最后一批"
        message = f"项目在“{STAGE_WORDS[now]}”，不能转入“{STAGE_WORDS[to]}”；现在可以：{words}"
        raise Conflict(message, code="project.not_forward", field="stage", legal=list(ahead))


def check_back(to: Stage, nodes: Collection[str]) -> None:
    """Pass when an adjustment may put a project back: one that was formally started is being built.

    Raises:
        Conflict: It has started.
    """
    if Node.START in nodes and to in {Stage.PLANNED, Stage.RESERVED}:
        message = f"项目已正式开工（入库纳统），不能调回“{STAGE_WORDS[to]}”"
        raise Conflict(message, code="project.started", field="stage")


def check_project(said: Project, today: date) -> None:
    """Pass when the words and numbers of an entry make sense.

    Raises:
        Invalid: One does not.
    """
    for name in ("total", "annual", "completed_before"):
        check_amount(getattr(said, name), name)
    check_months(said.months, said.annual)
    check_choice(said.level_owner, LEVEL_OWNERS, field="level_owner", what="项目级别")
    check_code(said.leader_post, "leader_post")
    if said.total == 0 or said.annual + said.completed_before > said.total:
        message = f"总投资 {said.total} 须大于 0，且不小于以前完成与年度计划投资之和"
        raise Invalid(message, code="project.total_short", field="total")
    if said.listed_on is not None and said.listed_on > today:
        message = f"列入日期 {said.listed_on} 晚于今天（{today}）"
        raise Invalid(message, code="project.listed_later", field="listed_on")


def check_choice(said: str, words: Mapping[str, str], *, field: str, what: str) -> None:
    """Pass for one of the codes in `words`.

    Raises:
        Invalid: It is none; the message names them.
    """
    if said not in words:
        known = "、".join(f"{word}（{code}）" for code, word in words.items())
        raise Invalid(f"没有{what} {said}，可用：{known}", code=f"project.{field}_unknown", field=field)


def check_code(said: str, field: str) -> None:
    """Pass for the code of a post; names of people stay in the vault.

    Raises:
        Invalid: It has other signs than letters, digits, dot, dash and underline.
    """
    if not CODE.fullmatch(said):
        message = f"{field} 须填职务代码（字母、数字、点、横线），不能填姓名：{said}"
        raise Invalid(message, code="project.post_invalid", field=field)
