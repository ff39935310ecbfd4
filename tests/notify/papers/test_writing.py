"""A paper as a Word document in the layout of GB/T 9704-2012, and its annex; the same content gives the same bytes."""

import io
import zipfile
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from services.notify.papers.kinds import KINDS
from services.notify.papers.writing_docx import Written, write_docx
from services.notify.papers.writing_xlsx import write_xlsx
from shared.clock import at_local
from shared.packing import EPOCH
from tests.notify.papers.summaries import NAMES, summary

AT = at_local(date(2023, 7, 3), 10)


def paper(kind: str = "quarterly", number: str | None = "督〔2023〕7号", red: int = 4) -> Written:
    content = KINDS[kind].write(summary(kind, red), NAMES)
    return Written(
        content=content,
        next_steps=content.next_steps,
        issuer="督查室",
        number=number,
        signer="督查室主任" if number else "",
        on=date(2023, 7, 3),
        at=AT,
    )


def opened(written: Written) -> Any:  # noqa: ANN401 - python-docx has no types.
    return docx.Document(io.BytesIO(write_docx(written)))


def font_of(paragraph: Any) -> tuple[str, float]:  # noqa: ANN401 - as above.
    run = paragraph.runs[0]
    return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt  # noqa: SLF001 - no other way.


def test_the_page_is_that_of_the_standard() -> None:
    section = opened(paper()).sections[0]

    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(side / Mm(1)) for side in (*sides, section.left_margin, section.right_margin)] == [
        210,
        297,
        37,
        35,
        28,
        26,
    ]


@pytest.mark.parametrize(
    ("begins", "font", "points"),
    [
        ("关于2023年第二季度", "方正小标宋简体", 22),
        ("一、总体情况", "黑体", 16),
        ("（一）部分事项逾期", "楷体_GB2312", 16),
        ("1. “推进", "仿宋_GB2312", 16),
        ("截至2023年6月30日", "仿宋_GB2312", 16),
        ("各有关单位：", "仿宋_GB2312", 16),
    ],
)
def test_every_level_has_its_font(begins: str, font: str, points: float) -> None:
    [found, *_] = [one for one in opened(paper()).paragraphs if one.text.startswith(begins)]

    assert font_of(found) == (font, points)


def test_lines_stand_28_points_apart_and_begin_two_characters_in() -> None:
    [line] = [one for one in opened(paper()).paragraphs if one.text.startswith("截至2023年6月30日")]

    indent = line._element.pPr.ind  # noqa: SLF001 - python-docx knows no indents in characters.
    assert line.paragraph_format.line_spacing == Pt(28)
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")


def test_pages_are_numbered_odd_ones_right_and_even_ones_left() -> None:
    document = opened(paper())
    section = document.sections[0]

    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        [paragraph] = footer.paragraphs
        assert (paragraph.text, font_of(paragraph)) == ("—  —", ("宋体", 14))
        assert paragraph._element.pPr.ind.get(qn(f"w:{side}Chars")) == "100"  # noqa: SLF001 - as above.


def test_a_released_paper_shows_its_number_a_draft_that_it_has_none() -> None:
    released = [one.text for one in opened(paper()).paragraphs]
    draft = [one.text for one in opened(paper(number=None)).paragraphs]

    assert ("督〔2023〕7号" in released, "（草稿，文号待编）" in draft) == (True, True)
    assert ("　督查室\t2023年7月3日印发" in released, "　督查室\t（草稿）" in draft) == (True, True)


def test_what_goes_up_shows_who_signed_it() -> None:
    texts = [one.text for one in opened(paper("monthly")).paragraphs]

    assert "督〔2023〕7号\t签发人：督查室主任" in texts
    assert [one for one in texts if one[:2] in {"附件", "2.", "3."} and "表" in one and "“" not in one] == [
        "附件：1. 红灯事项明细表",
        "2. 各单位办理情况表",
        "3. 各方案推进情况表",
    ]


def test_the_header_of_a_table_is_repeated_on_every_page() -> None:
    [table] = opened(paper()).tables

    marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]  # noqa: SLF001 - as above.
    assert (marks[0], any(marks[1:])) == (True, False)


def test_the_same_paper_gives_the_same_bytes_and_says_when_it_was_made_and_not_when_it_was_written() -> None:
    written = paper()
    first = (write_docx(written), write_xlsx(written.content.annexes, "督查室", AT))
    again = (write_docx(written), write_xlsx(written.content.annexes, "督查室", AT))

    assert first == again
    for content in first:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {EPOCH}
            assert archive.read("docProps/core.xml").count(b">2023-07-03T02:00:00Z<") == 2


def test_the_annex_prints_landscape_with_its_header_on_every_page() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx(paper("monthly", red=40).content.annexes, "督查室", AT))
    )

    sheets = [(sheet.title, sheet.page_setup.paperSize, sheet.max_row) for sheet in book]
    assert sheets == [
        ("附件1 红灯事项明细表", 8, 43),
        ("附件2 各单位办理情况表", 9, 7),
        ("附件3 各方案推进情况表", 9, 4),
    ]
    assert {(sheet.page_setup.orientation, sheet.print_title_rows) for sheet in book} == {
        ("landscape", "$3:$3")
    }


def test_a_title_that_looks_like_a_formula_is_text() -> None:
    annex = paper("monthly").content.annexes[0]
    table = annex.table.model_copy(update={"rows": (("=1+1",) * 11,)})

    content = write_xlsx([annex.model_copy(update={"table": table})], "督查室", AT)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")
