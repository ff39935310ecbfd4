"""Single values of a record: what is there, and what a text says as a time, a code or a number.

Digits are ASCII's and no text holds control characters, as in the intake of ratings.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.gateway.feeds.domain.form import ISO
from shared.clock import SHANGHAI

Value = str | datetime
LONGEST = 64  # Characters of an id or a code; some item codes have 33.
UNIT = re.compile(r"[0-9A-Za-z-]{1,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What a sheet makes of a long number: its last digits are lost.
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2}")
SEPARATED = re.compile(r"[-/.:年月日 ]")
PLAIN_TIME = "%Y-%m-%d %H:%M:%S"
REASON = re.compile(r"[0-9]{3}")
COUNT = re.compile(r"[0-9]{1,4}(\.0)?")
MOST_REASONS = 20
ARROW = re.compile(r"->|→")
MOST_LEVELS = 3  # Of a category.


def value_of(record: Mapping[str, object], names: Sequence[str]) -> tuple[str, Value]:
    """Give the first of the fields `names` that has a value, with it; an empty text where none has."""
    for name in names:
        found = as_value(record.get(name))
        if found:
            return name, found
    return (names[0] if names else ""), ""


def as_value(value: object) -> Value:
    """Bring what JSON or a cell holds to a text or a time; an empty text for nothing and for what is neither."""
    if isinstance(value, str):  # As nearly always.
        return value.strip()
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        # A sheet holds numbers as floats.
        return str(int(value) if isinstance(value, float) and value.is_integer() else value)
    if isinstance(value, list):
        return ",".join(str(as_value(one)) for one in value)
    return ""


def has(record: Mapping[str, object], name: str) -> bool:
    """Say whether a field has a value."""
    return as_value(record.get(name)) != ""


def read_time(value: Value, formats: Sequence[str]) -> datetime:
    """Read a time; without a zone it is Shanghai's.

    Raises:
        ValueError: No format fits, or its year is none in which anybody was served.
    """
    found = value if isinstance(value, datetime) else _parsed(value, formats)
    if not 2000 <= found.year <= 2999:
        raise ValueError("year")
    return found.astimezone(SHANGHAI) if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def read_date(value: Value, formats: Sequence[str]) -> date:
    """Read a day, as `read_time` does."""
    return read_time(value, formats).date()


def _parsed(text: str, formats: Sequence[str]) -> datetime:
    for pattern in formats:
        try:
            found = _as(text, pattern)
        except ValueError:
            continue
        # 2023621 must not be read as some day: without separators every digit has its place.
        if pattern == ISO or SEPARATED.search(pattern) or found.strftime(pattern) == text:
            return found
    raise ValueError("format")


def _as(text: str, pattern: str) -> datetime:
    # The commonest format is one of ISO 8601's, whose reader is ten times as fast as strptime.
    if pattern == ISO or (pattern == PLAIN_TIME and len(text) == 19 and text[10] == " "):
        return datetime.fromisoformat(text)
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is put in by `read_time`.


def read_count(text: str) -> int:
    """Read a small whole number.

    Raises:
        ValueError: It is none.
    """
    if not COUNT.fullmatch(text):
        raise ValueError("count")
    return int(float(text))


def read_reasons(text: str) -> tuple[str, ...]:
    """Read the comma-joined codes of `evalDetail`.

    Raises:
        ValueError: One is no code of three digits, or they are too many.
    """
    codes = tuple(code for one in re.split(r"[,，;；]", text) if (code := one.strip()))
    if len(codes) > MOST_REASONS or not all(REASON.fullmatch(code) for code in codes):
        raise ValueError("reasons")
    return codes


def read_path(text: str) -> tuple[str, ...]:
    """Read the names of a category from the widest to the narrowest, as `甲->乙->丙` or a list has them.

    Raises:
        ValueError: They are too many or too long, or one in the middle is missing.
    """
    parts = ARROW.split(text) if ARROW.search(text) else text.split(",")
    names = [one.strip() for one in parts]
    while names and not names[-1]:
        names.pop()  # Exports write all three arrows, whatever there is.
    if len(names) > MOST_LEVELS or not all(0 < len(one) <= LONGEST for one in names) or CONTROL.search(text):
        raise ValueError("path")
    return tuple(names)
