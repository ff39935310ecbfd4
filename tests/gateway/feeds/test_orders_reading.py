"""Rows of 12345 are read by the form of their source; steps of an order are told apart, in any sequence."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.gateway.feeds.domain.drafts import Draft, order_id
from services.gateway.feeds.domain.form import build_form
from services.gateway.feeds.domain.reading import Context, Reading, read_record
from services.gateway.feeds.domain.steps_orders import Order, take_order_step
from services.gateway.feeds.domain.trial import try_records
from services.gateway.feeds.forms import lists, shipped
from shared.errors import Invalid
from shared.events.hotline import OrderReceived, OrderRevisited, OrderUrged
from tests.gateway.feeds.ordering import NAME, STREET, WORDS, a_step, one_order
from tests.gateway.feeds.sending import UNIT, one_service
from tests.gateway.feeds.test_reading import event_of as event_in_words

LATEST = datetime(2023, 6, 20, 1, 5, tzinfo=UTC)
VISIT = {"revisited_at": "2023-06-01 09:00:00", "order_no": "1"}


def context(name: str = "hotline", **overrides: Any) -> Context:  # noqa: ANN401 - JSON.
    return Context("s", build_form(name, shipped(), lists(), overrides), LATEST)


def read(record: Mapping[str, object], **overrides: Any) -> Reading:  # noqa: ANN401 - JSON.
    return read_record(record, context(**overrides))


def draft_of(record: Mapping[str, object], name: str = "hotline") -> Draft:
    reading = read(record, name=name)
    assert reading.faults == []
    return reading.drafts[0]


def codes_of(record: Mapping[str, object], **overrides: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON.
    return [(fault.code, fault.field) for fault in read(record, **overrides).faults]


def test_a_row_of_an_export_gives_an_order() -> None:
    event = draft_of(one_order(紧急程度="特急", 重复工单编号="GD1", 来源渠道="微信")).event

    assert isinstance(event, OrderReceived)
    assert (event.order_id, event.kind, event.raw_code, event.scheme) == (
        "s.GD2023000001",
        "complaint",
        "投诉",
        "words",
    )
    assert event.category == ("城市管理", "市容环境", "占道经营")
    assert (event.region_code, event.unit_code, event.due_on) == ("110108000000", UNIT, date(2023, 5, 11))
    assert (event.urgent, event.enterprise, event.is_named) == (True, False, True)
    assert (event.repeats, event.channel, event.caller) == ("GD1", "微信", "")


def test_what_a_person_said_is_private_with_every_line_of_it() -> None:
    draft = draft_of(one_order(企业名称="某店", 点位="桥下"))

    assert draft.private.text == f"反映{WORDS}\n{WORDS}，请联系{NAME}。\n某店"
    assert (draft.private.name, draft.private.address) == (NAME, f"{STREET}\n桥下")
    assert not any(one in draft.event.model_dump_json() for one in (NAME, STREET, WORDS, "某店"))


def test_an_order_is_about_an_enterprise_where_one_is_named_or_the_source_says_so() -> None:
    rows = [one_order(企业名称="某店"), one_order(是否涉企="是"), one_order(是否涉企="否")]

    assert [draft_of(row).event.enterprise for row in rows] == [True, True, False]  # type: ignore[union-attr] # Orders.


def test_an_order_of_nobody_known_is_not_named() -> None:
    event = draft_of(one_order(来电人="匿名", 电话="")).event

    assert isinstance(event, OrderReceived)
    assert event.is_named is False


@pytest.mark.parametrize(
    ("told", "category"),
    [("甲->乙->丙", ("甲", "乙", "丙")), ("甲 → 乙", ("甲", "乙")), ("甲->->", ("甲",)), ("->->", ())],
)
def test_a_category_is_split_at_its_arrows(told: str, category: tuple[str, ...]) -> None:
    assert draft_of(one_order(问题分类=told)).event.category == category  # type: ignore[union-attr] # An order.


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"问题分类": "甲->乙->丙->丁"}, ("category.invalid", "问题分类")),
        ({"问题分类": "甲->->丙"}, ("category.invalid", "问题分类")),
        ({"工单类型": "投诉举报"}, ("code.unknown", "工单类型")),
        ({"工单类型": ""}, ("field.missing", "工单类型")),
        ({"被反映区": "崇文区"}, ("region.invalid", "被反映区")),
        ({"办理时限": "7天"}, ("date.invalid", "办理时限")),
        ({"受理时间": "2024-01-01 00:00:00"}, ("time.invalid", "受理时间")),
        ({"催办时间": "昨天"}, ("time.invalid", "催办时间")),
        ({"工单编号": ""}, ("field.missing", "工单编号")),
        ({"受理时间": ""}, ("record.kind_unknown", "")),
    ],
)
def test_what_does_not_fit_is_told_with_its_field(changes: dict[str, str], fault: tuple[str, str]) -> None:
    assert codes_of(one_order(**changes)) == [fault]


def test_names_of_districts_are_a_list_of_the_source() -> None:
    other = {"scheme": "own", "codes": {"任城区": "370811", "市直": ""}}

    found = [
        read(one_order(被反映区=name), lists={"region": other}).drafts[0].event for name in ("任城区", "市直")
    ]

    assert [one.region_code for one in found] == ["370811000000", ""]  # type: ignore[union-attr] # Orders.
    assert codes_of(one_order(), lists={"region": None}) == [("region.invalid", "被反映区")]
    with pytest.raises(Invalid, match=r"lists\.region\.codes\.甲"):
        context(lists={"region": {"scheme": "own", "codes": {"甲": "37"}}})


def test_one_row_gives_all_that_happened_to_an_order() -> None:
    times = {
        "催办时间": "2023-06-01 09:00:00",
        "撤单时间": "2023/06/02 09:00",
        "回访时间": "2023年06月03日 9:00",
    }

    reading = read(one_order(**times, 是否解决="部分解决", 是否满意="基本满意"))

    assert [type(draft.event).__name__ for draft in reading.drafts] == [
        "OrderReceived",
        "OrderUrged",
        "OrderRecalled",
        "OrderRevisited",
    ]
    visit = reading.drafts[3].event
    assert isinstance(visit, OrderRevisited)
    assert (visit.reached, visit.resolved, visit.level) == (True, "partly", 3)


@pytest.mark.parametrize(
    ("said", "reached", "answers"),
    [
        ({}, False, (None, None)),
        ({"是否解决": "未评价", "是否满意": "未评价"}, False, (None, None)),
        ({"是否联系上": "是"}, True, (None, None)),
        ({"是否联系上": "否"}, False, (None, None)),
        ({"是否满意": "非常不满意"}, True, (None, 1)),
        ({"是否联系上": "是", "是否解决": "已解决"}, True, ("yes", None)),
    ],
)
def test_an_answer_shows_that_the_caller_was_reached(
    said: dict[str, str], *, reached: bool, answers: tuple[str | None, int | None]
) -> None:
    event = draft_of(a_step(回访时间="2023-06-03 09:00:00", **said)).event

    assert isinstance(event, OrderRevisited)
    assert (event.reached, (event.resolved, event.level)) == (reached, answers)


def test_who_was_not_reached_gave_no_answer() -> None:
    row = a_step(回访时间="2023-06-03 09:00:00", 是否联系上="否", 是否解决="解决")

    assert codes_of(row) == [("revisit.answer_unreached", "是否联系上")]


def test_a_scale_upside_down_shows_itself_by_the_words() -> None:
    more = {"lists": {"level": "gbt39046"}, "records": {"工单回访": {"fields": {"level": "满意度"}}}}
    row = a_step(回访时间="2023-06-03 09:00:00", 满意度="5", 是否满意="非常满意")

    assert codes_of(row, **more) == [("revisit.words_contradict", "满意度")]
    assert codes_of(row | {"满意度": "1"}, **more) == []
    assert codes_of(row | {"是否满意": "未评价"}, **more) == []


def test_a_visit_in_our_own_words() -> None:
    event = event_in_words(VISIT | {"visit_number": 2, "reached": True, "resolved": "no", "level": 2})

    assert (event.number, event.reached, event.resolved, event.level) == (2, True, "no", 2)


def test_the_dry_run_tells_what_codes_mean_in_chinese() -> None:
    row = one_order(回访时间="2023-06-03 09:00:00", 是否解决="未解决", 是否满意="不满意")

    (shown,) = try_records([("1", row)], context()).records

    assert [event["gives"] for event in shown.events] == ["工单受理", "工单回访"]
    assert shown.events[0]["meanings"] == [
        "工单类型：字段 工单类型 的代码 投诉 按 words 为“投诉”",
        "行政区划：字段 被反映区 的代码 海淀区 按 beijing 为“110108”",
    ]
    assert shown.events[0]["private"] == ["name", "phone", "text", "address"]
    assert "是否解决：字段 是否解决 的代码 未解决 按 words 为“未解决”" in shown.events[1]["meanings"]  # type: ignore[operator] # A list.


def test_an_order_has_an_id_like_a_service() -> None:
    assert order_id("s", "GD1") == "s.GD1"
    assert order_id("s", "〔2023〕1").startswith("s-")


def outcomes(*rows: Mapping[str, object]) -> list[tuple[str, int]]:
    """Take rows into one order, one after the other; gives outcome and number of each step."""
    order, found = Order("s.GD2023000001", "s"), []
    for row in rows:
        for draft in read(row).drafts:
            taken = take_order_step(order, draft)
            found.append((taken.outcome.value, getattr(taken.event, "number", 0)))
    return found


def test_an_order_is_corrected_until_it_is_taken_back_or_visited() -> None:
    first, other, third = one_order(), one_order(工单类型="求助"), one_order(承办单位代码="X1")
    visit, recall = a_step(回访时间="2023-06-03 09:00:00"), a_step(撤单时间="2023-06-03 09:00:00")

    assert outcomes(first, other, other, first) == [
        ("accepted", 0),
        ("corrected", 0),
        ("repeated", 0),
        ("corrected", 0),
    ]
    for end, number in ((visit, 1), (recall, 0)):
        told = outcomes(first, end, third, first)
        assert told == [("accepted", 0), ("accepted", number), ("conflict", 0), ("repeated", 0)]


def test_steps_may_come_before_their_order() -> None:
    urge, visit = a_step(催办时间="2023-06-01 09:00:00"), a_step(回访时间="2023-06-03 09:00:00")
    recall = a_step(撤单时间="2023-06-02 09:00:00")

    assert outcomes(recall, visit, urge, one_order()) == [
        ("accepted", 0),
        ("accepted", 1),
        ("accepted", 1),
        ("accepted", 0),
    ]


def test_urges_without_numbers_are_told_apart_by_their_time() -> None:
    first, second = a_step(催办时间="2023-06-01 09:00:00"), a_step(催办时间="2023-06-02 09:00:00")

    assert outcomes(second, first, second, first) == [
        ("accepted", 1),
        ("accepted", 2),
        ("repeated", 0),
        ("repeated", 0),
    ]


def test_urges_with_numbers_keep_them() -> None:
    second = a_step(催办时间="2023-06-02 09:00:00", 催办次数="2")
    first = a_step(催办时间="2023-06-01 09:00:00", 催办次数="1")
    moved = a_step(催办时间="2023-06-05 09:00:00", 催办次数="1")
    unnumbered = a_step(催办时间="2023-06-06 09:00:00", 催办次数="0")

    assert outcomes(second, first, first, moved, unnumbered) == [
        ("accepted", 2),
        ("accepted", 1),
        ("repeated", 0),
        ("conflict", 0),
        ("accepted", 3),
    ]


def test_a_visit_and_a_recall_that_are_told_otherwise_are_conflicts() -> None:
    visit = {"回访时间": "2023-06-03 09:00:00"}
    told = outcomes(a_step(**visit, 是否解决="解决"), a_step(**visit, 是否解决="未解决"))
    recalls = outcomes(a_step(撤单时间="2023-06-03 09:00:00"), a_step(撤单时间="2023-06-04 09:00:00"))

    assert told == [("accepted", 1), ("conflict", 0)]
    assert recalls == [("accepted", 0), ("conflict", 0)]


def test_a_step_of_a_service_is_none_of_an_order() -> None:
    draft = draft_of(one_service(), "push")

    with pytest.raises(TypeError, match="ServiceAccepted is no step of an order"):
        take_order_step(Order("s.1", "s"), draft)


def test_urges_of_one_time_have_one_content_whatever_their_number() -> None:
    one, two = (draft_of(a_step(催办时间="2023-06-01 09:00:00", 催办次数=number)) for number in ("1", "2"))

    assert isinstance(one.event, OrderUrged)
    assert one.content_hash == two.content_hash
