"""Rules about dates: unclear, hasty, contradicted by the text, whole years, missing, and vague stage results."""

import pytest

from tests.tasks.checkup.documents import found, plan, task


def test_deadlines_without_the_month_word_are_gathered_by_their_wording() -> None:
    unclear = "2023年10前取得阶段性成果"

    [finding] = found("deadline-unclear", plan(task(1, due=unclear), task(2, due=unclear), task(3)))

    assert finding.tasks == ("p01/1", "p01/2")
    assert finding.lines == ((11, 11), (14, 14))
    assert "2处" in finding.message
    assert "暂按2023-10-31计" in finding.message


def test_a_deadline_that_nobody_can_read_is_told_as_such() -> None:
    [finding] = found("deadline-unclear", plan(task(1, due="尽快")))

    assert "未能识别出日期" in finding.message


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2023年3月6日", "离印发日只有5天"),
        ("2023年3月1日", "就是印发当天"),
        ("2023年2月底前", "比印发日早1天"),
    ],
)
def test_a_deadline_about_the_day_of_issue_is_told_with_its_distance(due: str, said: str) -> None:
    [finding] = found("deadline-too-soon", plan(task(1, due=due), task(2)))

    assert finding.tasks == ("p01/1",)
    assert said in finding.message


def test_two_weeks_are_enough_and_without_a_day_of_issue_nothing_is_too_soon() -> None:
    assert found("deadline-too-soon", plan(task(1, due="2023年3月15日"))) == []
    assert found("deadline-too-soon", plan(task(1, due="2023年3月6日")), front="") == []


def test_a_text_that_ends_before_the_deadline_contradicts_it() -> None:
    early = task(1, "推进水厂项目，上半年实现开工建设。", due="2023年9月底前")

    [finding] = found("inner-date", plan(early))

    assert (finding.tasks, finding.lines) == (("p01/1",), ((9, 9), (11, 11)))
    assert "“上半年”（到2023-06-30），早于完成时限2023-09-30" in finding.message


@pytest.mark.parametrize("words", ["12月底前全部建成", "分季度开展集中行动", "冬季开展集中行动"])
def test_a_text_that_goes_on_after_the_deadline_contradicts_it(words: str) -> None:
    [finding] = found("inner-date", plan(task(1, f"{words}。", due="2023年9月底前")))

    assert "（到2023-12-31），晚于完成时限2023-09-30" in finding.message


@pytest.mark.parametrize(
    "words",
    [
        "6月底前建成",
        "年内总结经验",
        "每年6月底前报送计划",
        "落实《某市2024年6月底前工作计划》",
        "5月底前出台办法，9月底前全部建成",
    ],
)
def test_a_text_whose_last_date_is_the_deadline_or_within_it_contradicts_nothing(words: str) -> None:
    due = "2023年6月底前" if words.startswith("6") else "2023年9月底前"

    assert found("inner-date", plan(task(1, f"{words}。", due=due))) == []


def test_a_campaign_into_winter_may_be_due_in_november() -> None:
    assert found("inner-date", plan(task(1, "冬季开展集中行动。", due="2023年11月底前"))) == []


def test_a_deadline_that_was_read_out_of_the_text_does_not_contradict_the_text() -> None:
    told = "1. 建成平台。3月5日前出台办法，9月底前建成平台，全年服务企业不少于50家。（甲局牵头，乙局配合）"

    rules = ("inner-date", "whole-year-target", "deadline-too-soon")

    assert [found(rule, plan(told)) for rule in rules] == [[], [], []]


def test_targets_of_the_whole_year_need_a_deadline_at_its_end() -> None:
    body = "全年新增企业50家，全年组织活动6次以上。"

    [finding] = found("whole-year-target", plan(task(1, body, due="2023年9月底前")))

    assert finding.tasks == ("p01/1",)
    assert "2个按“全年”计算的指标，完成时限却是2023-09-30" in finding.message
    assert found("whole-year-target", plan(task(1, body, due="2023年12月底前"))) == []
    assert found("whole-year-target", plan(task(1, body, due=""))) == []


def test_a_year_that_is_named_is_the_year_of_the_target() -> None:
    [finding] = found("whole-year-target", plan(task(1, "2023年新增企业50家。", due="2023年9月底前")))

    assert "按“2023年”计算" in finding.message
    assert found("whole-year-target", plan(task(1, "每季度新增企业50家。", due="2023年9月底前"))) == []


def test_a_date_in_the_text_of_a_task_without_deadline_is_told() -> None:
    body = "落实《2023年6月底前计划》，原则上10月底前完成方案，原则上12月底前完成审批。"

    [finding] = found("date-only-in-text", plan(task(1, body, responsible="乙局", due=""), task(2, body)))

    assert finding.tasks == ("p01/1",)
    assert "“10月底前”“12月底前”" in finding.message


def test_dates_are_looked_for_without_a_day_of_issue_too() -> None:
    tasks = (task(1, "原则上2023年10月底前完成方案。", due=""), task(2, due=""))

    [finding] = found("date-only-in-text", plan(*tasks), front="")

    assert "“2023年10月底前”" in finding.message


def test_tasks_without_deadline_are_counted_over_the_document_and_by_plan() -> None:
    one = plan(task(1, due=""), task(2), title="某市“开办”指标方案")
    other = plan(task(1, due="持续推进"), title="某市高质量行动方案")

    [finding] = found("no-deadline", one, other)

    assert finding.tasks == ("p01/1", "p02/1")
    assert "3项任务中2项（66.7%）" in finding.message
    assert "“开办”方案1项（共2项），《某市高质量行动方案》1项（共1项）；其中1项只写" in finding.message


def test_no_finding_where_every_task_has_a_deadline_and_no_word_on_standing_tasks_without_any() -> None:
    assert found("no-deadline", plan(task(1))) == []
    assert "只写" not in found("no-deadline", plan(task(1, due="")))[0].message


def test_stage_results_without_any_number_are_told_together() -> None:
    vague = "2023年6月底前取得阶段性成效，持续推进"
    tasks = (task(1, due=vague), task(2, "新增企业5家。", due=vague), task(3))

    [finding] = found("stage-result-vague", plan(*tasks))

    assert finding.tasks == ("p01/1",)
    assert finding.message.startswith("2项任务到期只要求“取得阶段性成效”，其中1项")
    assert found("stage-result-vague", plan(tasks[1])) == []
