"""Different numbers for one measure: what is called a contradiction, and what is none."""

import pytest

from tests.tasks.checkup.documents import found, plan, task

RULE = "contradicting-targets"


def goals(first: str, second: str, *, due: str = "") -> list[str]:
    """Write a plan whose goals and whose task set a number each."""
    return [plan(task(1, second, due=due), goals=f"提升服务。{first}", title="某市“登记”指标方案")]


def test_two_numbers_for_one_measure_are_told_with_both_places_and_clauses() -> None:
    [finding] = found(
        RULE, *goals("一般登记办理时间压缩至3个工作日内。", "一般登记办理时间压缩至2个工作日内。")
    )

    assert (finding.tasks, finding.lines) == (("p01/1",), ((6, 6), (9, 9)))
    assert "“登记”方案（目标或要求）“一般登记办理时间压缩至3个工作日内”" in finding.message
    assert "“登记”方案第1项“一般登记办理时间压缩至2个工作日内”" in finding.message


def test_a_long_clause_is_quoted_in_part() -> None:
    long = "聚焦" + "群众关心的各类事项和环节" * 5 + "的办理时间压缩至{}个工作日内。"

    [finding] = found(RULE, *goals(long.format(3), long.format(2)))

    assert "…”" in finding.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("全面实现企业开办全流程“3小时”办结。", "全面实现企业开办全流程“1个工作日”办结。"),
        ("力争低压用户全过程办电时间压减至10个工作日。", "低压无外线工程办电时间压缩至2个工作日。"),
        ("年底前中央投资项目资金支付率达到90%。", "支付率达到100%。"),
        ("年内总结不少于2项成熟经验进行推广。", "年内总结不少于1项成熟经验进行推广。"),
        ("新增科技型企业30家。", "新增科技型企业40家。"),
    ],
)
def test_measures_are_the_same_by_equal_names_endings_or_frames(first: str, second: str) -> None:
    assert len(found(RULE, *goals(first, second))) == 1


def test_the_whole_process_of_one_subject_is_one_measure_in_any_plan() -> None:
    other = task(1, "推动企业登记、公章刻制等全部要素压缩至2小时内办结。", title="设置企业开办专区")
    own = task(1, "全流程3小时内办结。", title="提升企业开办效率")

    [finding] = found(RULE, plan(other), plan(own, title="某市第二方案"))

    assert finding.tasks == ("p01/1", "p02/1")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一般登记办理时间压缩至2个工作日内。", "一般登记办理时间压缩至2个工作日内。"),
        ("一般登记办理时间压缩至3个工作日内。", "一般登记网办率达到90%以上。"),
        ("企业注销全流程3小时办结。", "项目报建全流程2小时办结。"),
        ("新增孵化企业30家。", "新增科技型企业40家。"),
        ("新开工项目99个全部开工。", "其中重点新开工项目不少于8个。"),
        ("工业、商业审批时限分别压缩至30、20个工作日。", "工业、商业审批时限压缩至10个工作日。"),
        ("年底前资金支付率达到90%。", "3小时、1环节、0费用办结。"),
    ],
)
def test_other_measures_equal_numbers_and_lists_of_numbers_are_no_contradiction(
    first: str, second: str
) -> None:
    assert found(RULE, *goals(first, second)) == []


def test_two_cases_of_one_sentence_are_two_measures() -> None:
    cases = "低压无外线工程办电时间压缩至2个工作日，低压有外线工程办电时间压缩至5个工作日。"

    assert found(RULE, *goals(cases, "提升服务。")) == []


def test_short_names_mean_nothing_across_plans() -> None:
    one = plan(task(1, "全程网办率达到95%以上。"))
    other = plan(task(1, "全程网办率达到85%以上。"), title="某市第二方案")

    assert found(RULE, one, other) == []


@pytest.mark.parametrize(
    ("first", "second", "contradictions"),
    [
        ("三季度资金支付率达到90%。", "全年资金支付率达到100%。", 0),
        ("三季度资金支付率达到90%。", "全年资金支付率达到80%。", 1),
        ("9月底前登记办理时间压缩至3个工作日内。", "12月底前登记办理时间压缩至2个工作日内。", 0),
        ("9月底前登记办理时间压缩至2个工作日内。", "12月底前登记办理时间压缩至3个工作日内。", 1),
        ("2023年，产品抽检合格率达到98%。", "到2025年，产品抽检合格率达到99%。", 0),
    ],
)
def test_a_later_number_that_asks_for_more_is_a_step_and_no_contradiction(
    first: str, second: str, contradictions: int
) -> None:
    assert len(found(RULE, *goals(first, second))) == contradictions


def test_three_places_make_one_finding() -> None:
    clause = "一般登记办理时间压缩至{}个工作日内。"
    tasks = (task(1, clause.format(2)), task(2, clause.format(4)))

    [finding] = found(RULE, plan(*tasks, goals=clause.format(3)))

    assert finding.tasks == ("p01/1", "p01/2")
