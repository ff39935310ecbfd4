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
