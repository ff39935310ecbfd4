"""Each test is one way in which fields stand on lines of their own; the texts are made up."""

from datetime import date

from tests.tasks.importer.made_up import item, only, tasks


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


def test_labels_stand_at_the_end_of_the_paragraph() -> None:
    task = item("主办单位：市城管局；协办单位：市住建局；办结时限：全年。")

    assert (task.lead, task.cooperating, task.deadline) == (("市城管局",), ("市住建局",), date(2022, 12, 31))


def test_values_stand_on_the_lines_below_their_labels() -> None:
    task = item("\n责任单位\n市教育局\n市卫健局\n完成时限\n2022年12月")

    assert (task.responsible, task.deadline) == (("市教育局", "市卫健局"), date(2022, 12, 31))


def test_a_label_may_itself_stand_in_brackets() -> None:
    task = item("【牵头单位】市工信局【配合单位】市科技局【完成时间】长期坚持")

    assert (task.lead, task.cooperating, task.ongoing) == (("市工信局",), ("市科技局",), True)


def test_a_label_may_lack_its_colon() -> None:
    assert item("（责任单位省教育厅）").responsible == ("省教育厅",)
    assert item("（牵头单位 省教育厅，责任单位 省财政厅）").lead == ("省教育厅",)


def test_a_label_broken_by_the_edge_of_the_page_is_a_label() -> None:
    assert item("（牵头单\n位：甲局，责任单位\n：乙局）").lead == ("甲局",)


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


def test_a_line_without_names_behind_a_field_is_not_part_of_it() -> None:
    assert only("某市方案\n1.甲。做好。\n责任单位：甲局\n等、\n").responsible == ("甲局",)


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


def test_words_of_a_label_in_prose_are_no_field() -> None:
    text = "某市方案\n一、任务\n1.推进项目。明确牵头单位和完成时限，各责任单位要落实。\n责任单位：市发改委\n"

    assert (only(text).responsible, only(text).deadline) == (("市发改委",), None)


def test_a_label_may_be_made_of_several_words_of_duty() -> None:
    task = item(
        "\n牵头负责领导：张三。\n\n牵头责任单位：市发改委。\n\n协同责任单位：市商务局等，各县、市、区政府。"
    )

    assert (task.leaders, task.lead) == (("张三",), ("市发改委",))
    assert task.cooperating == ("市商务局", "各县、市、区政府")


def test_a_leader_may_be_named_with_the_level() -> None:
    task = item("【牵头县领导：李四　牵头单位：县工信局　责任市领导：王五】")

    assert (task.leaders, task.lead) == (("李四", "王五"), ("县工信局",))


def test_a_remark_that_the_first_unit_leads_is_no_label() -> None:
    task = only(
        "某市方案\n一、任务\n（一）推进项目。\n责任单位：甲局、乙局（第一责任单位为牵头单位，下同）\n时限要求：持续推进\n"
    )

    assert (task.lead, task.responsible, task.ongoing) == (("甲局",), ("乙局",), True)
