"""The workbook of the 进展填报表: locked facts of a unit's open tasks, and columns to fill in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from services.tasks.sheets import looks
from services.tasks.sheets.domain_cells import chinese_date, letter
from services.tasks.sheets.domain_fit import row_height
from services.tasks.sheets.domain_form import LONGEST_NOTE
from services.tasks.sheets.domain_words import LIGHT_WORDS
from services.tasks.sheets.ledger_sheets import write_head
from services.tasks.sheets.records import FormRecord
from services.tasks.sheets.writing import Frame, Row, Written, frame_of

FORM_SHEET, MARK_SHEET = "进展填报表", "_form"
HEADER_ROW = 3
# Header, width, look, and whether people fill it in.
COLUMNS: tuple[tuple[str, float, str], ...] = (
    ("序号", 5, "centre"),
    ("督办编号", 15, "centre"),
    ("事项名称", 24, "left"),
    ("任务来源", 16, "left"),
    ("本单位角色", 7, "centre"),
    ("办理时限", 10, "centre"),
    ("亮灯", 6, "light"),
    ("办理状态", 7, "centre"),
    ("目前比例", 7, "centre"),
    ("上次进展", 22, "left"),
    ("签收（是/否）", 8, "choose"),
    ("进展情况", 34, "fill"),
    ("完成比例（%）", 8, "choose"),
    ("存在问题", 20, "fill"),
    ("下一步", 20, "fill"),
    ("报审（是/否）", 8, "choose"),
    ("版本", 6, "centre"),
)
SIGN, NOTE, PROGRESS, SUBMIT = 11, 12, 13, 16  # Places of columns, from 1.
LOWEST = 60.0  # Points: room to write in.


@dataclass(frozen=True, slots=True)
class FormBook:
    """The frame of the workbook, and the styles of its rows by look."""

    frame: Frame
    styles: dict[str, int]
    lights: dict[str, int]

    def rows(self, records: Sequence[FormRecord]) -> Iterator[Row]:
        """Give the rows."""
        for number, record in enumerate(records, 1):
            styles = self.styles | {"light": self.lights.get(record.light, self.styles["centre"])}
            values = _values(number, record)
            texts = [(str(value), width) for value, (_, width, _) in zip(values, COLUMNS, strict=True)]
            cells = [(value, styles[look]) for value, (_, _, look) in zip(values, COLUMNS, strict=True)]
            yield Row(cells, max(row_height(texts), LOWEST))


def _values(number: int, record: FormRecord) -> list[Written]:
    facts: list[Written] = [
        number,
        record.task_id,
        record.title,
        record.source + _linked(record),
        record.role,
        chinese_date(record.due_on) or "未定",
        LIGHT_WORDS.get(record.light, record.light),
        record.state_word,
        f"{record.progress}%",
        record.last_note,
    ]
    return [*facts, None, None, None, None, None, None, record.revision]


def _linked(record: FormRecord) -> str:
    """Say which rows are served by filling in this one."""
    others = "、".join(str(number) for number in record.linked)
    return f"（与第{others}项联动，填一项即可）" if others else ""


def build_form(title: str, note: str, mark: dict[str, str], rows: int) -> FormBook:
    """Make the form without its rows; `mark` is what an import has to know of it."""
    book = Workbook()
    sheet = book.active
    sheet.title = FORM_SHEET
    write_head(sheet, (title, note), [(header, width) for header, width, _ in COLUMNS], HEADER_ROW)
    sheet.freeze_panes = f"D{HEADER_ROW + 1}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    looks.set_up_print(sheet, header_row=HEADER_ROW)
    _protect(sheet)
    if rows:
        _validate(sheet, HEADER_ROW + 1, HEADER_ROW + rows)
    hidden = book.create_sheet(MARK_SHEET)
    hidden.sheet_state = "hidden"
    for name, value in mark.items():
        hidden.append([name, value])
    styles = {
        "centre": looks.body_style(sheet, looks.CENTRE),
        "left": looks.body_style(sheet, looks.LEFT),
        "choose": looks.fill_in_style(sheet, looks.CENTRE),
        "fill": looks.fill_in_style(sheet, looks.TOP),
    }
    lights = looks.light_styles(sheet)
    return FormBook(frame_of(book), styles, lights)


def _protect(sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no types.
    """Lock all but the columns to fill in, without a password: it keeps from slips, not from people."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _validate(sheet: Any, first: int, last: int) -> None:  # noqa: ANN401 - as above.
    yes_no = DataValidation(type="list", formula1='"是,否"', allow_blank=True, showErrorMessage=True)
    yes_no.error, yes_no.errorTitle = "请从列表选“是”或“否”", "填报"
    share = DataValidation(
        type="whole",
        operator="between",
        formula1="0",
        formula2="100",
        allow_blank=True,
        showErrorMessage=True,
    )
    share.error, share.errorTitle = "请填 0 到 100 的整数", "填报"
    text = DataValidation(
        type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_NOTE), allow_blank=True
    )
    for rule, columns in ((yes_no, (SIGN, SUBMIT)), (share, (PROGRESS,)), (text, (NOTE,))):
        for column in columns:
            rule.add(f"{letter(column)}{first}:{letter(column)}{last}")
        sheet.add_data_validation(rule)
