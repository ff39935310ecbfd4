"""Each test is one layout in which some office prints its plans; the texts are made up."""

from datetime import date

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Parsed, Task


def read(text: str) -> Parsed:
    return parse(document_of("某市方案.txt", text))


def tasks(text: str) -> tuple[Task, ...]:
    return read(text).tasks


def only(text: str) -> Task:
    (task,) = tasks(text)
    return task


def item(line: str) -> Task:
    """Read one item in a plan of its own."""
    return only(f"某市2022年实施方案\n一、重点任务\n1.推进项目。认真做好各项工作。{line}\n")


def test_labels_stand_on_lines_of_their_own() -> None:
    task = item(
        "\n牵头单位：市发改委\n\n责任单位：市工信局,市商务局\n配合单位：各县区\n完成时限：2022年9月底前"
    )

    assert (task.lead, task.responsible, task.cooperating) == (
        ("市发改委",),
        ("市工信局", "市商务局"),
        ("各县区",),
    )
    assert (task.deadline, task.deadline_source, task.lines) == (date(2022, 9, 30), "field", (3, 8))


def test_labels_stand_in_a_bracket_with_mixed_colons_and_separators() -> None:
    for separator in "；，。; ":
        task = item(f"(牵头单位:市教育局{separator}责任单位：市财政局)")

        assert (task.lead, task.responsible) == (("市教育局",), ("市财政局",))


def test_brackets_may_be_of_any_shape() -> None:
    for opening, closing in ("（）", "()", "〔〕", "【】", "[]", "［］"):
        task = item(f"{opening}责任单位：市教育局，完成时限：10月底{closing}")

        assert (task.responsible, task.deadline) == (("市教育局",), date(2022, 10, 31))


def test_a_label_may_itself_stand_in_brackets() -> None:
    task = item("【牵头单位】市工信局【配合单位】市科技局【完成时间】长期坚持")

    assert (task.lead, task.cooperating, task.ongoing) == (("市工信局",), ("市科技局",), True)


def test_a_label_may_lack_its_colon() -> None:
    assert item("（责任单位省教育厅）").responsible == ("省教育厅",)
    assert item("（牵头单位 省教育厅，责任单位 省财政厅）").lead == ("省教育厅",)


def test_labels_stand_at_the_end_of_the_paragraph() -> None:
    task = item("主办单位：市城管局；协办单位：市住建局；办结时限：全年。")

    assert (task.lead, task.cooperating, task.deadline) == (("市城管局",), ("市住建局",), date(2022, 12, 31))


def test_values_stand_on_the_lines_below_their_labels() -> None:
    task = item("\n责任单位\n市教育局\n市卫健局\n完成时限\n2022年12月")

    assert (task.responsible, task.deadline) == (("市教育局", "市卫健局"), date(2022, 12, 31))


def test_a_bracket_says_who_leads_and_who_joins() -> None:
    task = item("（市经贸局牵头,市财政局等部门、各街道办事处配合）")

    assert (task.lead, task.responsible, task.cooperating) == (
        ("市经贸局",),
        (),
        ("市财政局", "各街道办事处"),
    )


def test_those_who_are_in_charge_are_responsible() -> None:
    assert item("（由市财政局负责）").responsible == ("市财政局",)
    assert item("（市教育局、市卫健委按职责分工负责）").responsible == ("市教育局", "市卫健委")
    assert item("（市教育局牵头，各区政府负责）").responsible == ("各区政府",)


def test_a_unit_that_acts_together_with_others_leads_them() -> None:
    task = item("（市发改委会同市财政局负责）")

    assert (task.lead, task.cooperating) == (("市发改委",), ("市财政局",))


def test_those_who_only_watch_are_not_named() -> None:
    task = item("（各县政府负责，市政府办公室督查落实）")

    assert (task.lead, task.responsible, task.cooperating) == ((), ("各县政府",), ())


def test_a_deadline_may_close_the_bracket_of_units() -> None:
    task = item("（责任单位：市场监管局、市应急局，6月底前完成）")

    assert (task.responsible, task.deadline) == (("市场监管局", "市应急局"), date(2022, 6, 30))


def test_a_bracket_may_begin_with_words_and_go_on_with_labels() -> None:
    task = item("（市卫健委牵头;配合单位:市医保局）")

    assert (task.lead, task.cooperating) == (("市卫健委",), ("市医保局",))


