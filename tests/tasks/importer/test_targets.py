from datetime import date

import pytest

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Target


def targets(sentence: str) -> tuple[Target, ...]:
    text = (
        f"某市2023年方案\n一、重点任务\n1.提升服务。{sentence}\n责任单位：市发改委\n完成时限：2023年9月底前\n"
    )
    return parse(document_of("方案.txt", text)).targets


@pytest.mark.parametrize(
    ("sentence", "operator", "value", "unit"),
    [
        ("全程网办率达到95%以上。", ">=", 95, "%"),
        ("满意率不低于99%。", ">=", 99, "%"),
        ("支付率达到90%。", ">=", 90, "%"),
        ("整改率达到100%。", "==", 100, "%"),
        ("实现窗口服务全覆盖。", "==", 100, "%"),
        ("确保历史欠账应还尽还。", "==", 100, "%"),
        ("新建项目6月底前要全面开工。", "==", 100, "%"),
        ("建成4个服务驿站。", "==", 4, "个"),
        ("新增外贸主体5家以上。", ">=", 5, "家"),
        ("交易额突破9亿元。", ">=", 9, "亿元"),
        ("小微首贷户超200户。", ">=", 200, "户"),
        ("办电时间压缩至2个工作日。", "<=", 2, "工作日"),
        ("审批不超过3个工作日。", "<=", 3, "工作日"),
        ("费率降至1%以下。", "<=", 1, "%"),
        ("1个小时以内到达现场并提供服务。", "<=", 1, "小时"),
        ("公告时间由45天压缩至20天。", "<=", 20, "天"),
        ("审理周期缩短30天。", "==", 30, "天"),
        ("在核实之日起一个月内完成清偿。", "<=", 1, "个月"),
        ("抵押登记当日办结。", "<=", 1, "日"),
        ("企业诉求双周动态清零。", "<=", 2, "周"),
        ("实现审批服务全覆盖。", "==", 100, "%"),
        ("每月参加一次活动。", ">=", 1, "次/月"),
        ("至少每周到现场服务两次。", ">=", 2, "次/周"),
        ("引进落户投资50亿元以上的产业项目3个以上。", ">=", 3, "个"),
        ("实现“1环节”办理。", "==", 1, "个"),
    ],
)
def test_a_number_to_reach_is_a_target(sentence: str, operator: str, value: float, unit: str) -> None:
    (target,) = targets(sentence)

    assert (target.operator, target.value, target.unit) == (operator, value, unit)


def test_a_range_gives_its_low_and_high_value() -> None:
    (target,) = targets("新引进企业5-10家。")

    assert (target.operator, target.value, target.value_max) == (">=", 5, 10)


def test_values_of_a_list_take_the_operator_and_unit_of_the_whole() -> None:
    assert [(t.operator, t.value, t.unit) for t in targets("甲、乙产值分别突破8亿、150亿元。")] == [
        (">=", 8, "亿元"),
        (">=", 150, "亿元"),
    ]
    assert [(t.operator, t.value, t.unit) for t in targets("时限分别保持在20个和6个工作日以内。")] == [
        ("<=", 20, "工作日"),
        ("<=", 6, "工作日"),
    ]
    assert [(t.operator, t.value) for t in targets("时限分别压缩至55、25个工作日。")] == [
        ("<=", 55),
        ("<=", 25),
    ]
    assert [(t.operator, t.value) for t in targets("项目分别不少于5个、2个。")] == [(">=", 5), (">=", 2)]


@pytest.mark.parametrize(
    "sentence",
    [
        "依据《20项措施》办理。",
        "聚焦3条主导产业链推进工作。",
        "落实惠企19项措施。",
        "打造15分钟政务服务圈。",
        "审批材料一次告知。",
        "巩固前5批成果。",
        "适用于1.5万米管线的情形。",
        "市委十四届四次全会。",
        "在增长20%的基础上推进。",
        "甲乙丙丁3人。",
        "深化“一照通”改革全覆盖。",
        "推动事项“应接尽接”。",
    ],
)
def test_scopes_names_and_bases_are_no_targets(sentence: str) -> None:
    assert not targets(sentence)


def test_a_count_at_the_head_of_a_clause_says_of_what_the_rest_is_reached() -> None:
    assert [t.value for t in targets("249个重点项目全年完成投资629亿元以上。")] == [629]


def test_a_target_knows_its_task_deadline_period_strength_and_lines() -> None:
    (target,) = targets("力争全年新增上市企业2家。")

    assert (target.task, target.deadline, target.period, target.strength) == (
        "1",
        date(2023, 9, 30),
        "全年",
        "力争",
    )
    assert (target.lines, target.id, target.name) == ((3, 3), "p01-t001", "力争全年新增上市企业")


def test_a_date_in_the_clause_comes_before_the_deadline_of_the_task() -> None:
    (target,) = targets("6月底前新增50家企业。")

    assert target.deadline == date(2023, 6, 30)


def test_goals_have_targets_without_a_task_and_annexes_have_none() -> None:
    text = "某市方案\n——惠企10条举措\n一、目标\n确保新增企业7户。\n名词解释\n1.新增企业20户的意思。\n"

    assert [(t.task, t.value, t.strength) for t in parse(document_of("a.txt", text)).targets] == [
        (None, 7, "确保")
    ]
