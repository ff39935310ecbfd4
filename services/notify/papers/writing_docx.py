"""A paper as a Word document in the layout of GB/T 9704-2012."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from services.notify.papers import domain_layout as layout
from services.notify.papers import writing_parts as parts
from services.notify.papers.domain_content import Column, Content, Line, Table
from services.notify.papers.domain_words import chinese_date
from shared.packing import pack

Element = Any  # python-docx has no types.
CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
NO_NUMBER = "（草稿，文号待编）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A paper as it is printed.

    Attributes:
        number: 发文字号; none for a draft.
        signer: Post of who signs it 签发人; empty for a draft.
        on: 成文日期, of the release or of the draft.
        at: Instant that the file's own properties say; it is no present one, so that the bytes repeat.
        anchor: What the foot of every page says of the archive 存证; empty for a draft.
    """

    content: Content
    next_steps: tuple[str, ...]
    issuer: str
    number: str | None
    signer: str
    on: date
    at: datetime
    anchor: str = ""


def write_docx(paper: Written) -> bytes:
    """Write a paper; the same paper gives the same bytes."""
    document = docx.Document()
    _set_up(document, paper)
    _write_head(document, paper)
    content = paper.content
    _write_body(document, (*content.body, Line(kind="h1", text=content.next_heading)))
    for step in paper.next_steps:
        last = _write_line(document, Line(text=step))
    last.paragraph_format.keep_with_next = True  # Nobody signs on a page without text.
    _write_end(document, paper)
    file = io.BytesIO()
    document.save(file)
    return pack(file.getvalue(), parts={"word/fontTable.xml": layout.font_table().encode()})


def _write_body(document: Element, body: Sequence[Line | Table]) -> None:
    """Write lines and tables: a line that stands before a table is kept with it, one behind it keeps its distance."""
    before: Line | Table | None = None
    for part, then in zip_longest(body, body[1:]):
        if isinstance(part, Table):
            if isinstance(before, Table):
                parts.pitch(document.add_paragraph(), layout.GAP_PT)  # Word makes one of two that touch.
            _write_table(document, part)
        else:
            form = _write_line(document, part).paragraph_format
            form.keep_with_next |= isinstance(then, Table)
            form.space_before = Pt(layout.GAP_PT if isinstance(before, Table) else 0)
        before = part


def _set_up(document: Element, paper: Written) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in layout.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.BINDING_MM), Mm(layout.RIGHT_MM)
    section.footer_distance = Mm(layout.FOOTER_MM - 5)
    document.settings.odd_and_even_pages_header_footer = True
    parts.number_pages(section, paper.anchor)
    style = document.styles["Normal"]
    style.font.name, style.font.size = layout.LATIN, Pt(layout.BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), layout.FANGSONG)
    parts.speak_chinese(document)
    properties = document.core_properties
    properties.author, properties.comments = paper.issuer, ""
    properties.title = "".join(paper.content.title.splitlines())
    properties.created = properties.modified = paper.at.replace(tzinfo=None)
    properties.last_modified_by, properties.revision = paper.issuer, 1


def _write_head(document: Element, paper: Written) -> None:
    """Write the red words, the number, the red line, the title and whom it goes to."""
    content, red = paper.content, RGBColor.from_string(layout.RED)
    small = content.one_page
    size, line_pt = layout.MAST_SMALL if small else layout.MAST
    mast = parts.pitch(document.add_paragraph(), line_pt)
    mast.alignment = CENTRE
    parts.write_run(mast, "　".join(content.mast), layout.XIAOBIAOSONG, size, color=red)
    if not small:
        parts.pitch(document.add_paragraph())
    _write_number(document, paper)
    title = parts.pitch(document.add_paragraph(), layout.TITLE_LINE_PT)
    title.alignment = CENTRE
    title.paragraph_format.space_before = Pt(layout.LINE_PT / (2 if small else 1))
    title.paragraph_format.space_after = Pt(layout.LINE_PT / (4 if small else 1))
    for number, line in enumerate(content.title.splitlines()):
        run = parts.write_run(title, line, layout.XIAOBIAOSONG, layout.TITLE_PT)
        if number:
            run._element.insert(1, run._element.makeelement(qn("w:br"), {}))  # noqa: SLF001 - before its text.
    if content.addressees:
        to = parts.pitch(document.add_paragraph())
        parts.write_run(to, content.addressees, layout.FANGSONG, layout.BODY_PT)


def _write_number(document: Element, paper: Written) -> None:
    """Write the number: in the middle; on what goes up to leaders on the left, with the signer on the right."""
    line = parts.pitch(document.add_paragraph())
    number = paper.number or NO_NUMBER
    if not paper.content.upward:
        line.alignment = CENTRE
        parts.write_run(line, number, layout.FANGSONG, layout.BODY_PT)
    else:
        parts.set_indent(line, left=1, right=1)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(layout.BODY_MM - 6), WD_TAB_ALIGNMENT.RIGHT)
        parts.write_run(line, f"{number}\t签发人：", layout.FANGSONG, layout.BODY_PT)
        parts.write_run(line, paper.signer or "　　　　", layout.KAITI, layout.BODY_PT)
    rule = parts.pitch(document.add_paragraph(), layout.RULE_PT)
    parts.draw_line(rule, "bottom", layout.RED, 18)


