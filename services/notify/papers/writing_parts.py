"""Pieces of a Word document that python-docx has no call for: fonts of Chinese text, lines, the page number."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from services.notify.papers.domain_layout import (
    ANCHOR_PT,
    BODY_PT,
    CELL_TWIPS,
    LATIN,
    LINE_PT,
    PAGE_NUMBER_PT,
    SONGTI,
)

Element = Any  # python-docx has no types.


def write_run(paragraph: Element, text: str, font: str, points: float, *, color: Element = None) -> Element:
    """Add text in a Chinese font; digits and Latin letters are in `LATIN`."""
    run = paragraph.add_run(text)
    set_font(run, font, points)
    if color is not None:
        run.font.color.rgb = color
    return run


def set_font(run: Element, font: str, points: float) -> None:
    """Name the fonts of a run."""
    run.font.size = Pt(points)
    run.font.name = LATIN
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - the only way to name an East Asian font.
    for name in ("w:eastAsia", "w:cs"):
        fonts.set(qn(name), font)
    fonts.set(qn("w:hint"), "eastAsia")  # Quotation marks and dashes are Chinese ones.


def pitch(paragraph: Element, points: float = LINE_PT, *, indent: int = 0) -> Element:
    """Give a paragraph a fixed line pitch, and an indent of its first line in characters."""
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)
    form.space_before = form.space_after = Pt(0)
    if indent:
        set_indent(paragraph, firstLine=indent)
    return paragraph


def set_indent(paragraph: Element, **characters: float) -> None:
    """Indent a paragraph by characters of body type: `left`, `right`, `firstLine`.

    Word goes by the characters, LibreOffice by the twentieths of a point beside them.
    """
    properties = paragraph._element.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no indents in characters.
    indent = properties.get_or_add_ind()
    for name, count in characters.items():
        indent.set(qn(f"w:{name}Chars"), str(round(count * 100)))
        indent.set(qn(f"w:{name}"), str(round(count * BODY_PT * 20)))


def draw_line(paragraph: Element, side: str, color: str, eighths: int) -> None:
    """Draw a line along a side of a paragraph; its strength in eighths of a point."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    said = {"val": "single", "sz": str(eighths), "space": "1", "color": color}
    for name, value in said.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._element.get_or_add_pPr()  # noqa: SLF001 - as above.
    properties.insert_element_before(borders, *_AFTER_BORDERS)


# What the schema wants behind the borders of a paragraph.
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")


def number_pages(section: Element, note: str = "") -> None:
    """Put — 1 — under every page: odd ones right, even ones left, one character from the edge; a note below it."""
    for footer, alignment, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = alignment
        set_indent(paragraph, **{side: 1})
        write_run(paragraph, "— ", SONGTI, PAGE_NUMBER_PT)
        _add_field(paragraph, "PAGE")
        write_run(paragraph, " —", SONGTI, PAGE_NUMBER_PT)
        if note:
            below = footer.add_paragraph()
            below.alignment = alignment
            set_indent(below, **{side: 1})
            write_run(below, note, SONGTI, ANCHOR_PT)


def _add_field(paragraph: Element, code: str) -> None:
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        run.font.size, run.font.name = Pt(PAGE_NUMBER_PT), SONGTI
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = code
        run._element.append(mark)  # noqa: SLF001 - python-docx has no fields.


def repeat_header(row: Element) -> None:
    """Repeat a row of a table at the top of every page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no call for it.
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def keep_whole(row: Element) -> None:
    """Never break a row of a table between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - as above.


def speak_chinese(document: Element) -> None:
    """Say that the text is Chinese as it is written on the mainland: the shapes of signs and marks depend on it."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def narrow_cells(table: Element) -> None:
    """Leave little room left and right in the cells of a table, since its columns are narrow."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_TWIPS))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001 - python-docx has no call for it.
