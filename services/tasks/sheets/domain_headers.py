"""Which column a header means: offices write 事项名称, 任务名称 or 督办事项 for the same thing; the order is free."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.tasks.sheets.domain_cells import Cell, letter, shown
from services.tasks.sheets.domain_faults import Fault, Heading

HEADER_WITHIN = 10  # Rows in which the header has to stand: titles and notes may go before it.
_NOT_HEADER = re.compile(r"[\s*＊：:]+|[（(][^（）()]*[)）]")

# Column → the headers that mean it; the first is what we write ourselves.
Synonyms = Mapping[str, tuple[str, ...]]
LEDGER_HEADERS: Synonyms = {
    "code": ("督办编号", "编号", "督办号", "事项编号", "督办序号"),
    "title": (
        "事项名称",
        "任务名称",
        "督办事项",
        "督办事项名称",
        "工作任务",
        "重点任务",
        "任务事项",
        "事项",
        "任务",
    ),
    "kind": ("事项类型", "任务类型", "类型", "事项类别", "类别"),
    "source": ("任务来源", "事项来源", "来源", "督办来源"),
    "source_ref": ("来源文号", "文号", "批示文号", "文件文号", "会议名称"),
    "plan": ("所属方案", "方案", "方案名称"),
    "registered": ("立项时间", "立项日期", "登记时间", "登记日期", "交办时间", "交办日期"),
    "body": ("主要内容", "主要内容/批示", "批示内容", "工作内容", "任务内容", "具体内容", "内容"),
    "lead": ("牵头单位", "牵头部门", "承办单位", "承办部门", "主办单位", "主办部门"),
    "responsible": ("责任单位", "责任部门"),
    "cooperating": ("配合单位", "配合部门", "协办单位", "协办部门", "协办"),
    "deadline": ("办理时限", "完成时限", "办结时限", "完成时间", "时限", "截止日期", "截止时间"),
    "level": ("任务级别", "级别", "重要程度", "紧急程度"),
}
LEDGER_NEEDED = ("title",)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet: where each known column stands, and which columns nobody knows.

    Attributes:
        row: Counted from 1.
    """

    row: int
    headings: dict[str, Heading]
    ignored: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def plain_header(text: str) -> str:
    """Give a header in one shape: no spaces, stars or remarks in brackets, full and half width alike."""
    return _NOT_HEADER.sub("", unicodedata.normalize("NFKC", text))


def find_header(
    sheet: str, rows: Sequence[tuple[Cell, ...]], synonyms: Synonyms, needed: Iterable[str]
) -> Header | None:
    """Find the header among the first rows: the first that has all `needed` columns and one more; None for none."""
    meant = {plain_header(word): key for key, words in synonyms.items() for word in words}
    wanted = set(needed)
    for number, cells in enumerate(rows[:HEADER_WITHIN], 1):
        keys = [meant.get(plain_header(shown(cell))) for cell in cells]
        found = {key for key in keys if key}
        if wanted <= found and len(found) > len(wanted):
            return _read_header(sheet, number, cells, keys)
    return None


def _read_header(sheet: str, number: int, cells: Sequence[Cell], keys: Sequence[str | None]) -> Header:
    headings: dict[str, Heading] = {}
    ignored: list[str] = []
    faults: list[Fault] = []
    for column, (cell, key) in enumerate(zip(cells, keys, strict=True), 1):
        header = " ".join(shown(cell).split())
        if key and key in headings:
            faults.append(_twice(sheet, number, column, header, headings[key]))
        elif key:
            headings[key] = Heading(column, header)
        elif header:
            ignored.append(header)
    return Header(number, headings, tuple(ignored), tuple(faults))


def _twice(sheet: str, row: int, column: int, header: str, first: Heading) -> Fault:
    return Fault(
        sheet=sheet,
        row=row,
        column=letter(column),
        header=header,
        value=header,
        code="header.twice",
        reason=f"与 {letter(first.column)} 列“{first.header}”是同一列",
        remedy="只留一列，另一列改名或删除",
    )
