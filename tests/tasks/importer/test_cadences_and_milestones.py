from datetime import date

import pytest

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Parsed


def read(sentence: str, fields: str = "牵头单位：市发改委") -> Parsed:
    return parse(document_of("方案.txt", f"某市2023年方案\n一、重点任务\n1.加强调度。{sentence}\n{fields}\n"))


@pytest.mark.parametrize(
    ("sentence", "frequency"),
    [
        ("对工单每日进行预警。", "daily"),
        ("每周汇总进展。", "weekly"),
        ("实行双周调度。", "biweekly"),
        ("每半月通报一次。", "biweekly"),
        ("每月研判调度。", "monthly"),
        ("按月通报。", "monthly"),
        ("实行月度数据统计分析。", "monthly"),
        ("坚持月调度机制。", "monthly"),
        ("分季度开展观摩。", "quarterly"),
        ("建立季度动态调整机制。", "quarterly"),
        ("每年启动编制。", "yearly"),
        ("坚持年总评。", "yearly"),
    ],
)
def test_a_stated_interval_makes_a_cadence(sentence: str, frequency: str) -> None:
    (cadence,) = read(sentence).cadences

    assert (cadence.frequency, cadence.task, cadence.lines) == (frequency, "1", (3, 3))


def test_several_intervals_in_one_clause_are_several_cadences() -> None:
    found = [cadence.frequency for cadence in read("坚持月调度、季考核、年总评的机制。").cadences]

    assert found == ["monthly", "quarterly", "yearly"]


@pytest.mark.parametrize("sentence", ["定期召开会议。", "2023年度计划。", "三年行动。", "全年推进。"])
def test_without_a_stated_interval_there_is_no_cadence(sentence: str) -> None:
    assert not read(sentence).cadences


def test_who_acts_how_often_and_to_whom_is_read() -> None:
    (cadence,) = read("各责任单位要每月3次向市政府办公室书面上报台账。").cadences

    assert (cadence.actor, cadence.actor_assumed, cadence.times) == ("各责任单位", False, 3)
    assert cadence.to == "市政府办公室"


def test_the_lead_is_assumed_to_act_where_nobody_is_named() -> None:
    (cadence,) = read("每季度开展一次评估。").cadences

    assert (cadence.actor, cadence.actor_assumed, cadence.times) == ("市发改委", True, 1)


def test_without_anybody_named_nobody_acts() -> None:
    (cadence,) = read("每季度开展评估。", "完成时限：6月底").cadences

    assert (cadence.actor, cadence.actor_assumed) == (None, False)


def test_stage_goals_give_the_share_done_by_each_date() -> None:
    text = (
        "某市2023年方案\n一、要求\n"
        "（一）加强领导。对须在年底前完成的任务，确保在6月底前完成60%以上、9月底前完成90%以上。\n"
    )

    goals = parse(document_of("a.txt", text)).milestones

    assert [(goal.value, goal.deadline) for goal in goals] == [
        (60, date(2023, 6, 30)),
        (90, date(2023, 9, 30)),
    ]
    assert {(goal.scope, goal.strength, goal.operator, goal.lines) for goal in goals} == {
        ("须在年底前完成的任务", "确保", ">=", (3, 3))
    }


def test_a_stage_goal_of_the_whole_plan_says_so() -> None:
    (goal,) = read("力争6月底前任务完成60%。").milestones

    assert (goal.scope, goal.strength, goal.id) == ("本方案任务", "力争", "p01-m01")


def test_a_share_of_something_else_is_no_stage_goal() -> None:
    assert not read("6月底前完成30%的改造。").milestones
    assert read("任务6月底前完成60%。").milestones[0].strength is None
