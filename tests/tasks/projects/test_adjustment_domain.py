"""What an adjustment may change, and 三个只增不减 over the whole of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.tasks.projects.domain import Stage
from services.tasks.projects.domain_adjustment import (
    AdjustmentState,
    Body,
    Item,
    ItemKind,
    Size,
    Standing,
    breaches,
    check_decided_on,
    check_decision,
    check_growth,
    check_item,
    check_quarter,
    effect,
    size_of,
)
from shared.errors import Conflict, DubanError, Invalid
from tests.tasks.projects.made import JUNE, MARCH, MAY, project

NOW = Standing(title="示例", level_owner="local", total=Decimal(10), annual=Decimal(3))
HIGHER = Standing(title="示例", level_owner="province", total=Decimal(10), annual=Decimal(3))


def item(kind: ItemKind = ItemKind.CHANGE, **said: Any) -> Item:  # noqa: ANN401 - any field.
    return Item(kind=kind, **{"reason": "市场变化", "task_id": "t1"} | said)


def adding(**said: Any) -> Item:  # noqa: ANN401 - any field.
    return item(ItemKind.ADD, **{"task_id": None, "project": project()} | said)


def test_the_size_of_the_list_is_a_sum() -> None:
    assert size_of([NOW, HIGHER]) == Size(2, Decimal(20), Decimal(6))


@pytest.mark.parametrize(
    ("said", "now", "size"),
    [
        (adding(), None, (1, "10", "3.65")),
        (item(ItemKind.DROP), NOW, (-1, "-10", "-3")),
        (item(annual=Decimal(5)), NOW, (0, "0", "2")),
        (item(total=Decimal(9)), NOW, (0, "-1", "0")),
        (item(ItemKind.DROP), None, (0, "0", "0")),
    ],
)
def test_an_item_changes_the_size_of_the_list(
    said: Item, now: Standing | None, size: tuple[int, str, str]
) -> None:
    assert effect(said, now) == Size(size[0], Decimal(size[1]), Decimal(size[2]))


def test_what_breaks_the_rule_is_named_with_how_much_is_missing() -> None:
    before, after = Size(249, Decimal(2000), Decimal(629)), Size(248, Decimal(2001), Decimal("628.5"))

    with pytest.raises(
        Conflict, match=r"项目个数由 249 个减至 248 个（少 1 个）；年度投资由 629.00 亿元减至"
    ) as no:
        check_growth(before, after)

    assert [one["short"] for one in no.value.details["breaches"]] == ["1", "0.50"]  # type: ignore[attr-defined]  # A list.


def test_what_stays_or_grows_breaks_nothing() -> None:
    size = Size(1, Decimal(1), Decimal(1))

    check_growth(size, size)
    assert breaches(size, size.plus(size)) == []


@pytest.mark.parametrize(
    ("said", "now"),
    [
        (adding(), None),
        (item(ItemKind.DROP), NOW),
        (item(annual=Decimal(5)), NOW),
        (item(total=Decimal(11), stage=Stage.RESERVED, starts_on=JUNE), NOW),
    ],
)
def test_an_item_that_says_what_its_kind_needs_passes(said: Item, now: Standing | None) -> None:
    check_item(said, now)


@pytest.mark.parametrize(
    ("said", "now", "word"),
    [
        (item(ItemKind.DROP, reason=" "), NOW, "调出须说明理由"),
        (adding(task_id="t1"), NOW, "不能混用"),
        (item(ItemKind.DROP), None, "不能混用"),
        (item(ItemKind.DROP, project=project()), NOW, "不能混用"),
        (item(), NOW, "至少填"),
        (item(ItemKind.DROP, annual=Decimal(1)), NOW, "至少填"),
        (item(annual=Decimal(4)), HIGHER, "是省级重点项目，新城不能自行调整"),
        (adding(project=project(level_owner="city")), None, "是市级重点项目"),
        (item(total=Decimal(-1)), NOW, "单位为亿元"),
        (item(total=Decimal(11), months=(Decimal(1),)), NOW, "须同时填写年度计划投资"),
        (item(annual=Decimal(1), months=(Decimal(1),)), NOW, "逐月累计"),
    ],
)
def test_an_item_that_makes_no_sense_or_is_not_ours_is_refused(
    said: Item, now: Standing | None, word: str
) -> None:
    with pytest.raises(DubanError, match=word):
        check_item(said, now)


def test_a_quarter_is_adjusted_once_it_has_begun() -> None:
    check_quarter(2023, 2, JUNE)

    for year, quarter in ((2023, 3), (2022, 2), (2023, 0)):
        with pytest.raises(Invalid, match="第 1 至第 2 季度"):
            check_quarter(year, quarter, JUNE)


def test_the_leader_agrees_before_the_meeting_decides() -> None:
    agreed = check_decision(AdjustmentState.PROPOSED, Body.LEADER, "1号")

    assert check_decision(agreed, Body.MEETING, "2号") is AdjustmentState.APPROVED


@pytest.mark.parametrize(
    ("state", "body", "paper", "word"),
    [
        (AdjustmentState.PROPOSED, Body.MEETING, "1号", "现在不由主任办公会决定"),
        (AdjustmentState.APPLIED, Body.LEADER, "1号", "现在不由分管委领导决定"),
        (AdjustmentState.PROPOSED, Body.LEADER, " ", "须有文号"),
    ],
)
def test_a_decision_out_of_turn_or_without_a_paper_is_refused(
    state: AdjustmentState, body: Body, paper: str, word: str
) -> None:
    with pytest.raises(DubanError, match=word):
        check_decision(state, body, paper)


@pytest.mark.parametrize("on", [MARCH, date(2023, 6, 21)])
def test_a_decision_lies_between_the_one_before_it_and_today(on: date) -> None:
    check_decided_on(MAY, [MARCH, MAY], JUNE)

    with pytest.raises(Invalid, match="须在 2023-05-31 至 2023-06-20 之间"):
        check_decided_on(on, [MARCH, MAY], JUNE)
