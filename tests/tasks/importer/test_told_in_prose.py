"""Each test is one way in which prose, headings and numbers tell who does it and by when; the texts are made up."""

from datetime import date

import pytest

from services.tasks.importer import document_of, parse
from services.tasks.importer.numbering import read_bare_number
from services.tasks.importer.records import Task
from services.tasks.importer.units import split_units


def tasks(text: str) -> tuple[Task, ...]:
    return parse(document_of("某市方案.txt", f"某市2024年实施方案\n{text}\n")).tasks


def only(text: str) -> Task:
    (task,) = tasks(f"一、重点任务\n{text}")
    return task


@pytest.mark.parametrize(
    ("prose", "body"),
    [
        ("明确标准，由市民政局牵头，市财政局配合。", "明确标准。"),
        ("明确标准，由市民政局牵头，市财政局配合，6月底前公布。", "明确标准，6月底前公布。"),
        ("明确标准。由市民政局牵头，市财政局配合。清单动态调整。", "明确标准。清单动态调整。"),
        ("由市民政局牵头、市财政局配合，建成全市平台。", "建成全市平台。"),
        ("明确标准，由市民政局会同市财政局负责，逐步推广。", "明确标准，逐步推广。"),
        ("明确标准。此项工作由市民政局牵头，市财政局配合。", "明确标准。"),
        ("明确标准；市民政局牵头，市财政局配合，抓好推广。", "明确标准；抓好推广。"),
        ("明确标准（含细则），由市民政局牵头\n由市财政局配合，抓好推广。", "明确标准（含细则），抓好推广。"),
    ],
)
def test_units_in_the_midst_of_prose_are_taken_out_of_it(prose: str, body: str) -> None:
    task = only(f"1.制定清单。{prose}")

    assert (task.lead, task.cooperating, task.body) == (("市民政局",), ("市财政局",), body)


def test_a_date_behind_the_units_in_prose_is_the_deadline() -> None:
    task = only("1.制定清单。由市民政局牵头，市财政局配合，2024年6月底前向社会公布。")

    assert (task.deadline, task.deadline_source) == (date(2024, 6, 30), "text")


@pytest.mark.parametrize(
    "prose",
    [
        "由各部门负责，抓好推广。",
        "市民政局负责，抓好推广。",
        "由专人牵头，抓好推广。",
        "由市民政局，抓好推广。",
        "由市民政局（" + "市财政局、" * 90 + "）负责，抓好推广。",
    ],
)
def test_prose_without_a_named_unit_and_its_verb_names_nobody(prose: str) -> None:
    found = tasks(f"一、其他\n1.制定清单。{prose}")

    assert found == ()


def test_prose_in_a_chapter_of_requirements_is_no_task() -> None:
    found = tasks(
        "一、重点任务\n1.修路。（责任单位：市交通局）\n二、保障措施\n（一）加强领导。由市政府办牵头，市财政局配合，抓好落实。"
    )

    assert [task.title for task in found] == ["修路"]


@pytest.mark.parametrize("line", ["2优化服务。", "2支持创业。", "2项目建设。", "2“一网通办”。"])
def test_the_next_number_without_a_dot_begins_an_item_behind_a_closed_bracket(line: str) -> None:
    found = tasks(f"一、重点任务\n1.修路。（责任单位：市交通局）\n{line}（责任单位：市商务局）")

    assert [(task.number, task.responsible) for task in found] == [("1", ("市交通局",)), ("2", ("市商务局",))]


@pytest.mark.parametrize(
    "line", ["3优化服务。", "2个月内完成。", "2月底前完成。", "2024年再安排。", "2项整改。"]
)
def test_other_digits_behind_a_closed_bracket_begin_no_item(line: str) -> None:
    found = tasks(f"一、重点任务\n1.修路。（责任单位：市交通局）\n{line}")

    assert [task.number for task in found] == ["1"]


def test_a_digit_goes_on_with_an_item_that_has_not_closed_its_bracket() -> None:
    found = tasks("一、重点任务\n1.修路。全年新建\n2优良公路。（责任单位：市交通局）")

    assert [task.number for task in found] == ["1"]
    assert read_bare_number("2优良公路") is not None


@pytest.mark.parametrize(
    ("heading", "deadline"),
    [
        ("6月底前完成的任务", date(2024, 6, 30)),
        ("7月15日前需完成的重点工作", date(2024, 7, 15)),
        ("9月底前完成", date(2024, 9, 30)),
        ("10月底前", date(2024, 10, 31)),
        ("完成任务（11月底前）", date(2024, 11, 30)),
        ("重点工作", None),
    ],
)
def test_items_inherit_the_deadline_that_their_heading_is_made_of(
    heading: str, deadline: date | None
) -> None:
    first, own = tasks(
        f"一、{heading}\n1.修路。（责任单位：市交通局）\n2.架桥。（责任单位：市交通局；完成时限：5月底前）"
    )

    assert (first.deadline, own.deadline) == (deadline, date(2024, 5, 31))


