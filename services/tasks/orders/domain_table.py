"""Reads the directory of orders from a CSV table, with Chinese or English headers, as spreadsheets write it."""

import csv
import re
from collections.abc import Mapping
from datetime import date

from services.tasks.orders.domain_directory import Row
from shared.errors import Invalid

LONGEST = 5000  # Rows.
HEADERS: Mapping[str, str] = {
    "一级分类": "category_1",
    "二级分类": "category_2",
    "三级分类": "category_3",
    "区划": "region",
    "主办单位": "unit",
    "协办单位": "cooperating",
    "赋权镇街": "delegated",
    "依据": "basis",
    "起始日": "starts_on",
    "终止日": "ends_on",
}
_YES, _NO = {"是", "1", "true", "yes"}, {"", "否", "0", "false", "no"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BETWEEN = re.compile(r"[、,，;；]")


def read_table(content: bytes, today: date) -> list[Row]:
    """Read rows whose units are said by id or name; without a first day they hold from `today`.

    Raises:
        Invalid: A header or a value makes no sense; the message names row and column.
    """
    lines = list(csv.reader(_decoded(content).splitlines()))
    if not lines:
        raise Invalid("目录表为空，请按模板填写", code="order_directory.table_empty", field="body")
    columns = [_column(one) for one in lines[0]]
    if "unit" not in columns:
        message = f"目录表缺少“主办单位”列，表头可用：{'、'.join(HEADERS)}"
        raise Invalid(message, code="order_directory.header", field="body")
    said = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    if len(said) > LONGEST:
        message = f"目录表有 {len(said)} 行，一次最多 {LONGEST} 行，请分批导入"
        raise Invalid(message, code="order_directory.table_long", field="body")
    return [_row(place, dict(zip(columns, line, strict=False)), today) for place, line in enumerate(said, 1)]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel writes CSV in the code page of China.
        return content.decode("gb18030", errors="replace")


def _column(header: str) -> str:
    name = header.strip()
    if name in HEADERS:
        return HEADERS[name]
    if name in HEADERS.values():
        return name
    message = f"目录表有未知的列“{name}”，可用：{'、'.join(HEADERS)}"
    raise Invalid(message, code="order_directory.header", field="body")


def _row(place: int, said: Mapping[str, str], today: date) -> Row:
    cells = {name: said.get(name, "").strip() for name in HEADERS.values()}
    if not cells["unit"]:
        raise _wrong(place, "主办单位", "", "请填写单位名称或编号")
    others = [one.strip() for one in _BETWEEN.split(cells["cooperating"])]
    return Row(
        category=(cells["category_1"], cells["category_2"], cells["category_3"]),
        region=cells["region"],
        unit_id=cells["unit"],
        cooperating=tuple(one for one in others if one),
        delegated=_flag(place, cells["delegated"]),
        basis=cells["basis"],
        starts_on=_day(place, "起始日", cells["starts_on"]) or today,
        ends_on=_day(place, "终止日", cells["ends_on"]),
    )


def _flag(place: int, cell: str) -> bool:
    word = cell.lower()
    if word in _YES | _NO:
        return word in _YES
    raise _wrong(place, "赋权镇街", cell, "请填“是”或“否”")


def _day(place: int, column: str, cell: str) -> date | None:
    if not cell:
        return None
    found = _DAY.fullmatch(cell)
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(cell)
    except ValueError as error:
        raise _wrong(place, column, cell, "请写成 2026-01-31") from error


def _wrong(place: int, column: str, cell: str, remedy: str) -> Invalid:
    message = f"第 {place} 行：{column}“{cell}”无效，{remedy}"
    return Invalid(message, code="order_directory.cell", field=column, row=place)
