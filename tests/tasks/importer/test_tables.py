"""Tables of tasks in the shapes in which they come out of web pages and office files; the texts are made up."""

from datetime import date

import pytest

from services.tasks.importer import document_of, parse
from services.tasks.importer.records import Task
from services.tasks.importer.table_rows import cell_kind, column_kind
from services.tasks.importer.tables import unfold_tables


def tasks(text: str) -> tuple[Task, ...]:
    return parse(document_of("表.txt", text)).tasks


def test_a_table_with_one_cell_a_line_is_read() -> None:
    cells = (
        "序号 任务 牵头单位 责任单位 责任人 1 新建幼儿园5所 市教育局 各县（市、区）政府 张三 2 改造公路 "
        "市交通局 市财政局、市公安局 李四"
    )
    text = "2023年民生实事责任分解表\n\n" + "\n\n".join(cells.split()) + "\n"

    first, second = tasks(text)

    assert (first.title, first.lead, first.leaders) == ("新建幼儿园5所", ("市教育局",), ("张三",))
    assert (second.responsible, second.lines) == (("市财政局", "市公安局"), (23, 31))


def test_cells_that_end_with_strokes_may_be_wrapped() -> None:
    text = (
        "2025年重点工作责任清单\n序号 |\n重点工作 |\n责任领导 |\n责任单位 |\n完成时限 |\n"
        "1 |\n推进园区基础\n设施建设 |\n张三 |\n建设发展局 |\n全年 |\n"
        "2 |\n开展招商 |\n李四 |\n招商局、 经济局 |\n12月底 |\n"
    )

    first, second = tasks(text)

    assert (first.title, first.responsible, first.deadline) == (
        "推进园区基础设施建设",
        ("建设发展局",),
        date(2025, 12, 31),
    )
    assert (second.responsible, second.leaders) == (("招商局", "经济局"), ("李四",))


def test_a_row_may_be_one_line_with_strokes() -> None:
    text = (
        "某市2024年工作方案\n| 序号 | 重点任务 | 具体措施 | 牵头单位 | 完成时限 |\n|---|---|---|---|---|\n"
        "| 1 | 推进项目 | 建立台账 | 市发改委 | 6月底前 |\n"
        "| 2 | 优化环境 | 编制清单 | 市审批局 | 持续推进 |\n一、要求\n"
    )

    first, second = tasks(text)

    assert (first.title, first.body, first.deadline) == ("推进项目", "建立台账", date(2024, 6, 30))
    assert (second.lead, second.ongoing, second.lines) == (("市审批局",), True, (5, 5))


def test_a_row_may_be_one_line_with_tabs_and_without_numbers() -> None:
    text = "某市2024年工作方案\n任务\t责任单位\t备注\n推进项目\t市发改委\t\n优化环境\t市审批局\t长\n"

    assert [(task.number, task.title, task.responsible) for task in tasks(text)] == [
        ("1", "推进项目", ("市发改委",)),
        ("2", "优化环境", ("市审批局",)),
    ]


def test_a_row_that_lacks_a_cell_is_aligned_by_what_its_cells_look_like() -> None:
    text = (
        "某市2024年方案\n|序号|任务|牵头单位|责任单位|完成时限|\n"
        "|1|推进重点项目建设|市发改委|6月底前|\n|2|甲|乙局|丙局|7月底|\n"
    )

    first, _ = tasks(text)

    assert (first.title, first.lead, first.responsible, first.deadline) == (
        "推进重点项目建设",
        ("市发改委",),
        (),
        date(2024, 6, 30),
    )


def test_headings_inside_a_table_and_its_end_are_seen() -> None:
    cells = "序号 任务 责任单位 一、经济 1 发展工业 市工信局 二、民生 2 建设学校 市教育局 附件 其他"
    text = "2023年任务分解表\n" + "\n".join(cells.split()) + "\n"

    found = tasks(text)

    assert [(task.title, task.responsible) for task in found] == [
        ("发展工业", ("市工信局",)),
        ("建设学校", ("市教育局",)),
    ]
    assert found[1].chapter == "二、民生"


def test_names_on_lines_of_their_own_in_one_cell_are_set_apart() -> None:
    cells = (
        "序号 任务 责任单位 完成时限 1 发展工业做大做强产业 市工信局 市商务局 6月底 2 建设学校改善办学条件"
        " 市教育局 7月底"
    )
    text = "2023年任务分解表\n" + "\n".join(cells.split()) + "\n"

    assert tasks(text)[0].responsible == ("市工信局", "市商务局")


@pytest.mark.parametrize(
    "text",
    [
        "序号\n任务\n责任单位\n没有编号的一行\n又一行\n再一行\n还有一行\n",
        "|姓名|电话|备注|\n|张三|1|2|\n",
        "序号\n姓名\n电话\n1\n张三\n2\n",
        "|序号|任务|责任单位|\n正文\n",
    ],
)
def test_tables_of_other_things_are_left_as_they_are(text: str) -> None:
    lines = tuple(text.split("\n"))

    assert unfold_tables(lines) == list(enumerate(lines, 1))


