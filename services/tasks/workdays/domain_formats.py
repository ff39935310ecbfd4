"""Reads the official days of a year from the files that people have.

A CSV or JSON list of `date,kind` with the kinds 休 and 班, or the JSON of the project holiday-cn:
`{"year": 2027, "days": [{"name", "date", "isOffDay"}]}`.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.errors import Invalid

KINDS = dict.fromkeys(("休", "休息", "放假"), False) | dict.fromkeys(("班", "上班", "补班"), True)
DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
HEADERS = ({"date", "日期"}, {"kind", "类型"})


@dataclass(frozen=True, slots=True)
class Listed:
    """The days of a list, True for a working day, and the year that it is about."""

    year: int
    days: Mapping[date, bool]


def read_list(content: bytes) -> Listed:
    """Read a list.

    Raises:
        Invalid: It is in none of the formats, or contradicts itself; the message names the entry.
    """
    text = _decoded(content).strip()
    said: Any = _json(text) if text[:1] in {"{", "["} else list(csv.reader(text.splitlines()))
    year, entries = (said.get("year"), said.get("days")) if isinstance(said, dict) else (None, said)
    if not isinstance(entries, list) or not entries:
        raise _unreadable('没有找到日期，请用“date,kind”清单（休/班）或 {"year", "days"} 格式')
    days = _days(enumerate(entries, 1))
    most = Counter(day.year for day in days).most_common(1)
    if not most:
        raise _unreadable("只有表头，没有日期")
    return Listed(year if isinstance(year, int) else most[0][0], days)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # Excel writes CSV in the code page of China.
        return content.decode("gb18030", errors="replace")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _unreadable(f"不是有效的 JSON（{error}）") from error


def _days(entries: Iterable[tuple[int, object]]) -> dict[date, bool]:
    days: dict[date, bool] = {}
    for number, entry in entries:
        cells = _cells(entry)
        if not any(cells) or (number == 1 and _is_header(cells)):
            continue
        day, works = _day(number, cells[0]), _works(number, cells[1])
        if days.setdefault(day, works) is not works:
            raise _unreadable(f"第 {number} 条：{day} 既是休又是班，请只留一处")
    return days


def _cells(entry: object) -> tuple[str, object]:
    """Give what an entry says: the day, and its kind as a word or, for holiday-cn, whether it is off."""
    if isinstance(entry, dict):
        return str(entry.get("date", "")), entry.get("kind", entry.get("isOffDay", ""))
    if isinstance(entry, str):
        entry = entry.split(",")
    if isinstance(entry, list):
        first, second, *_ = [*(str(cell).strip() for cell in entry), "", ""]
        return first, second
    return str(entry), ""


def _is_header(cells: tuple[str, object]) -> bool:
    return cells[0].lower() in HEADERS[0] and str(cells[1]).lower() in HEADERS[1]


def _day(number: int, said: str) -> date:
    found = DAY.fullmatch(said.strip())
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError as error:
        raise _unreadable(f"第 {number} 条的日期“{said}”无法识别，请写成 2027-01-01") from error


def _works(number: int, said: object) -> bool:
    if isinstance(said, bool):
        return not said
    word = str(said).strip()
    if word not in KINDS:
        raise _unreadable(f"第 {number} 条的类型“{word}”无法识别，请写“休”或“班”")
    return KINDS[word]


def _unreadable(message: str) -> Invalid:
    return Invalid(message, code="calendar.unreadable", field="file")