def test_items_below_a_heading_of_standing_work_are_ongoing() -> None:
    (task,) = tasks("一、需长期坚持的任务\n1.修路。（责任单位：市交通局）")

    assert (task.deadline, task.deadline_source, task.ongoing) == (None, "heading", True)


@pytest.mark.parametrize("ordinals", [("第一，", "第二，"), ("一是", "二是")])
def test_lines_of_an_enumeration_that_name_their_own_units_are_items(ordinals: tuple[str, str]) -> None:
    first, second = ordinals

    found = tasks(
        f"（一）夯实基础\n{first}建好站点。（责任单位：甲局）\n{second}补齐欠账，\n加快施工。（责任单位：乙局）\n（二）修路。（丙局负责）"
    )

    numbers = (first.rstrip("，"), second.rstrip("，"), "（二）")
    assert [(task.number, task.section) for task in found] == [
        (numbers[0], "（一）夯实基础"),
        (numbers[1], "（一）夯实基础"),
        (numbers[2], None),
    ]
    assert [task.responsible for task in found] == [("甲局",), ("乙局",), ("丙局",)]


@pytest.mark.parametrize(
    "lines",
    [
        "一是建好站点。\n二是补齐欠账。（责任单位：甲局）",
        "一是建好站点（含设备）。\n责任单位：甲局",
        "一是建好站点，\n二是补齐欠账。\n责任单位：甲局",
        "一是建好站点，\n（1）选址。\n（2）施工。\n责任单位：甲局",
    ],
)
def test_an_enumeration_with_one_list_of_units_stays_one_item(lines: str) -> None:
    found = tasks(f"（一）夯实基础\n{lines}")

    assert [(task.number, task.responsible) for task in found] == [("（一）", ("甲局",))]


def test_a_level_that_recurs_does_not_make_its_deadline_recur() -> None:
    task = only("1.建库。9月底前，更新频率提升至每日。（责任单位：甲局）")
    yearly = only("1.建库。每年6月底前更新。（责任单位：甲局）")

    assert (task.deadline, yearly.deadline) == (date(2024, 9, 30), None)


def test_parts_with_a_first_sentence_each_are_named_by_it() -> None:
    sentence = "优化公积金使用政策，4月底前将多子女家庭的最高贷款额度上浮20%以上"

    found = tasks(
        f"1.修路。（甲局负责）\n2.架桥。（甲局负责）\n3.支持住房需求。\n（1）{sentence}。（乙局负责）"
    )

    assert (found[2].title, found[2].title_kind, found[2].body) == (sentence, "heading", "")


def test_parts_of_prose_are_named_by_their_item_and_keep_their_text() -> None:
    prose = "把谋划项目作为一项基础性工作来抓，" * 4 + "抓出成效"
    short = "建立以亩均效益为导向的项目评价体系，把各类要素的配置与评价的结果挂钩"

    found = tasks(
        f"1.修路。（甲局负责）\n2.架桥。（甲局负责）\n3.架线。（甲局负责）\n4.谋划。\n（1）{prose}。（甲局负责）\n（2）{short}。（乙局负责）"
    )

    assert [(task.title, task.title_kind) for task in found[3:]] == [("谋划", "parent_heading")] * 2
    assert [task.body for task in found[3:]] == [f"{prose}。", f"{short}。"]


def test_others_without_a_name_beside_named_units_are_dropped() -> None:
    names = [split_units(text) for text in ("甲局等有关单位", "甲局及有关部门", "有关部门", "甲局等相关部门")]

    assert names == [("甲局",), ("甲局",), ("有关部门",), ("甲局", "相关部门")]


@pytest.mark.parametrize(
    "closing", ["以上措施自2024年4月1日起施行，有效期两年。", "本方案自印发之日起施行。", "备注：略。"]
)
def test_what_closes_the_whole_document_is_not_in_the_last_body(closing: str) -> None:
    task = only(f"1.修路。\n责任单位：市交通局\n{closing}")

    assert (task.body, task.lines) == ("", (3, 4))


def test_a_person_named_in_the_heading_leads_the_items_below_it() -> None:
    first, second = tasks(
        "一、责任领导：张某某（常委、副区长）\n1.修路。（甲局负责）\n2.架桥。（甲局负责；责任领导：周 某）"
    )

    assert (first.leaders, second.leaders) == (("张某某",), ("周某",))
    assert first.chapter == "一、责任领导：张某某（常委、副区长）"


@pytest.mark.parametrize(
    "text",
    [
        "某区2024年老旧小区改造\n及配套提升工作方案\n一、任务\n1.修路。（甲局负责）",
        "某区2024年老旧小区改造及配套提升工作方案。为了改造，制定本方案。一、任务1.修路。"
        + "平整路面。" * 40
        + "（甲局负责）",
    ],
)
def test_the_plan_has_its_whole_title(text: str) -> None:
    (plan,) = parse(document_of("某.txt", text)).plans

    assert plan.title == "某区2024年老旧小区改造及配套提升工作方案"
