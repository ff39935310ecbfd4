import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from services.tasks.importer import UnreadableDocument, parse, read_document
from services.tasks.importer import docx as reader


def saved(path: Path, *paragraphs: tuple[str, str | None], rows: list[list[str]] | None = None) -> Path:
    document = docx.Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style=style)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
    document.save(str(path))
    return path


def test_paragraphs_and_tables_come_in_the_order_of_the_document(tmp_path: Path) -> None:
    rows = [["序号", "任务", "牵头单位"], ["1", "建设园区", "市发改委"]]
    path = saved(tmp_path / "plan.docx", ("某市2023年方案", None), rows=rows)

    document = read_document(path)

    assert document.lines == ("某市2023年方案", "| 序号 | 任务 | 牵头单位 |", "| 1 | 建设园区 | 市发改委 |")
    assert [(task.title, task.lead) for task in parse(document).tasks] == [("建设园区", ("市发改委",))]


def test_the_numbers_that_word_counts_are_read(tmp_path: Path) -> None:
    numbered = [
        ("推进项目。（责任单位：甲局）", "List Number"),
        ("优化环境。（责任单位：乙局）", "List Number"),
    ]
    path = saved(tmp_path / "plan.docx", ("某市方案", None), ("要点", "List Bullet"), *numbered)

    document = read_document(path)

    assert document.lines[1:] == ("要点", "1.推进项目。（责任单位：甲局）", "2.优化环境。（责任单位：乙局）")


def test_a_cell_over_several_columns_is_read_once(tmp_path: Path) -> None:
    path = saved(tmp_path / "plan.docx", rows=[["甲|乙", "丙", "丁"]])
    document = docx.Document(str(path))
    document.tables[0].cell(0, 0).merge(document.tables[0].cell(0, 1))
    document.save(str(path))

    assert read_document(path).lines == ("| 甲｜乙 丙 |  | 丁 |",)


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0 an old .doc")

    with pytest.raises(UnreadableDocument, match=r"\.doc"):
        read_document(path)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "甲")

    with pytest.raises(UnreadableDocument, match="Word"):
        read_document(path)


def test_an_empty_word_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="没有文字"):
        read_document(saved(tmp_path / "empty.docx"))


@pytest.mark.slow
def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (reader.MAX_UNPACKED + 1))

    with pytest.raises(UnreadableDocument, match="过大"):
        reader.read_docx("bomb.docx", buffer.getvalue())


def test_styles_based_on_many_others_are_followed_only_so_far(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles["List Number"]
    for n in range(20):
        above, style = style, document.styles.add_style(f"Level {n}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = above
    document.add_paragraph("甲", style=style)
    document.save(str(tmp_path / "plan.docx"))

    assert read_document(tmp_path / "plan.docx").lines == ("甲",)