def _write_line(document: Element, line: Line) -> Element:
    paragraph = parts.pitch(document.add_paragraph(), indent=layout.INDENT_CHARACTERS)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if line.kind in {"body", "h3"} else LEFT
    paragraph.paragraph_format.keep_with_next = line.kind in {"h1", "h2"}
    parts.write_run(paragraph, line.text, layout.FONTS[line.kind], layout.BODY_PT)
    return paragraph


def _write_table(document: Element, table: Table) -> None:
    """Write a table as wide as the body, small type, its header on every page."""
    grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    parts.narrow_cells(grid)
    head = grid.add_row()
    parts.repeat_header(head)
    parts.keep_whole(head)
    _fill(head, table.columns, [column.header for column in table.columns], font=layout.HEITI)
    for row in table.rows:
        added = grid.add_row()
        parts.keep_whole(added)
        _fill(added, table.columns, row, font=layout.FANGSONG)
    for place, column in enumerate(table.columns):
        grid.columns[place].width = Mm(column.width)  # LibreOffice goes by the grid, Word by the cells.


def _fill(row: Element, columns: Sequence[Column], cells: Sequence[str | int], *, font: str) -> None:
    for cell, column, text in zip(row.cells, columns, cells, strict=True):
        cell.width = Mm(column.width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = parts.pitch(cell.paragraphs[0], layout.TABLE_LINE_PT)
        left = column.align == "left" and font != layout.HEITI
        paragraph.alignment = LEFT if left else CENTRE
        parts.write_run(paragraph, str(text), font, layout.TABLE_PT)


def _write_end(document: Element, paper: Written) -> None:
    """Write the annexes, the issuer with the day, and whom copies go to."""
    if paper.content.one_page:
        names = "、".join(sheet.name for sheet in paper.content.annexes)
        _write_line(document, Line(text=f"附件：{names}"))
        _write_signature(document, f"{paper.issuer}　{chinese_date(paper.on)}", left_of_edge=0)
        return
    _write_annexes(document, [sheet.name for sheet in paper.content.annexes])
    for _ in range(2):
        parts.pitch(document.add_paragraph()).paragraph_format.keep_with_next = True
    day = chinese_date(paper.on)
    # The issuer stands over the middle of the day; digits are half as wide as Chinese characters.
    wider = max((len(day) + 3) / 2 - len(paper.issuer), 0) / 2
    _write_signature(document, paper.issuer, left_of_edge=layout.DATE_FROM_RIGHT_CHARACTERS + wider)
    _write_signature(document, day, left_of_edge=layout.DATE_FROM_RIGHT_CHARACTERS)
    if paper.content.copied_to:
        _write_imprint(document, paper)


def _write_signature(document: Element, text: str, *, left_of_edge: float) -> None:
    line = parts.pitch(document.add_paragraph())
    line.alignment = RIGHT
    line.paragraph_format.keep_with_next = True
    parts.set_indent(line, right=left_of_edge)
    parts.write_run(line, text, layout.FANGSONG, layout.BODY_PT)


def _write_annexes(document: Element, names: Sequence[str]) -> None:
    """List the annexes one line below the text, numbered when there are several."""
    if names:
        parts.pitch(document.add_paragraph()).paragraph_format.keep_with_next = True
    for number, name in enumerate(names, 1):
        line = parts.pitch(document.add_paragraph())
        line.paragraph_format.keep_with_next = True
        parts.set_indent(line, left=5 if number > 1 else 2)
        said = f"{number}. {name}" if len(names) > 1 else name
        parts.write_run(line, said if number > 1 else f"附件：{said}", layout.FANGSONG, layout.BODY_PT)


def _write_imprint(document: Element, paper: Written) -> None:
    """Write the 版记: copies, who prints it and when, between lines."""
    parts.pitch(document.add_paragraph())
    copies = parts.pitch(document.add_paragraph())
    parts.draw_line(copies, "top", "000000", 8)
    parts.write_run(copies, f"　抄送：{paper.content.copied_to}", layout.FANGSONG, layout.IMPRINT_PT)
    printed = parts.pitch(document.add_paragraph())
    printed.paragraph_format.tab_stops.add_tab_stop(Mm(layout.BODY_MM - 5), WD_TAB_ALIGNMENT.RIGHT)
    said = (
        f"　{paper.issuer}\t{chinese_date(paper.on)}印发" if paper.number else f"　{paper.issuer}\t（草稿）"
    )
    parts.write_run(printed, said, layout.FANGSONG, layout.IMPRINT_PT)
    _frame(printed)


def _frame(printed: Element) -> None:
    parts.draw_line(printed, "bottom", "000000", 8)
    borders = printed._element.pPr.find(qn("w:pBdr"))  # noqa: SLF001 - python-docx has no borders.
    top = borders[0].makeelement(qn("w:top"), dict(borders[0].attrib) | {qn("w:sz"): "6"})
    borders.insert(0, top)
