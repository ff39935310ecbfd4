"""The check-up as a whole: keys, order, text without line breaks, and any text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.checkup import RULES, check
from services.tasks.importer import document_of
from tests.tasks.checkup.documents import ISSUED, found, plan, task

PIECES = st.sampled_from(
    [
        *"一、二、（一）1.2.。；，：“”《》（）%\n",
        "\n二、主要任务\n",
        "\n牵头单位：甲局\n",
        "\n责任单位：各相关部门\n",
        "\n完成时限：2023年10前\n",
        "9月底前完成60%以上",
        "对须在年底前完成的任务，",
        "5个指标：甲、乙、丙。",
        "压缩至2个工作日内",
        "配合某阳县人民法院",
        "\n某市“开办企业”指标方案\n",
        "\n方案一：“开办企业”指标方案\n",
        "分别达到3个、5个",
        "99999999999999999999",
        "99月底前",
    ]
)


@pytest.mark.slow
@given(st.lists(PIECES | st.text(max_size=12), max_size=60).map("".join))
def test_no_text_breaks_the_check_up(text: str) -> None:
    findings = check(document_of("any.txt", f"某市方案{text}"))

    assert len({finding.key for finding in findings}) == len(findings)
    assert all(finding.lines and finding.message and finding.ask for finding in findings)


def test_every_rule_has_a_code_of_its_own_a_title_and_a_reason() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.title and rule.why.endswith("。") for rule in RULES)


def test_findings_come_in_the_order_of_the_table_and_carry_the_reason_of_their_rule() -> None:
    reasons = {rule.code: rule.why for rule in RULES}
    findings = check(document_of("plan.txt", ISSUED + plan(task(1, due=""), task(2, lead=""))))

    codes = [finding.rule for finding in findings]
    assert codes == sorted(codes, key=list(reasons).index)
    assert all(finding.why == reasons[finding.rule] for finding in findings)


def test_keys_do_not_change_when_the_document_only_moves() -> None:
    text = plan(task(1, due=""), task(2, lead=""))

    def keys(front: str) -> list[str]:
        return [finding.key for finding in check(document_of("plan.txt", front + text))]

    assert keys(ISSUED) == keys(f"{ISSUED}\n\n") != []


def test_two_findings_of_one_rule_for_one_task_have_two_keys() -> None:
    body = "网上申报比例达到80%。网上申报比例达到90%。抵押登记时间压缩至3小时。抵押登记时间压缩至2小时。"

    one, other = found("contradicting-targets", plan(task(1, body)))

    assert one.tasks == other.tasks
    assert other.key == f"{one.key}~2"


def test_a_wrapped_paragraph_is_read_as_one() -> None:
    goals = "为进一步提升服务水平和办事效率，重点抓好评价体系中的5个特色\n指标：甲类、乙类、丙类。"

    [finding] = found("count-mismatch", plan(task(1), goals=goals))

    assert finding.lines == ((6, 7),)
