"""Each test is one way in which brackets and sentences say who does it; the texts are made up."""

from datetime import date

from tests.tasks.importer.made_up import item, only, tasks


def test_labels_stand_in_a_bracket_with_mixed_colons_and_separators() -> None:
    for separator in "；，。; ":
        task = item(f"(牵头单位:市教育局{separator}责任单位：市财政局)")

        assert (task.lead, task.responsible) == (("市教育局",), ("市财政局",))


def test_brackets_may_be_of_any_shape() -> None:
    for opening, closing in ("（）", "()", "〔〕", "【】", "[]", "［］"):
        task = item(f"{opening}责任单位：市教育局，完成时限：10月底{closing}")

        assert (task.responsible, task.deadline) == (("市教育局",), date(2022, 10, 31))


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


def test_a_list_longer_than_any_phrase_is_a_list_all_the_same() -> None:
    names = "、".join(f"甲{n}局" for n in range(150))

    assert len(item(f"\n责任单位：{names}、乙局负责").responsible) == 151


def test_a_bracket_of_units_may_hold_a_long_line_of_the_page() -> None:
    names = "、".join(f"第{n}工作部" for n in range(20))
    text = f"某市方案\n1.推进项目。做好。\n（责任单位：甲局、\n{names}）\n"

    assert len(only(text).responsible) == 21


def test_units_behind_the_last_of_several_items_are_its_own() -> None:
    text = "某市方案\n（一）甲\n1.乙事。认真做好。\n2.丙事。认真做好。（责任单位：甲局）\n"

    assert only(text).number == "2"


def test_units_behind_the_last_step_belong_to_the_item() -> None:
    task = only(
        "某市方案\n1.开展自查：\n（1）查制度；\n（2）查台账；\n（3）查隐患。\n责任单位：市应急局\n完成时限：2022年4月15日\n"
    )

    assert (task.number, task.title, task.lines) == ("1", "开展自查", (2, 7))
    assert task.body == "（1）查制度；（2）查台账；（3）查隐患。"


def test_several_units_may_each_lead() -> None:
    assert item("（市人社局、市农业局分别牵头，市财政局配合）").lead == ("市人社局", "市农业局")
    assert item("\n责任单位：市人社局、市农业局分别牵头").lead == ("市人社局", "市农业局")


def test_a_remark_about_the_brackets_that_follow_names_nobody() -> None:
    task = item("〔市发改委牵头，市财政局负责。以下均需各区人民政府落实，不再列出〕")

    assert (task.lead, task.responsible) == (("市发改委",), ("市财政局",))


def test_a_clause_without_another_verb_may_say_who_acts_together_with_whom() -> None:
    task = item("（市发改委、市财政局会同市有关部门，各区人民政府负责）")

    assert (task.lead, task.cooperating) == (("市发改委", "市财政局"), ("市有关部门",))
    assert task.responsible == ("各区人民政府",)


def test_words_before_units_that_join_nobody_are_no_phrase() -> None:
    text = "某市方案\n一、任务\n1.甲。（研究会同办公的做法，推广经验）\n2.乙。（责任单位：乙局）\n"

    assert [task.title for task in tasks(text)] == ["乙"]
