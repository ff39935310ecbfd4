"""Rules about what is announced: counts, names with and without plans, titles of annexes."""

import pytest

from tests.tasks.checkup.documents import ISSUED, found, plan, task

NAMES = ("开办企业", "获得电力", "纳税", "政府采购")


def plans(*subjects: str) -> list[str]:
    return [plan(task(1), title=f"某市“{subject}”指标提升方案") for subject in subjects]


@pytest.mark.parametrize("numeral", ["5", "五"])
def test_a_list_shorter_than_announced_is_told(numeral: str) -> None:
    [finding] = found(
        "count-mismatch", plan(task(1), goals=f"建设{numeral}个特色指标：甲类、“乙、丙”类、丁类。")
    )

    assert finding.lines == ((6, 6),)
    assert finding.message == f"写明“{numeral}个特色指标”，后面只有3个"


def test_a_list_longer_than_announced_is_told() -> None:
    [finding] = found("count-mismatch", plan(task(1), goals="推行两个阶段测绘：一为甲、乙；二为丙；三为丁。"))

    assert finding.message == "写明“两个阶段测绘”，后面却有3个"


@pytest.mark.parametrize(
    "goals",
    [
        "抓好3个重点：甲类、乙类、丙类。",
        "抓好4个重点：甲类、乙类、丙类和丁类。",
        "抓好5个重点：甲类、乙类、丙类等。",
        "抓好5个重点：加强甲类、乙类，完善丙类、丁类。",
        "抓好5个重点：全部做完。",
        "抓好5个重点：" + "很长的一段话" * 12 + "、另一段话。",
        "落实第5类事项：甲类、乙类。",
        "重点 3 个：甲类（含子类、丑类）、乙类、《丙、丁》。",
    ],
)
def test_lists_that_agree_or_can_not_be_counted_are_left_alone(goals: str) -> None:
    assert found("count-mismatch", plan(task(1), goals=goals)) == []


def test_a_name_of_a_plan_is_one_item_even_with_and_inside() -> None:
    listed = "抓好3个特色指标：处置违约和迁址、获得电力。"

    [finding] = found("count-mismatch", plan(task(1), goals=listed), *plans("处置违约和迁址"))

    assert "只有2个" in finding.message


def test_a_heading_that_announces_more_than_follows_is_told() -> None:
    text = plan(task(1), task(2)).replace("（一）提升服务", "（一）培育打造5大领域“服务主题”场景")

    [finding] = found("count-mismatch", text)

    assert (finding.tasks, finding.lines) == (("p01/1", "p01/2"), ((8, 8),))
    assert "标题写明“5大领域“服务主题”场景”，下面只有2项任务（第1至2项）" in finding.message


@pytest.mark.parametrize(
    "heading",
    ["（一）实施两项行动", "（一）服务12大主导产业", "（一）完善第二类机制", "（一）升级4.0系统平台"],
)
def test_headings_that_agree_or_count_other_things_are_left_alone(heading: str) -> None:
    text = plan(task(1), task(2)).replace("（一）提升服务", heading)

    assert found("count-mismatch", text) == []


def test_a_heading_over_one_task_announces_parts_of_that_task() -> None:
    text = plan(task(1)).replace("（一）提升服务", "（一）实施三项行动")

    assert found("count-mismatch", text) == []


def test_a_subtitle_with_another_count_is_told() -> None:
    title = "某市营商环境提升方案\n——惠企便民 94 条举措"

    [finding] = found("count-mismatch", plan(task(1), task(2), title=title))

    assert finding.lines == ((5, 5),)
    assert "副标题写明惠企便民94条举措，正文有2项任务" in finding.message


def test_a_subtitle_with_the_right_count_is_left_alone() -> None:
    title = "某市营商环境提升方案\n——惠企便民 10 条举措"

    assert found("count-mismatch", plan(*map(task, range(1, 11)), title=title)) == []


def test_names_of_a_list_without_a_plan_are_told() -> None:
    listed = "评价 5 个指标：开办企业、获得电力、纳税、招标投标、劳动力采购。"
    first = plan(task(1), goals=listed, title="某市营商环境行动方案")

    [finding] = found("announced-without-plan", first, *plans("开办企业", "获得电力", "纳税", "政府采购"))

    assert finding.message == "所列“5个指标”中，2个没有对应的方案：招标投标、劳动力采购"


def test_a_name_that_two_plans_share_is_not_missed() -> None:
    listed = "评价 4 个指标：开办企业、获得电力、纳税、获得用水用气。"
    first = plan(task(1), goals=listed, title="某市营商环境行动方案")
    others = plans("开办企业", "获得电力", "纳税", "获得用水", "获得用气")

    assert found("announced-without-plan", first, *others) == []
    assert found("plan-unannounced", first, *others) == []


def test_a_list_of_other_things_says_nothing_of_plans() -> None:
    first = plan(task(1), goals="聚焦3个重点：开办企业、园区、人才。", title="某市营商环境行动方案")

    assert found("announced-without-plan", first, *plans(*NAMES)) == []
    assert found("plan-unannounced", first, *plans(*NAMES)) == []


def test_a_plan_that_is_on_no_list_is_told() -> None:
    first = plan(task(1), goals="评价 3 个指标：开办企业、获得电力、纳税。", title="某市营商环境行动方案")

    [finding] = found("plan-unannounced", first, *plans("开办企业", "获得电力", "纳税", "数字营商"))

    assert "“数字营商”方案不在所列的3个名称之中" in finding.message


def test_titles_of_the_list_of_annexes_are_compared_with_the_headings() -> None:
    entries = "附件：\n方案一：“开办”指标提升方案\n方案二：“纳税”指标突破方案\n方案九：“没有”指标方案\n"
    first = plan(task(1), title="某市营商环境行动方案") + entries
    annexes = [f"方案{n}\n{text}" for n, text in zip("一二", plans("开办", "纳税"), strict=True)]

    [finding] = found("annex-title-differs", first, *annexes)

    assert finding.message == "附件目录与正文标题不一致（1个）：方案二"
    assert finding.lines[0] == (14, 14)


def test_a_document_without_annexes_has_no_such_finding() -> None:
    assert found("annex-title-differs", plan(task(1)), front=ISSUED) == []
