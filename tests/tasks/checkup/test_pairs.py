"""Tasks that say the same: the finder of pairs, and what the check-up says of them."""

from dataclasses import dataclass

import pytest

from services.tasks.checkup.pairs import Pair, find_pairs
from tests.tasks.checkup.documents import found, plan, task

BODY = "推广使用电子证照，推动登记信息共享集成，优化抵押登记审批，协同金融机构推行新模式。"
LONGER = BODY + "建立联络机制。"
OTHER = "组织开展业务培训和技能竞赛，加强窗口人员队伍建设，选树一批服务标杆，健全奖励机制。"


@dataclass(frozen=True)
class Item:
    """A task as the ledger or the importer would give it."""

    id: str
    body: str
    title: str = "推进登记改革"
    plan: str = "某市行动方案"


def test_the_same_words_make_a_pair_and_punctuation_does_not_matter() -> None:
    spaced = BODY.replace("，", " , ")

    assert find_pairs([Item("a", BODY), Item("b", spaced), Item("c", OTHER)]) == [Pair("a", "b", 1.0)]


def test_the_most_alike_come_first_and_the_order_of_tasks_is_kept_within_a_pair() -> None:
    pairs = find_pairs([Item("c", LONGER), Item("b", BODY), Item("a", BODY)])

    assert [(pair.first, pair.second) for pair in pairs] == [("b", "a"), ("c", "b"), ("c", "a")]
    assert 0.5 < pairs[1].likeness < 1


def test_the_order_of_tasks_does_not_change_which_are_pairs() -> None:
    items = [Item("a", BODY), Item("b", LONGER), Item("c", OTHER)]

    def sets(tasks: list[Item]) -> set[frozenset[str]]:
        return {frozenset((pair.first, pair.second)) for pair in find_pairs(tasks)}

    assert sets(items) == sets(items[::-1])


def test_texts_that_are_short_or_share_little_are_no_pair() -> None:
    half = BODY[:20] + OTHER

    assert find_pairs([Item("a", "做好工作。"), Item("b", "做好工作。")]) == []
    assert find_pairs([Item("a", BODY), Item("b", half)]) == []
    assert len(find_pairs([Item("a", BODY), Item("b", half)], likeness=0.1)) == 1


def test_one_template_for_the_own_subjects_of_two_plans_is_no_pair() -> None:
    first = Item("a", BODY, title="宣传开办企业成效", plan="某市“开办企业”指标方案")
    second = Item("b", BODY, title="宣传市场监管成效", plan="某市“市场监管”指标方案")

    assert find_pairs([first, second]) == []


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("推进登记改革", "某市“市场监管”指标方案"),
        ("宣传开办企业成效", "某市“开办企业”指标方案"),
        ("宣传成效", "某市行动方案"),
    ],
)
def test_the_same_work_in_another_plan_or_the_same_one_is_a_pair(title: str, printed: str) -> None:
    first = Item("a", BODY, title="宣传开办企业成效", plan="某市“开办企业”指标方案")

    assert len(find_pairs([first, Item("b", BODY, title=title, plan=printed)])) == 1


def test_a_set_phrase_of_many_tasks_brings_nobody_together() -> None:
    assert find_pairs([Item(str(number), BODY) for number in range(13)]) == []


def test_the_check_up_says_what_differs_between_two_tasks_of_the_same_words() -> None:
    one = plan(task(1, BODY, lead="甲局", responsible="乙局", due=""))
    other = plan(task(1, BODY, lead="", responsible="丙局"), title="某市第二方案")

    [finding] = found("same-task-twice", one, other)

    assert finding.tasks == ("p01/1", "p02/1")
    assert finding.message.endswith(
        "内容相同，但牵头单位不同（甲局／未列）；责任单位不同；时限不同（未定／2023-06-30）"
    )


def test_tasks_that_agree_in_all_are_told_without_a_difference() -> None:
    [finding] = found("same-task-twice", plan(task(1, BODY)), plan(task(1, LONGER), title="某市第二方案"))

    assert "内容大部分相同（8" in finding.message
    assert "但" not in finding.message