def test_a_bare_list_of_units_closes_the_paragraph() -> None:
    assert item("（市财政局，各县（市、区）人民政府）").responsible == ("市财政局", "各县（市、区）人民政府")


def test_a_bracket_of_prose_names_no_units() -> None:
    assert not tasks("某市方案\n一、任务\n1.推进项目（含续建项目）。认真做好（详见附表）。\n")[0].responsible


def test_a_sentence_without_brackets_says_who_does_it() -> None:
    task = item("\n由市住建局牵头，市教育局配合，12月底前完成。")

    assert (task.lead, task.cooperating, task.deadline) == (("市住建局",), ("市教育局",), date(2022, 12, 31))


def test_a_role_may_be_signed_behind_a_name() -> None:
    task = item("\n责任单位：市建设局（牵头）、市规划局\n时限要求：持续推进")

    assert (task.lead, task.responsible, task.ongoing) == (("市建设局",), ("市规划局",), True)


def test_a_labelled_field_may_hold_roles_in_words() -> None:
    task = item("\n责任分工：市建设局牵头，市规划局配合")

    assert (task.lead, task.responsible, task.cooperating) == (("市建设局",), (), ("市规划局",))


def test_a_person_in_charge_is_no_unit() -> None:
    task = item("(责任领导:张三、李四;牵头单位:市科技局;责任人：王五)")

    assert (task.lead, task.responsible, task.leaders) == (("市科技局",), (), ("张三", "李四", "王五"))


def test_units_of_several_groups_in_one_item_are_put_together() -> None:
    task = item("（甲局负责）完善制度。（甲局、乙局负责）开展检查。（丙局牵头，乙局配合）")

    assert (task.lead, task.responsible, task.cooperating) == (("丙局",), ("甲局", "乙局"), ("乙局",))


def test_words_of_a_label_in_prose_are_no_field() -> None:
    text = "某市方案\n一、任务\n1.推进项目。明确牵头单位和完成时限，各责任单位要落实。\n责任单位：市发改委\n"

    assert (only(text).responsible, only(text).deadline) == (("市发改委",), None)


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


def test_units_behind_the_last_step_belong_to_the_item() -> None:
    task = only(
        "某市方案\n1.开展自查：\n（1）查制度；\n（2）查台账；\n（3）查隐患。\n责任单位：市应急局\n完成时限：2022年4月15日\n"
    )

    assert (task.number, task.title, task.lines) == ("1", "开展自查", (2, 7))
    assert task.body == "（1）查制度；（2）查台账；（3）查隐患。"


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


def test_lines_wrapped_at_the_edge_of_the_page_are_joined() -> None:
    text = "某市方案\n1. 推进治理。深入开展扬尘治\n\n理工作。（责任单位：市发改委、市财\n\n政局、市住建局）\n"

    assert only(text).responsible == ("市发改委", "市财政局", "市住建局")
    assert only(text).body == "深入开展扬尘治理工作。"


def test_a_wrapped_field_goes_on_in_the_next_line() -> None:
    text = "某市方案\n1.治理。做好。\n责任单位：区住房城乡建设局、区城市\n管理局、各街道\n完成时限：2023年6月底前\n"

    assert only(text).responsible == ("区住房城乡建设局", "区城市管理局", "各街道")


def test_a_field_that_ends_with_a_separator_goes_on_in_the_next_line() -> None:
    text = "某市方案\n1.治理。做好。\n责任单位：甲局、\n乙局\n牵头单位：丙局\n"

    assert only(text).responsible == ("甲局", "乙局")


def test_prose_behind_the_fields_of_the_last_task_is_not_part_of_it() -> None:
    text = "某市方案\n1.治理。做好。\n责任单位：甲局\n各部门要切实加强组织领导，确保各项任务落到实处，取得实效。\n"

    assert only(text).lines == (2, 3)


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


def test_a_bracket_that_goes_on_about_other_things_names_no_units() -> None:
    for bracket in (
        "（甲局牵头，完善机制建设）",
        "（市场主体会同专业力量负责）",
        "（" + "甲局、" * 200 + "乙局负责）",
    ):
        task = item(f"{bracket}（责任单位：丙局）")

        assert (task.lead, task.responsible) == ((), ("丙局",))


def test_units_without_a_verb_behind_those_with_one_are_responsible() -> None:
    task = item("（甲局牵头，乙局、丙局）")

    assert (task.lead, task.responsible) == (("甲局",), ("乙局", "丙局"))


