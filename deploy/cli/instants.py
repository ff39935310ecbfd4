"""Instants as people write and read them in a terminal: in Shanghai, to the minute."""

from datetime import date, datetime

from shared.clock import SHANGHAI, at_local, end_of_day
from shared.errors import Invalid

DAY = len("2023-07-01")


def minute(instant: datetime | str | None) -> str:
    """Write an instant, also one from JSON; a dash for none."""
    if not instant:
        return "—"
    known = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return f"{known.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def read_day(text: str, *, field: str) -> date | None:
    """Read a day that may be left out: None for an empty text; raises as `day_in` does."""
    return day_in(text, field=field) if text else None


def day_in(text: str, *, field: str) -> date:
    """Read a day.

    Raises:
        Invalid: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{field} 的值 {text} 不是日期，应如 2023-07-01"
        raise Invalid(message, code="day.invalid", field=field) from error


def read_instant(text: str, *, field: str, ends: bool = False) -> str:
    """Read a day or a minute in Shanghai, or an instant with its zone, and give it as JSON.

    Args:
        text: What somebody wrote.
        field: Name of the option, for the message.
        ends: A day alone means its end instead of its beginning.

    Raises:
        Invalid: It is none of these.
    """
    try:
        if len(text) == DAY:
            day = date.fromisoformat(text)
            return (end_of_day(day) if ends else at_local(day)).isoformat()
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"--{field} 的值 {text} 不是日期或时刻，应如 2023-07-01 或 2023-07-01T18:00"
        raise Invalid(message, code="instant.invalid", field=field) from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)).isoformat()
