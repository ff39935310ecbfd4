"""The monthly statistics as a workbook: one sheet to print, A3 landscape, its headers on every page."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from services.metrics.statistics.domain import Line, Month
from services.metrics.statistics.service import Statistics
from shared.clock import SHANGHAI

Worksheet = Any  # openpyxl has no types.
Value = str | int | None
LEVELS = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "非常不满意"))
CHANNELS = (
    ("pc", "PC端"),
    ("mobile", "移动端"),
    ("qr", "二维码"),
    ("hall_tablet", "大厅平板"),
    ("hall_other", "大厅其他终端"),
    ("phone", "电话"),
    ("sms", "短信"),
    ("system", "系统"),
)
RECTIFIED = (
    ("opened", "差评转办"),
    ("standing", "其中成立"),
    ("done", "已整改"),
    ("in_time", "按期整改"),
    ("named", "实名差评"),
    ("called_back", "已回访"),
)
HEADERS = (
    "序号",
    "单位",
    "来源",
    "评价总数",
    "系统默认",
    *(word for _, word in LEVELS),
    *(word for _, word in CHANNELS),
    "上传时延中位数（秒）",
    "上传时延95%（秒）",
    *(word for _, word in RECTIFIED),
)
WIDTHS = {1: 6, 2: 28, 3: 16}  # Characters; the others are as wide as `WIDTH`.
WIDTH, HEADER_ROW, A3 = 10, 3, 8
TITLE, NOTE, HEADER, BODY = (
    Font(name="方正小标宋简体", size=18),
    Font(name="仿宋_GB2312", size=11),
    Font(name="黑体", size=11),
    Font(name="仿宋_GB2312", size=11),
)
FILL = PatternFill("solid", fgColor="E7E6E6")
THIN = Side(style="thin", color="000000")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def write_xlsx(found: Statistics) -> bytes:
    """Write the workbook."""
    book = Workbook()
    book.properties.creator = "督办"
    book.properties.created = book.properties.modified = found.as_of.replace(tzinfo=None)
    sheet = book.active
    sheet.title = f"好差评{found.month}"
    _head(sheet, found)
    _write(sheet, HEADER_ROW, HEADERS, header=True)
    for number, (line, month) in enumerate(found.lines.items(), 1):
        _write(sheet, HEADER_ROW + number, _cells(number, line, month, found))
    last = HEADER_ROW + len(found.lines) + 1
    _write(sheet, last, ("", "合计", "", *_figures(found.total)))
    _set_up(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _head(sheet: Worksheet, found: Statistics) -> None:
    year, month = found.month.split("-")
    at = found.as_of.astimezone(SHANGHAI)
    note = (
        f"统计期间：{found.first} 至 {found.last}（按评价时间）；数据截至 {at:%Y-%m-%d %H:%M}；"
        "上传时延为评价时间至平台收到的时间；整改按转办日计"
    )
    last = get_column_letter(len(HEADERS))
    title = f"{year}年{int(month)}月政务服务“好差评”统计表"
    for row, (text, font, alignment, height) in enumerate(
        ((title, TITLE, CENTRE, 36), (note, NOTE, LEFT, 24)), 1
    ):
        sheet.merge_cells(f"A{row}:{last}{row}")
        cell = sheet.cell(row, 1)
        cell.value, cell.data_type, cell.font, cell.alignment = text, "s", font, alignment
        sheet.row_dimensions[row].height = height


def _cells(number: int, line: Line, month: Month, found: Statistics) -> Sequence[Value]:
    name = found.names.get(line.unit_code) or line.unit_code
    return (number, name, line.source_id, *_figures(month))


def _figures(month: Month) -> Sequence[Value]:
    levels, channels = month.by("level"), month.by("channel")
    return (
        month.ratings,
        month.default,
        *(levels.get(level, 0) for level, _ in LEVELS),
        *(channels.get(channel, 0) for channel, _ in CHANNELS),
        month.delay(50),
        month.delay(95),
        *(getattr(month.rectified, name) for name, _ in RECTIFIED),
    )


def _write(sheet: Worksheet, row: int, values: Sequence[Value], *, header: bool = False) -> None:
    for place, value in enumerate(values, 1):
        cell = sheet.cell(row, place)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # Never a formula, whatever a code begins with.
        cell.border, cell.font = GRID, HEADER if header else BODY
        cell.alignment = LEFT if place in {2, 3} and not header else CENTRE
        if header:
            cell.fill = FILL


def _set_up(sheet: Worksheet) -> None:
    for place in range(1, len(HEADERS) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(place, WIDTH)
    sheet.row_dimensions[HEADER_ROW].height = 48
    sheet.freeze_panes = f"D{HEADER_ROW + 1}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = A3, "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页　共 &N 页"
