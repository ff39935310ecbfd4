"""Each test is one layout of headings, numbers and pages of some office's plans; the texts are made up."""

from datetime import date

import pytest

from tests.tasks.importer.made_up import item, only, read, tasks


def test_numbering_runs_on_through_sections() -> None:
    text = "某市方案\n（一）甲\n1.做甲事。（责任单位：甲局）\n（二）乙\n2.做乙事。（责任单位：乙局）\n"

    assert [(task.id, task.section) for task in tasks(text)] == [("p01-1", "（一）甲"), ("p01-2", "（二）乙")]


def test_numbering_that_restarts_keeps_ids_apart() -> None:
    text = "某市方案\n（一）甲\n1.做甲事。（责任单位：甲局）\n（二）乙\n1.做乙事。（责任单位：乙局）\n"

    assert [task.id for task in tasks(text)] == ["p01-s01-1", "p01-s02-1"]


def test_the_same_number_twice_in_a_section_is_counted() -> None:
    text = "某市方案\n1.做甲事。（责任单位：甲局）\n1.做乙事。（责任单位：乙局）\n"

    assert [task.id for task in tasks(text)] == ["p01-s00-1", "p01-s00-1~2"]


def test_parts_of_a_task_are_named_for_it_where_tasks_are_numbered_above() -> None:
    part = "建立健全项目谋划、储备、推进和评价的常态化工作机制，" * 3 + "确保各项工作落到实处。"
    text = (
        "某市方案\n1.甲事。做好。（责任单位：甲局）\n2.乙事。做好。（责任单位：甲局）\n3.丙事。\n"
        f"（1）{part}（责任单位：乙局）\n"
    )

    assert [(task.number, task.title) for task in tasks(text)] == [
        ("1", "甲事"),
        ("2", "乙事"),
        ("3(1)", "丙事"),
    ]


def test_the_lowest_of_three_levels_may_carry_the_units() -> None:
    text = "某市方案\n（一）甲\n1.总述。\n（1）做甲事，见成效。（牵头单位：甲局）\n（2）做乙事。（牵头单位：乙局）\n"

    assert [(task.number, task.title) for task in tasks(text)] == [
        ("1(1)", "做甲事，见成效"),
        ("1(2)", "做乙事"),
    ]


def test_a_chapter_may_itself_be_the_task() -> None:
    text = "某市意见\n一、编制规划\n高标准编制规划。（责任单位：市科技局）\n二、其他\n（一）甲。（责任单位：甲局）\n"

    assert [(task.number, task.chapter) for task in tasks(text)] == [("一", None), ("（一）", "二、其他")]


def test_articles_number_tasks_too() -> None:
    text = "某市若干措施\n第一条 减免租金。（责任单位：市财政局）\n第二条 缓缴社保。（责任单位：市人社局）\n"

    assert [task.title for task in tasks(text)] == ["减免租金", "缓缴社保"]


def test_a_group_heading_gives_its_date_to_the_tasks_below() -> None:
    text = (
        "某市方案\n2023年3月1日\n某市行动方案\n（一）摸排\n各部门全面摸排。（7月中旬前）\n"
        "1.查台账。（责任单位：甲局）\n"
    )

    assert (only(text).deadline, only(text).deadline_source) == (date(2023, 7, 20), "heading")


def test_a_firm_date_in_the_text_is_taken_where_there_is_no_field() -> None:
    task = item("7月上旬按程序报审。（责任单位：市科技局）")

    assert (task.deadline, task.deadline_source) == (date(2022, 7, 10), "text")


def test_next_year_counts_from_the_day_of_issue() -> None:
    text = "某市2023年任务分解\n1、谋划项目，明年7月份开工。[牵头单位：市发改委]\n2022年12月28日\n"

    assert only(text).deadline == date(2023, 7, 31)


def test_goals_and_requirements_are_no_tasks() -> None:
    text = (
        "某市方案\n一、工作目标\n1.总量扩大，年底前达到50亿元。\n二、重点任务\n1.做甲事。（责任单位：甲局）\n"
        "三、保障措施\n（一）加强领导。由甲局牵头，健全机制，形成合力。\n附件：\n1.甲表\n名词解释\n1.五个新：新平台。\n"
    )

    assert [task.title for task in tasks(text)] == ["做甲事"]


def test_steps_with_dates_alone_are_no_tasks() -> None:
    text = (
        "某市方案\n一、任务\n1.做甲事。（责任单位：甲局）\n二、实施步骤\n"
        "（一）动员部署（2023年1月底前完成）。制定方案。\n"
    )

    assert [task.title for task in tasks(text)] == ["做甲事"]