def test_a_row_without_words_is_no_item() -> None:
    assert unfold_tables(("|序号|任务|责任单位|", "|1||甲局|", "|2|做事|乙局|")) == [
        (3, "2. 做事"),
        (3, "责任单位：乙局"),
    ]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("序 号", "number"),
        ("重点工作", "text"),
        ("2023年主要任务", "text"),
        ("牵头单位", "lead"),
        ("市级牵头部门", "lead"),
        ("责任单位（排第一的牵头）", "responsible"),
        ("责任领导", "leader"),
        ("完成时限", "deadline"),
        ("备注", "other"),
        ("推进项目建设", None),
        ("甲", None),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, kind: str | None) -> None:
    assert column_kind(heading) == kind


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("市教育局、市财政局", "units"),
        ("6月底前", "date"),
        ("全年", "date"),
        ("张三、李四", "person"),
        ("建设学校改善办学条件", "text"),
    ],
)
def test_a_cell_is_known_by_its_words(cell: str, kind: str) -> None:
    assert cell_kind(cell) == kind


def test_a_cell_without_its_closing_stroke_ends_somewhere() -> None:
    text = "序号 |\n任务 |\n责任单位 |\n1 |\n" + "推进项目建设\n" * 900 + "甲局 |\n"

    assert len(unfold_tables(tuple(text.split("\n")))) < 900


def test_strokes_may_stand_on_lines_of_their_own() -> None:
    cells = (
        "序号 重点工作 责任领导 责任单位 完成时限 一、招商 1 新签项目20个 张三 招商局 全年 "
        "2 开展调查 李四 党政办 按时序推进"
    )
    text = "某园区2025年责任清单\n\n|\n" + "\n|\n".join(cells.split()) + "\n|\n"

    first, second = tasks(text)

    assert (first.title, first.responsible, first.deadline) == (
        "新签项目20个",
        ("招商局",),
        date(2025, 12, 31),
    )
    assert (second.title, second.deadline_raw, second.section) == ("开展调查", "按时序推进", "一、招商")


def test_a_cell_over_several_rows_belongs_to_none_of_them() -> None:
    cells = (
        "工作任务 具体要求 责任科室 时限要求 规范发布 1 清理文件 办公室 年底前 做好解读 2 提升质量 各科室 "
        "持续推进 加强宣传 3 报送稿件 宣传科 全年"
    )
    text = "2023年要点任务分解表\n" + "\n|\n".join(cells.split()) + "\n|\n"

    found = [(task.title, task.responsible, task.ongoing) for task in tasks(text)]

    assert found == [
        ("清理文件", ("办公室",), False),
        ("提升质量", ("各科室",), True),
        ("报送稿件", ("宣传科",), False),
    ]


def test_a_cell_ends_at_a_blank_line_where_blank_lines_set_cells_apart() -> None:
    cells = (
        "类别 序号 目标任务 牵头单位 责任单位 责任人 一、产业 1 新增企业15家，\n高新企业10家 区科经局 "
        "区税务局\n各乡镇 李华 2 改造危房500户 区住建局 区民政\n局 王五"
    )
    text = "某区2023年重点任务分解表\n\n" + "\n\n".join(cells.split(" ")) + "\n"

    first, second = tasks(text)

    assert (first.title, first.lead, first.responsible) == (
        "新增企业15家，高新企业10家",
        ("区科经局",),
        ("区税务局", "各乡镇"),
    )
    assert (second.responsible, second.leaders) == (("区民政局",), ("王五",))


def test_one_table_ends_where_the_next_begins() -> None:
    first = "序号 工作任务 责任单位 1 发展工业。 市工信局 2 改善民生。 市民政局"
    second = (
        "序号 项目名称 项目内容 牵头单位 责任单位 1 托育服务 新增托位300个。 市卫健委 各区政府 "
        "2 市场改造 改造5家。 市商务局 各区政府"
    )
    text = "\n\n".join(["2023年重点工作分解", *first.split(), "2023年民生实事分解", *second.split()])

    found = [(task.title, task.lead, task.responsible) for task in tasks(text)]

    assert found == [
        ("发展工业", (), ("市工信局",)),
        ("改善民生", (), ("市民政局",)),
        ("托育服务", ("市卫健委",), ("各区政府",)),
        ("市场改造", ("市商务局",), ("各区政府",)),
    ]


def test_a_row_keeps_its_task_even_where_it_ends_like_a_unit() -> None:
    text = "2023年任务分解表\n序号\n任务\n责任单位\n1\n建设学校\n市教育局\n2\n建设医院\n市卫健委\n"

    assert [task.title for task in tasks(text)] == ["建设学校", "建设医院"]
