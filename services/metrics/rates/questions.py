"""What can be asked of a rate: by which dimension or period, of which units, over which days, as of when."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.metrics.rates.functions import Family
from shared.errors import Invalid

PERIODS = ("day", "month", "quarter", "year")
OF_UNITS = frozenset({"unit", "hall", "window", "clerk"})  # Their codes mean something within a unit only.
DIMENSIONS = ("unit", "hall", "window", "clerk", "item", "item_type", "channel", "region", "source")
OF_ORDERS = ("unit", "order_kind", "category", "channel", "region", "source")  # Dimensions of hotline orders.
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        by: One of `DIMENSIONS` or, of orders, `OF_ORDERS`; or of `PERIODS`.
        codes: Codes of the units that it is about; None for all.
        first, last: Shanghai days, both of which belong to it; None does not restrict.
        keys: Codes in the dimension; None for all.
        now: Business time.
        as_of: What was known then, in the past; None for what is known now.
    """

    by: str
    now: datetime
    codes: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None
    keys: tuple[str, ...] | None = None
    as_of: datetime | None = None

    @property
    def at(self) -> datetime:
        """The instant at which lateness is judged."""
        return self.as_of or self.now

    @property
    def by_period(self) -> bool:
        """Whether days are told apart instead of places."""
        return self.by in PERIODS

    @property
    def dimension(self) -> str:
        """The dimension of the counts to read."""
        return "unit" if self.by_period else self.by

    def covers(self, day: date) -> bool:
        """Tell whether a day belongs to it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def takes(self, unit_code: str, key: str, day: date) -> bool:
        """Tell whether a fact belongs to it."""
        if self.codes is not None and unit_code not in self.codes:
            return False
        return self.covers(day) and (self.keys is None or key in self.keys)

    def group(self, unit: str, key: str, day: date | None) -> tuple[str, str]:
        """Name the group of a fact: its unit where that matters, and its code or period."""
        if self.by_period and day is not None:
            return "", period_of(day, self.by)
        return (unit if self.by in OF_UNITS else ""), key


def period_of(day: date, by: str) -> str:
    """Name the day, month, quarter or year of a day: `2023-06-20`, `2023-06`, `2023-Q2`, `2023`."""
    names = {"day": day.isoformat(), "month": f"{day:%Y-%m}", "year": f"{day:%Y}"}
    return names.get(by) or f"{day:%Y}-Q{(day.month + 2) // 3}"


def span_of(period: str) -> tuple[date, date]:
    """Give the first and last day of a period by its name.

    Raises:
        Invalid: It names none.
    """
    try:
        return _span_of(period)
    except ValueError as error:
        message = f"期间 {period} 无法识别，请写成 2023、2023-Q2、2023-06 或 2023-06-20"
        raise Invalid(message, code="rate.period", field="key") from error


def _span_of(period: str) -> tuple[date, date]:
    year, _, rest = period.partition("-")
    if len(year) != 4:
        raise ValueError(year)
    if not rest:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if rest.startswith("Q"):
        month = int(rest[1:]) * 3 - 2
        return date(int(year), month, 1), _last_of(int(year), month + 2)
    if "-" in rest:
        day = date.fromisoformat(period)
        return day, day
    return date(int(year), int(rest), 1), _last_of(int(year), int(rest))


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


Span = tuple[date | None, date | None]


def whole_months(first: date | None, last: date | None) -> tuple[Span | None, list[Span]]:
    """Split a span into its whole months, if any, and the days at its ends."""
    begin = (
        None if first is None else first if first.day == 1 else _last_of(first.year, first.month) + ONE_DAY
    )
    end = last
    if last is not None and last != _last_of(last.year, last.month):
        end = last.replace(day=1) - ONE_DAY
    if begin is not None and end is not None and begin > end:
        return None, [(first, last)]
    edges: list[Span] = []
    if first is not None and begin is not None and first < begin:
        edges.append((first, begin - ONE_DAY))
    if last is not None and end is not None and end < last:
        edges.append((end + ONE_DAY, last))
    return (begin, end), edges


def narrowed(question: Question, key: str | None) -> Question:
    """Narrow a question to one code of its dimension, or to one period."""
    if key is None:
        return question
    if not question.by_period:
        return replace(question, keys=(key,))
    first, last = span_of(key)
    return replace(question, first=max(first, question.first or first), last=min(last, question.last or last))


def check(question: Question, family: Family, *, beside_services: bool) -> None:
    """Pass when the question can be answered.

    Raises:
        Invalid: It can't.
    """
    ways = (OF_ORDERS if family == "orders" else DIMENSIONS) + PERIODS
    if question.by not in ways:
        known = "、".join(ways)
        raise Invalid(f"不能按 {question.by} 统计，可用：{known}", code="rate.by", field="by")
    if question.first and question.last and question.first > question.last:
        message = f"起始日 {question.first} 晚于截止日 {question.last}，请交换"
        raise Invalid(message, code="rate.span", field="from")
    if question.as_of is not None and question.as_of > question.now:
        message = f"as_of {question.as_of.isoformat()} 在将来，请填过去的时间"
        raise Invalid(message, code="rate.as_of", field="as_of")
    if family == "ratings" and beside_services and question.by == "channel":
        message = "评价渠道和办件渠道（线上、线下）不是同一分类：以办件为分母时不能按 channel 统计"
        raise Invalid(message, code="rate.by", field="by")


def unit_of(code: str, units: Mapping[str, str]) -> str:
    """Give the unit of a code, or the code where the registry knows none."""
    return units.get(code, code)