def test_a_plan_that_names_no_unit_yields_its_lowest_items_below_headings_of_tasks() -> None:
    text = (
        "某市方案\n一、工作目标\n1.目标。\n二、重点任务\n（一）甲\n1.学习。\n2.调研。\n"
        "三、载体抓手\n（一）活动。\n四、组织保障\n（一）领导。\n"
    )

    assert [task.title for task in tasks(text)] == ["学习", "调研", "活动"]


def test_a_covering_letter_with_numbers_and_dates_is_no_plan() -> None:
    text = (
        "关于印发任务分解方案的通知\n一、提高认识。3月10日前报送方案。\n二、加强督办。\n2023年2月8日\n"
        "2023年重点任务分解方案\n（一）生产总值增长7%\n责任单位：市发改委\n"
    )

    parsed = read(text)

    assert [plan.title for plan in parsed.plans] == ["2023年重点任务分解方案"]
    assert [task.title for task in parsed.tasks] == ["生产总值增长7%"]


def test_a_note_may_say_that_the_first_unit_leads() -> None:
    text = (
        "某市责任分解\n（责任单位列首位的为牵头单位）\n1.推进项目。\n责任单位：甲局、乙局、丙局\n"
        "2.做好宣传。\n责任单位：甲局\n"
    )

    first, second = tasks(text)

    assert (first.lead, first.responsible) == (("甲局",), ("乙局", "丙局"))
    assert (second.lead, second.responsible) == ((), ("甲局",))


def test_several_plans_in_one_document_are_told_apart() -> None:
    text = (
        "附件：\n方案一：甲方案\n方案二：乙方案\n方案一\n某市“甲事” 提升方案\n一、任务\n1.做甲事。（责任单位：甲局）\n"
        "方案二\n关于进一步做好乙事\n工作的实施方案\n一、任务\n1.做乙事。（责任单位：乙局）\n"
    )

    parsed = read(text)

    assert [plan.title for plan in parsed.plans] == [
        "某市“甲事” 提升方案",
        "关于进一步做好乙事工作的实施方案",
    ]
    assert [task.id for task in parsed.tasks] == ["p01-1", "p02-1"]


def test_the_number_and_the_day_of_the_document_are_read() -> None:
    parsed = read(
        "某政发〔2022〕5号\n各县政府：\n现印发给你们。\n某市政府\n2022年3月1日\n某市方案\n1.甲。（责任单位：甲局）\n"
    )

    assert (parsed.document_number, parsed.issued_on) == ("某政发〔2022〕5号", date(2022, 3, 1))


def test_a_heading_wrapped_inside_a_quotation_is_whole() -> None:
    text = "某市方案\n（一）实施系统“腾\n笼换鸟”计划\n1.做甲事。（责任单位：甲局）\n"

    assert only(text).section == "（一）实施系统“腾笼换鸟”计划"


def test_a_missing_dot_behind_a_number_is_mended_by_its_neighbours() -> None:
    text = (
        "某市方案\n1. 做甲事。（责任单位：甲局）\n2 做乙事。（责任单位：乙局）\n"
        "30 个项目加快推进。\n3. 做丙事。（责任单位：丙局）\n"
    )

    assert [task.title for task in tasks(text)] == ["做甲事", "做乙事", "做丙事"]


def test_a_number_inside_an_open_bracket_numbers_nothing() -> None:
    text = "某市方案\n1.推进项目。包括三类（\n9、其他。）（责任单位：甲局）\n2.乙。（责任单位：甲局）\n"

    assert [task.number for task in tasks(text)] == ["1", "2"]


def test_a_day_that_does_not_exist_issues_nothing() -> None:
    assert read("某市政府\n2023年13月45日\n某市方案\n1.甲。（责任单位：甲局）\n").issued_on is None


def test_a_heading_as_wide_as_the_page_goes_on_in_the_next_line() -> None:
    prose = "各部门要密切配合形成工作合力推动落实见效\n" * 30
    text = f"某市方案\n{prose}（一）加快推进重点领域改革发展和民生\n改善工程\n责任单位：甲局\n"

    assert only(text).title == "加快推进重点领域改革发展和民生改善工程"


def test_an_item_without_any_words_is_read_too() -> None:
    assert only("某市方案\n1.\n责任单位：甲局\n").title == ""


def test_the_name_of_an_office_above_the_title_is_not_part_of_it() -> None:
    parsed = read("某市人民政府\n某市数字经济发展行动方案\n1.甲。（责任单位：甲局）\n")

    assert [plan.title for plan in parsed.plans] == ["某市数字经济发展行动方案"]


