"""The three nodes 重要节点 of a project and their tests, as a supervisor confirms them.

From the plan: 正式开工 is judged by 入库纳统; 主体完工 by all buildings topped out and fitted out inside and outside;
投产运营 by the output of the month, which is striven for 力争 and may still be nothing.

Invariant: nodes come in their order, each once, each test with its own evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.tasks.projects.domain import NODE_WORDS, NODES, STAGE_WORDS, STAGES, Node, Stage
from services.tasks.projects.domain_amounts import check_amount
from shared.errors import Conflict, Invalid

# What each node is judged by: each test brings its own evidence.
NODE_TESTS: Mapping[Node, Mapping[str, str]] = {
    Node.START: {"filed": "入库纳统"},
    Node.BODY: {"topped_out": "各单体封顶", "fitted_out": "内外部装修"},
    Node.PRODUCTION: {"output": "当月产值"},
}
NODE_STAGES = {Node.START: Stage.STARTED, Node.BODY: Stage.STARTED, Node.PRODUCTION: Stage.PRODUCING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a supervisor confirms of a node.

    Attributes:
        evidence: For each test the number of a paper or the id of an attachment.
        output: Output of the month 当月产值 in 亿元, for the node `production`; 0 when there is none yet.
    """

    node: Node
    reached_on: date
    evidence: Mapping[str, str] = field(default_factory=dict)
    output: Decimal | None = None


def check_node(said: Confirmation, stage: Stage, reached: Mapping[str, date], today: date) -> None:
    """Pass when a node may be confirmed; `reached` are those that were, with their days.

    Raises:
        Conflict: It was confirmed, or the node before it or its batch has not come.
        Invalid: The day, the evidence of a test or the output is missing or makes no sense.
    """
    word = NODE_WORDS[said.node]
    if said.node in reached:
        message = f"节点“{word}”已于 {reached[said.node]} 确认"
        raise Conflict(message, code="project.node_confirmed", field="node")
    if STAGES.index(stage) < STAGES.index(NODE_STAGES[said.node]):
        message = (
            f"项目在“{STAGE_WORDS[stage]}”，列入“{STAGE_WORDS[NODE_STAGES[said.node]]}”后才能确认节点“{word}”"
        )
        raise Conflict(message, code="project.node_early", field="node")
    _check_day(said, reached, today)
    _check_tests(said)


def _check_day(said: Confirmation, reached: Mapping[str, date], today: date) -> None:
    for before in NODES[: NODES.index(said.node)]:
        if before not in reached:
            message = f"须先确认节点“{NODE_WORDS[before]}”（{before}）"
            raise Conflict(message, code="project.node_order", field="node", first=before)
        if said.reached_on < reached[before]:
            message = f"达到日期 {said.reached_on} 早于节点“{NODE_WORDS[before]}”的 {reached[before]}"
            raise Invalid(message, code="project.node_day", field="reached_on")
    if said.reached_on > today:
        message = f"达到日期 {said.reached_on} 晚于今天（{today}）"
        raise Invalid(message, code="project.node_day", field="reached_on")


def _check_tests(said: Confirmation) -> None:
    tests = NODE_TESTS[said.node]
    if unknown := sorted(set(said.evidence) - set(tests)):
        known = "、".join(f"{word}（{name}）" for name, word in tests.items())
        message = f"节点“{NODE_WORDS[said.node]}”没有判定项 {unknown[0]}，应为：{known}"
        raise Invalid(message, code="project.test_unknown", field="evidence")
    lacking = [f"{word}（{name}）" for name, word in tests.items() if not said.evidence.get(name, "").strip()]
    if lacking:
        message = f"节点“{NODE_WORDS[said.node]}”缺少判定依据（文号或附件编号）：{'、'.join(lacking)}"
        raise Invalid(message, code="project.evidence_missing", field="evidence")
    if (said.output is None) == (said.node is Node.PRODUCTION):
        message = "当月产值（output，亿元）须且只须在确认投产运营时填写，尚无产值填 0"
        raise Invalid(message, code="project.output_senseless", field="output")
    if said.output is not None:
        check_amount(said.output, "output")
