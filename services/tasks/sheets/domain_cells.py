"""Cells as people fill them in, read into values; what can't be read says why and what to do.

Invariant: nothing is guessed: a cell that could mean two things is a fault.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `percent` when it is shown as one, so that 0.5 means 50 %."""

    value: Value = None
    formula: bool = False
    percent: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: its first and last row and column, counted from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows` are all rows from the first on, the last one that holds something being the last."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merged, ...]


class CellFault(Exception):  # noqa: N818 - it is a fault of the file, which the reader of rows collects.
    """Why a cell can't be read, and what to do; `code` is stable."""

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.remedy = code, reason, remedy


@dataclass(frozen=True, slots=True)
class Term:
    """When something is to be done: by a day, at all times 长期, or not said."""

    day: date | None = None
    ongoing: bool = False


LONGEST_CODE, LONGEST_TITLE, LONGEST_NAME, LONGEST_TEXT = 64, 500, 200, 32_000
TOO_LONG_FOR_A_CELL = "…（超出单元格上限，全文见系统）"
FIRST_YEAR, LAST_YEAR = 2000, 2100
_ONGOING = frozenset({"长期", "长期坚持", "持续推进", "常态化", "长期推进", "持续"})
_ESCAPED_RETURN = re.compile(r"_x000[Dd]_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*[日号]?(?:前|之前|以前)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_END = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(?:底|末)(?:前|之前|以前)?")
_YEAR_END = re.compile(r"(\d{4})\s*年\s*(?:底|末)(?:前|之前|以前)?")
_PERCENT = re.compile(r"(\d{1,3})\s*[%％]?")


def cell_text(text: str) -> str:
    """Give a text as a cell takes it and gives it back: no control characters, one kind of line end, not too long."""
    plain = _UNWRITABLE.sub("", _ESCAPED_RETURN.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))
    shown = plain.strip()
    if len(shown) <= LONGEST_TEXT:
        return shown
    return shown[: LONGEST_TEXT - len(TOO_LONG_FOR_A_CELL)] + TOO_LONG_FOR_A_CELL


def chinese_date(day: date | None) -> str:
    """Write a date as printed documents do: 2023年6月30日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@cache
def letter(column: int) -> str:
    """Give the letter of a column, counted from 1: A, Z, AA."""
    before, last = divmod(column - 1, 26)
    return (letter(before) if before else "") + chr(ord("A") + last)


def shown(cell: Cell) -> str:
    """Give a cell's value for people, at most 60 characters."""
    value = cell.value
    if isinstance(value, date):
        return chinese_date(value)
    return "" if value is None else str(value)[:60]


def _check_plain(cell: Cell) -> None:
    if cell.formula:
        raise CellFault("cell.formula", "单元格是公式", "复制后用“选择性粘贴—数值”换成文字或数值")
    if isinstance(cell.value, str) and cell.value in {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!"}:
        raise CellFault("cell.error", f"单元格是错误值 {cell.value}", "改填文字或数值")


def read_text(cell: Cell, longest: int = LONGEST_TEXT) -> str:
    """Read a text; a whole number counts as its digits.

    Raises:
        CellFault: It is a formula, a truth value, or longer than `longest` characters.
    """
    _check_plain(cell)
    value = cell.value
    if isinstance(value, bool):
        raise CellFault("cell.not_text", "单元格是逻辑值", "改填文字")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = chinese_date(value) if isinstance(value, date) else cell_text("" if value is None else str(value))
    if len(text) > longest:
        raise CellFault(
            "cell.too_long", f"内容 {len(text)} 字，上限 {longest} 字", f"缩短到 {longest} 字以内"
        )
    return text


def read_day(cell: Cell) -> date | None:
    """Read a date, None for an empty cell: a true date, or a text with year, month and day.

    Raises:
        CellFault: It is no date, or one without a year.
    """
    term = read_term(cell)
    if term.ongoing:
        raise CellFault("cell.date_wrong", "此处须是日期", "改填日期，如 2023年6月30日")
    return term.day


def read_term(cell: Cell) -> Term:
    """Read when something is to be done: a date, 长期, or nothing.

    Raises:
        CellFault: It is none of these.
    """
    _check_plain(cell)
    value = cell.value
    if isinstance(value, date):
        return Term(_in_range(value.date() if isinstance(value, datetime) else value))
    if cell.empty:
        return Term()
    if isinstance(value, int | float):
        reason = f"{value} 不是日期（可能是日期序号或缺少年月日）"
        raise CellFault("cell.date_wrong", reason, "把单元格设为日期格式，或改填文字 2023年6月30日")
    text = str(value).strip()
    return Term(ongoing=True) if text in _ONGOING else Term(_in_range(_day_of(text)))


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        reason = f"年份 {day.year} 超出 {FIRST_YEAR}–{LAST_YEAR}"
        raise CellFault("cell.date_wrong", reason, "核对年份")
    return day


def _day_of(text: str) -> date:
    for pattern, read in _DATE_WORDINGS:
        found = pattern.fullmatch(text)
        if found is not None:
            try:
                return read([int(one) for one in found.groups()])
            except ValueError:
                break
    reason = f"“{text[:30]}”不是可以识别的日期"
    raise CellFault(
        "cell.date_wrong", reason, "改填完整日期，如 2023年6月30日 或 2023-06-30；长期任务填“长期”"
    )


_DATE_WORDINGS: tuple[tuple[re.Pattern[str], Callable[[list[int]], date]], ...] = (
    (_DAY, lambda said: date(said[0], said[1], said[2])),
    (_COMPACT, lambda said: date(said[0], said[1], said[2])),
    (_MONTH_END, lambda said: date(said[0], said[1], monthrange(said[0], said[1])[1])),
    (_YEAR_END, lambda said: date(said[0], 12, 31)),
)


def read_percent(cell: Cell) -> int | None:
    """Read a share in whole %, None for an empty cell.

    Raises:
        CellFault: It is no whole number from 0 to 100, or a fraction that could be a share of 1.
    """
    _check_plain(cell)
    if cell.empty:
        return None
    share = _share(cell)
    if share is None or not 0 <= share <= 100:
        reason = f"“{shown(cell)}”不是 0–100 的整数"
        raise CellFault("cell.percent_wrong", reason, "填 0 到 100 的整数，如 80（表示 80%）")
    return share


def _share(cell: Cell) -> int | None:
    value = cell.value
    if isinstance(value, str):
        found = _PERCENT.fullmatch(value.strip())
        return int(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    scaled = round(value * 100, 6) if cell.percent else value
    return int(scaled) if float(scaled).is_integer() else None


def read_yes(cell: Cell) -> bool:
    """Read 是 or 否; an empty cell is 否.

    Raises:
        CellFault: It is neither.
    """
    _check_plain(cell)
    text = "" if cell.value is None else str(cell.value).strip()
    if text not in {"", "是", "否"}:
        raise CellFault("cell.yes_no_wrong", f"“{text[:30]}”不是“是”或“否”", "从下拉列表选“是”或“否”")
    return text == "是"
