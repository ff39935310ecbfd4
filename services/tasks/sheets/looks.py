"""How the sheets look: fonts, borders, fills, widths and the print set-up of an office document.

The fonts are those of GB/T 9704 and are named, not embedded; where one is not installed the charset and family given
with it make Excel, WPS and LibreOffice take another Chinese one.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

Worksheet: TypeAlias = Any  # openpyxl has no types.
GB2312 = 134  # The charset by which a missing font is replaced with a Chinese one.
ROMAN, SWISS = 1, 2  # Font families: with serifs (仿宋, 宋体), without (黑体).
TITLE_FONT = Font(name="方正小标宋简体", size=22, charset=GB2312, family=ROMAN)
NOTE_FONT = Font(name="仿宋", size=14, charset=GB2312, family=ROMAN)
HEADER_FONT = Font(name="黑体", size=12, charset=GB2312, family=SWISS)
BODY_FONT = Font(name="仿宋", size=12, charset=GB2312, family=ROMAN)
LIGHT_FONT = Font(name="黑体", size=12, charset=GB2312, family=SWISS)
LIT_FONT = Font(name="黑体", size=12, charset=GB2312, family=SWISS, color="FFFFFF")
_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEADER_FILL = PatternFill("solid", fgColor="E7E6E6")
FILL_IN = PatternFill("solid", fgColor="FFF9E5")
LIGHT_FILLS: Mapping[str, PatternFill] = {
    "red": PatternFill("solid", fgColor="C00000"),
    "yellow": PatternFill("solid", fgColor="FFD966"),
    "green": PatternFill("solid", fgColor="548235"),
    "undated": PatternFill("solid", fgColor="D9D9D9"),
    "done": PatternFill("solid", fgColor="BDD7EE"),
}
WHITE_ON = frozenset({"red", "green"})
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)
A3, A4 = 8, 9  # Paper sizes in the file format.
INCH = 2.54  # cm
DATE_FORMAT = 'yyyy"年"m"月"d"日"'


def style_id(sheet: Worksheet, **looks: Any) -> int:  # noqa: ANN401 - openpyxl's own style objects.
    """Register a cell style with the workbook of `sheet`; give the number by which rows refer to it."""
    cell = WriteOnlyCell(sheet)
    for name, look in looks.items():
        setattr(cell, name, look)
    return int(cell.style_id)


def body_style(sheet: Worksheet, alignment: Alignment, **looks: Any) -> int:  # noqa: ANN401 - as above.
    """Register the style of a plain cell of a table."""
    return style_id(sheet, **({"font": BODY_FONT, "border": GRID, "alignment": alignment} | looks))


def light_styles(sheet: Worksheet) -> dict[str, int]:
    """Register the filled cells of the lights."""
    return {
        light: style_id(
            sheet,
            font=LIT_FONT if light in WHITE_ON else LIGHT_FONT,
            border=GRID,
            alignment=CENTRE,
            fill=fill,
        )
        for light, fill in LIGHT_FILLS.items()
    }


def fill_in_style(sheet: Worksheet, alignment: Alignment) -> int:
    """Register the style of a cell that people fill in: unlocked and tinted."""
    return body_style(sheet, alignment, fill=FILL_IN, protection=Protection(locked=False))


def set_up_print(sheet: Worksheet, *, header_row: int, paper: int = A3) -> None:
    """Print landscape, as wide as the page, with the header row on every page and page numbers."""
    sheet.page_setup.paperSize = paper
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 1.2 / INCH
    margins.top, margins.bottom = 1.5 / INCH, 1.6 / INCH
    margins.header, margins.footer = 0.8 / INCH, 0.8 / INCH
    footer = sheet.oddFooter.center
    footer.text, footer.font, footer.size = "第 &P 页　共 &N 页", "仿宋,Regular", 10
