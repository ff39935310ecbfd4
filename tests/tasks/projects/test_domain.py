"""Batches, their needs, and the nodes with their tests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.projects.domain import (
    Facts,
    Node,
    Stage,
    check_back,
    check_choice,
    check_code,
    check_forward,
    check_needs,
    check_project,
    missing_for,
)
from services.tasks.projects.domain_amounts import Share, check_amount, check_months, shown
from services.tasks.projects.domain_nodes import Confirmation, check_node
from shared.errors import Conflict, DubanError, Invalid
from tests.tasks.projects.made import FILED, JUNE, MARCH, MAY, project

READY = Facts(
    year=2023,
    approval_ref="示例备〔2023〕1号",
    starts_on=date(2023, 5, 1),
    completes_on=date(2023, 12, 31),
    nodes={Node.START},
)
BUILT = {"topped_out": "a-1", "fitted_out": "a-2"}


def test_a_project_that_lacks_nothing_may_be_in_any_batch() -> None:
    assert [missing_for(stage, READY) for stage in Stage] == [[], [], [], []]


@pytest.mark.parametrize(
    ("changes", "stage", "word"),
    [
        ({"approval_ref": None}, Stage.RESERVED, "立项文号"),
        ({"elements": ["供地"]}, Stage.STARTED, "要素保障尚未落实：供地"),
        ({"starts_on": None}, Stage.STARTED, "计划开工日期"),
        ({"preliminary": True}, Stage.STARTED, "开工任务书"),
        ({"nodes": ()}, Stage.PRODUCING, "入库纳统"),
        ({"completes_on": None}, Stage.PRODUCING, "2023 年内的竣工投用日期"),
        ({"completes_on": date(2024, 1, 1)}, Stage.PRODUCING, "2023 年内的竣工投用日期"),
    ],
)
def test_each_batch_needs_its_own_and_what_the_batches_before_it_need(
    changes: dict[str, Any], stage: Stage, word: str
) -> None:
    facts = replace(READY, **changes)

    lacking = [one for one in Stage if missing_for(one, facts)]

    assert lacking == list(Stage)[list(Stage).index(stage) :]
    with pytest.raises(Conflict, match=word):
        check_needs(stage, facts)


def test_a_preliminary_project_with_its_start_order_may_start() -> None:
    check_needs(Stage.STARTED, replace(READY, preliminary=True, charter_ref="示例任务书1号"))


def test_a_batch_only_moves_forward() -> None:
    check_forward(Stage.PLANNED, Stage.PRODUCING)

    with pytest.raises(Conflict, match="现在可以：投产一批（producing）"):
        check_forward(Stage.STARTED, Stage.RESERVED)
    with pytest.raises(Conflict, match="已在最后一批"):
        check_forward(Stage.PRODUCING, Stage.PRODUCING)


def test_what_was_started_is_not_put_back_before_its_start() -> None:
    check_back(Stage.RESERVED, ())
    check_back(Stage.STARTED, {Node.START})

    with pytest.raises(Conflict, match="已正式开工"):
        check_back(Stage.RESERVED, {Node.START})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"total": Decimal(0), "annual": Decimal(0)}, "须大于 0"),
        ({"annual": Decimal("10.0001")}, "不小于以前完成与年度计划投资之和"),
        ({"completed_before": Decimal("6.36")}, "不小于以前完成与年度计划投资之和"),
        ({"annual": Decimal("0.00001")}, "最多 4 位小数"),
        ({"level_owner": "county"}, "省级（province）"),
        ({"leader_post": "张某"}, "不能填姓名"),
        ({"listed_on": date(2023, 6, 21)}, "晚于今天"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(Invalid, match=word):
        check_project(project(**changes), JUNE)


def test_an_entry_that_makes_sense_passes() -> None:
    check_project(project(), JUNE)
    check_project(project(listed_on=None), JUNE)
    check_code("leader-2", "leader_post")
    check_choice("a", {"a": "甲"}, field="x", what="类别")


@pytest.mark.parametrize("amount", ["-0.01", "1.00001", "1000001", "NaN", "Infinity"])
def test_an_amount_that_is_none_in_hundred_million_yuan_is_refused(amount: str) -> None:
    with pytest.raises(Invalid, match="单位为亿元"):
        check_amount(Decimal(amount), "total")


@pytest.mark.parametrize(("said", "seen"), [("3", "3.00"), ("3.125", "3.125"), ("0.0001", "0.0001")])
def test_an_amount_is_shown_with_two_to_four_places(said: str, seen: str) -> None:
    check_amount(Decimal(said), "total")

    assert str(shown(Decimal(said))) == seen


def test_monthly_targets_are_twelve_running_totals_up_to_the_plan() -> None:
    months = [Decimal(month) for month in range(1, 13)]
    check_months((), Decimal(5))
    check_months(months, Decimal(12))

    for wrong, annual in (
        (months[:11], 11),
        (months, 13),
        ([Decimal(2), Decimal(1), *months[2:]], 12),
    ):
        with pytest.raises(Invalid, match="逐月累计"):
            check_months(wrong, Decimal(annual))


def test_a_share_of_nothing_has_no_percent() -> None:
    assert (Share(Decimal(1), Decimal(3)).percent, Share(Decimal(0), Decimal(0)).percent) == (
        Decimal("33.33"),
        None,
    )


def node(name: Node = Node.START, on: date = MAY, **said: Any) -> Confirmation:  # noqa: ANN401 - any field.
    return Confirmation(node=name, reached_on=on, **{"evidence": FILED} | said)


def test_nodes_come_one_after_the_other_each_with_its_evidence() -> None:
    check_node(node(), Stage.STARTED, {}, JUNE)
    check_node(node(Node.BODY, evidence=BUILT), Stage.STARTED, {"start": MARCH}, JUNE)
    produced = node(Node.PRODUCTION, evidence={"output": "报表"}, output=Decimal(0))
    check_node(produced, Stage.PRODUCING, {"start": MARCH, "body": MAY}, JUNE)


@pytest.mark.parametrize(
    ("said", "stage", "reached", "error"),
    [
        (node(), Stage.RESERVED, {}, "列入“开工一批”后才能确认"),
        (node(), Stage.STARTED, {"start": MARCH}, "已于 2023-03-31 确认"),
        (node(Node.BODY, evidence=BUILT), Stage.STARTED, {}, "须先确认节点“正式开工建设”"),
        (node(Node.BODY, MARCH, evidence=BUILT), Stage.STARTED, {"start": MAY}, "早于节点"),
        (node(on=date(2023, 6, 21)), Stage.STARTED, {}, "晚于今天"),
        (node(evidence={}), Stage.STARTED, {}, "缺少判定依据（文号或附件编号）：入库纳统（filed）"),
        (node(evidence={"filed": " "}), Stage.STARTED, {}, "缺少判定依据"),
        (node(evidence=FILED | {"seen": "a-1"}), Stage.STARTED, {}, "没有判定项 seen，应为：入库纳统"),
        (node(output=Decimal(1)), Stage.STARTED, {}, "当月产值"),
        (
            node(Node.PRODUCTION, evidence={"output": "a-1"}),
            Stage.PRODUCING,
            {"start": MARCH, "body": MAY},
            "当月产值",
        ),
    ],
)
def test_a_node_whose_turn_has_not_come_or_that_is_not_proven_is_refused(
    said: Confirmation, stage: Stage, reached: dict[str, date], error: str
) -> None:
    with pytest.raises(DubanError, match=error):
        check_node(said, stage, reached, JUNE)