def test_a_number_inside_an_open_bracket_numbers_nothing() -> None:
    text = "某市方案\n1.推进项目。包括三类（\n9、其他。）（责任单位：甲局）\n2.乙。（责任单位：甲局）\n"

    assert [task.number for task in tasks(text)] == ["1", "2"]


def test_units_behind_the_last_of_several_items_are_its_own() -> None:
    text = "某市方案\n（一）甲\n1.乙事。认真做好。\n2.丙事。认真做好。（责任单位：甲局）\n"

    assert only(text).number == "2"


def test_a_list_longer_than_any_phrase_is_a_list_all_the_same() -> None:
    names = "、".join(f"甲{n}局" for n in range(150))

    assert len(item(f"\n责任单位：{names}、乙局负责").responsible) == 151


def test_a_bracket_of_units_may_hold_a_long_line_of_the_page() -> None:
    names = "、".join(f"第{n}工作部" for n in range(20))
    text = f"某市方案\n1.推进项目。做好。\n（责任单位：甲局、\n{names}）\n"

    assert len(only(text).responsible) == 21


def test_prose_behind_a_field_of_endless_length_is_not_glued_to_it() -> None:
    names = "、".join(f"甲{n}局" for n in range(700))
    text = f"某市方案\n1.推进项目。做好。\n责任单位：{names}、\n乙丙丁\n"

    assert "乙丙丁" not in only(text).responsible


def test_words_behind_a_field_that_are_no_units_begin_something_else() -> None:
    text = "某市方案\n1.推进项目。做好。\n责任单位：甲局\n抓好落实见效\n"

    assert only(text).responsible == ("甲局",)


def test_text_below_fields_that_come_first_is_the_body() -> None:
    text = (
        "某市方案\n1.推进项目\n责任单位：甲局\n工作内容是建立台账，定期调度，及时解决问题，确保全面完成。\n"
    )

    assert only(text).body.startswith("工作内容")


def test_a_day_that_does_not_exist_issues_nothing() -> None:
    assert read("某市政府\n2023年13月45日\n某市方案\n1.甲。（责任单位：甲局）\n").issued_on is None


def test_a_heading_as_wide_as_the_page_goes_on_in_the_next_line() -> None:
    prose = "各部门要密切配合形成工作合力推动落实见效\n" * 30
    text = f"某市方案\n{prose}（一）加快推进重点领域改革发展和民生\n改善工程\n责任单位：甲局\n"

    assert only(text).title == "加快推进重点领域改革发展和民生改善工程"


def test_an_item_without_any_words_is_read_too() -> None:
    assert only("某市方案\n1.\n责任单位：甲局\n").title == ""


def test_a_line_without_names_behind_a_field_is_not_part_of_it() -> None:
    assert only("某市方案\n1.甲。做好。\n责任单位：甲局\n等、\n").responsible == ("甲局",)


def test_the_name_of_an_office_above_the_title_is_not_part_of_it() -> None:
    parsed = read("某市人民政府\n某市数字经济发展行动方案\n1.甲。（责任单位：甲局）\n")

    assert [plan.title for plan in parsed.plans] == ["某市数字经济发展行动方案"]


def test_a_heading_ends_where_its_steps_are_listed() -> None:
    assert only("某市方案\n1.开展督查：（1）查漏洞；（2）补短板。（责任单位：甲局）\n").title == "开展督查"


def test_groups_of_fields_on_lines_of_their_own_may_alternate_with_prose() -> None:
    text = (
        "某市方案\n"
        "1.推进项目。做好甲事。\n"
        "责任单位：甲局\n"
        "做好乙事，务求实效。\n"
        "责任单位：乙局\n"
        "2.丙。（责任单位：甲局）\n"
    )

    assert tasks(text)[0].responsible == ("甲局", "乙局")


def test_a_label_broken_by_the_edge_of_the_page_is_a_label() -> None:
    assert item("（牵头单\n位：甲局，责任单位\n：乙局）").lead == ("甲局",)


def test_a_line_of_prose_that_happens_to_end_like_a_title_is_none() -> None:
    text = (
        "某市方案\n"
        "1.推进项目。突破瓶颈问题，强化技术供给，加快研究制定\n"
        "基础研究专项行动方案\n"
        "并印发执行。（责任单位：甲局）\n"
        "2.乙。（责任单位：甲局）\n"
    )

    assert len(read(text).plans) == 1