def test_a_heading_ends_where_its_steps_are_listed() -> None:
    assert only("某市方案\n1.开展督查：（1）查漏洞；（2）补短板。（责任单位：甲局）\n").title == "开展督查"


def test_a_line_of_prose_that_happens_to_end_like_a_title_is_none() -> None:
    text = (
        "某市方案\n"
        "1.推进项目。突破瓶颈问题，强化技术供给，加快研究制定\n"
        "基础研究专项行动方案\n"
        "并印发执行。（责任单位：甲局）\n"
        "2.乙。（责任单位：甲局）\n"
    )

    assert len(read(text).plans) == 1


def test_digits_may_stand_behind_the_dot_of_the_next_number() -> None:
    text = (
        "某市方案\n一、任务\n1.甲。（责任单位：甲局）\n2.120急救提速。（责任单位：乙局）\n"
        "3.5G网络进村。（责任单位：丙局）\n"
    )

    assert [(task.number, task.title) for task in tasks(text)] == [
        ("1", "甲"),
        ("2", "120急救提速"),
        ("3", "5G网络进村"),
    ]


def test_a_number_without_a_dot_may_follow_fields_on_lines() -> None:
    text = "某市方案\n一、任务\n1.甲。\n责任单位：甲局\n2推进乙事。\n责任单位：乙局\n"

    assert [task.title for task in tasks(text)] == ["甲", "推进乙事"]


@pytest.mark.parametrize("first", ["1优化甲事。", "1 优化甲事。"])
def test_the_first_item_of_a_list_may_lack_its_dot(first: str) -> None:
    text = f"某市方案\n一、任务\n{first}做好工作。（责任单位：甲局）\n（1）先做。\n2.乙。（责任单位：乙局）\n"

    assert [task.title for task in tasks(text)] == ["优化甲事", "乙"]


def test_numbers_without_dots_may_run_on_below_the_next_heading() -> None:
    text = "某市方案\n（一）民生\n1.甲。（责任单位：甲局）\n（二）城建\n2修建乙路。（责任单位：乙局）\n"

    assert [task.title for task in tasks(text)] == ["甲", "修建乙路"]


def test_a_one_without_a_dot_begins_no_list_where_no_two_follows() -> None:
    text = "某市方案\n一、任务\n1优化甲事。（责任单位：甲局）\n二、其他\n（一）乙。（责任单位：乙局）\n"

    assert [task.number for task in tasks(text)] == ["一", "（一）"]


def test_a_one_without_a_dot_begins_no_list_at_the_end_or_below_prose() -> None:
    text = "某市方案\n一、任务\n做好以下工作。\n1优化甲事。（责任单位：甲局）\n二、其他\n1优化丙事（责任单位：丙局）\n"

    assert [task.number for task in tasks(text)] == ["一", "二"]


def test_a_chapter_is_the_section_where_no_other_heading_stands_between() -> None:
    text = "某市方案\n一、降低成本\n1.甲。（责任单位：甲局）\n二、主要任务\n1.乙。（责任单位：乙局）\n"

    assert [(task.section, task.chapter) for task in tasks(text)] == [
        ("一、降低成本", "一、降低成本"),
        (None, "二、主要任务"),
    ]


def test_parts_may_stand_in_one_line_each_with_its_units() -> None:
    text = (
        "某市方案\n一、减事项\n1.改革登记。（1）合并证照。简化办理。（甲局牵头负责）"
        "（2）网上登记。（乙局牵头，丙局配合）\n"
    )

    assert [(task.number, task.title, task.lead) for task in tasks(text)] == [
        ("1(1)", "合并证照", ("甲局",)),
        ("1(2)", "网上登记", ("乙局",)),
    ]


@pytest.mark.parametrize(
    "heading", ["二、保障措施", "二、工作要求", "二、强化组织实施", "二、组织领导和保障措施"]
)
def test_what_a_chapter_of_requirements_asks_of_units_is_no_task(heading: str) -> None:
    text = f"某市方案\n一、任务\n1.甲。（责任单位：甲局）\n{heading}\n（一）加强统筹。（乙局负责）\n"

    assert [task.title for task in tasks(text)] == ["甲"]


@pytest.mark.parametrize("heading", ["二、强化要素保障", "二、主要预期目标"])
def test_a_chapter_that_only_sounds_like_requirements_or_goals_has_tasks(heading: str) -> None:
    text = f"某市方案\n一、任务\n1.甲。（责任单位：甲局）\n{heading}\n2.供地500亩。（乙局负责）\n"

    assert [task.title for task in tasks(text)] == ["甲", "供地500亩"]
