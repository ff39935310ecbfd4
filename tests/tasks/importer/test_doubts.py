from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Doubt


def doubts(text: str) -> dict[str, Doubt]:
    return {doubt.code: doubt for doubt in parse(document_of("某市计划.txt", text)).doubts}


def item(rest: str) -> dict[str, Doubt]:
    return doubts(f"某市2022年方案\n一、重点任务\n1.推进项目。认真做好。{rest}\n")


def test_a_missing_lead_is_assumed_and_said() -> None:
    doubt = item("（责任单位：甲局、乙局）")["lead_assumed"]

    assert (doubt.task_id, doubt.lines) == ("p01-1", (3, 3))
    assert "甲局" in doubt.message
    assert "甲局" in item("（配合单位：甲局）")["lead_assumed"].message


def test_a_task_without_units_waits_for_one() -> None:
    assert "no_unit" in item("\n完成时限：6月底前")


def test_units_that_nobody_named_are_said() -> None:
    assert "各相关部门" in item("（牵头单位：甲局，责任单位：各相关部门）")["collective_unit"].message


def test_words_that_are_no_unit_are_said() -> None:
    assert "抓落实" in item("（牵头单位：甲局，责任单位：抓落实）")["unknown_unit"].message


def test_a_unit_in_two_roles_is_said() -> None:
    assert "unit_in_two_roles" in item("（牵头单位：甲局，责任单位：甲局、乙局）")


def test_an_empty_field_is_said() -> None:
    assert "empty_field" in item("（牵头单位：，责任单位：甲局）")


def test_an_ambiguous_date_is_said_with_its_reading() -> None:
    assert "2022-10-31" in item("\n责任单位：甲局\n完成时限：2022年10前")["ambiguous_date"].message


def test_a_deadline_that_can_not_be_read_is_said() -> None:
    assert "抓紧" in item("\n责任单位：甲局\n完成时限：抓紧办理")["unread_deadline"].message


def test_dates_from_the_text_or_a_heading_are_said() -> None:
    text = "某市2022年方案\n（一）摸排\n全面摸排。（7月底前）\n1.查台账。（责任单位：甲局）\n"

    assert "deadline_from_text" in item("6月底前完成。（责任单位：甲局）")
    assert "deadline_from_heading" in doubts(text)


def test_titles_cut_or_inherited_are_said() -> None:
    long = (
        "借助各方力量，依托平台，主动上门为企业开展服务，了解企业用工情况，对存在的风险提出改进建议，建立"
        "健全长效机制，"
    )
    text = (
        f"某市方案\n1.{long * 2}（责任单位：甲局）\n2.乙。做好。（责任单位：甲局）\n3.丙。\n"
        f"（1）{long * 2}（责任单位：甲局）\n"
    )

    found = doubts(text)

    assert {"title_cut", "title_inherited"} <= set(found)


def test_a_requirement_that_names_units_is_no_task_but_said() -> None:
    text = "某市方案\n一、任务\n1.甲。（责任单位：甲局）\n二、保障措施\n（一）加强领导。（责任单位：甲局）\n"

    found = doubts(text)["requirement_with_units"]

    assert (found.task_id, found.lines) == (None, (5, 5))


def test_a_goal_that_names_units_is_taken_and_said() -> None:
    text = "某市方案\n一、主要目标\n1.规上工业增加值增长9%。（责任单位：甲局）\n"

    assert doubts(text)["outside_tasks"].task_id == "p01-1"


def test_an_item_among_tasks_without_units_is_left_out_and_said() -> None:
    text = "某市方案\n一、重点任务\n1.甲。（责任单位：甲局）\n2.乙事。认真做好。\n"

    assert doubts(text)["item_without_units"].lines == (4, 4)


def test_broken_numbering_is_said() -> None:
    text = "某市方案\n一、重点任务\n1.甲。（责任单位：甲局）\n3.乙。（责任单位：甲局）\n"

    assert doubts(text)["numbering"].lines == (4, 4)


def test_a_missing_title_and_year_are_said() -> None:
    found = doubts("一、任务\n1.甲。2021年已启动。（责任单位：甲局，6月底前完成）\n")

    assert {"no_plan_title", "year_assumed"} <= set(found)
    assert "某市计划" in found["no_plan_title"].message
