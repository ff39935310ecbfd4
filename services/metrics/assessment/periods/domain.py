"""Periods of assessment: their days, the steps from open to final, and the window for appeals.

Invariant: a closed period's scores are never edited; a new run is written beside the old one, with who and why.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.metrics.assessment.schemes.domain import Appeals, PeriodKind
from services.metrics.assessment.scoring.domain_scores import Score
from shared.clock import end_of_day, local_date
from shared.errors import Conflict, Forbidden, Invalid
from shared.workdays import WorkCalendar

State = Literal["open", "previewed", "closed", "final"]
RunKind = Literal["preview", "closed", "appeal", "rescored"]
OFFICIAL: tuple[RunKind, ...] = ("closed", "appeal", "rescored")
STATES: dict[State, str] = {"open": "进行中", "previewed": "已预览", "closed": "已结账", "final": "已定案"}
STEPS: dict[str, tuple[State, ...]] = {
    "preview": ("open", "previewed"),
    "close": ("previewed",),
    "finalise": ("closed",),
    "rescore": ("closed", "final"),
    "appeal": ("closed",),
    "list": ("final",),
}
STEP_WORDS = {
    "preview": "预览",
    "close": "结账",
    "finalise": "定案",
    "rescore": "重新计分",
    "appeal": "申诉",
    "list": "拟订榜单",
}
_LABEL = re.compile(r"(20\d\d)(?:-Q([1-4]))?")


@dataclass(frozen=True, slots=True)
class Span:
    """A period by its name, `2023-Q2` or `2023`, with its first and last Shanghai day."""

    label: str
    kind: PeriodKind
    first: date
    last: date

    @property
    def year(self) -> int:
        """The year that it belongs to."""
        return self.first.year


def span_of(label: str) -> Span:
    """Read the name of a quarter or year.

    Raises:
        Invalid: It names neither.
    """
    found = _LABEL.fullmatch(label)
    if found is None:
        message = f"period 的取值 {label[:40]} 无效，请写成季度 2023-Q2 或年度 2023"
        raise Invalid(message, code="period.label", field="period")
    year = int(found[1])
    if found[2] is None:
        return Span(label, "year", date(year, 1, 1), date(year, 12, 31))
    begin = 3 * int(found[2]) - 2
    after = date(year + begin // 10, (begin + 2) % 12 + 1, 1)
    return Span(label, "quarter", date(year, begin, 1), after - timedelta(days=1))


def period_id(scheme: str, label: str) -> str:
    """Name a period of a scheme."""
    return f"{scheme}.{label}"


def check_step(step: str, state: State, period: str) -> None:
    """Pass when a period's state allows a step.

    Raises:
        Conflict: It does not.
    """
    if state not in STEPS[step]:
        allowed = "、".join(STATES[one] for one in STEPS[step])
        message = f"周期 {period} 现为“{STATES[state]}”，不能{STEP_WORDS[step]}；须先为：{allowed}"
        raise Conflict(message, code="period.state", field="period", state=state)


def check_over(span: Span, now: datetime) -> None:
    """Pass when a period's last day is over.

    Raises:
        Conflict: It is not.
    """
    if now <= end_of_day(span.last):
        message = f"周期 {span.label} 到 {span.last} 才结束，结束后才能结账"
        raise Conflict(message, code="period.running", field="period")


def appeals_until(appeals: Appeals, closed_at: datetime, calendar: WorkCalendar) -> datetime:
    """Give the last instant for appeals: the end of a day; the closing day itself is not counted."""
    day = local_date(closed_at)
    if appeals.working:
        return end_of_day(calendar.add_workdays(day, appeals.days))
    return end_of_day(day + timedelta(days=appeals.days))


def check_appeal(now: datetime, until: datetime, period: str) -> None:
    """Pass while appeals may be filed.

    Raises:
        Conflict: The window is over.
    """
    if now > until:
        message = f"周期 {period} 的申诉期已于 {local_date(until)} 结束，请向督查室说明情况"
        raise Conflict(message, code="appeal.late", field="period")


def check_final(now: datetime, until: datetime, undecided: int, period: str) -> None:
    """Pass when the window for appeals is over and none is undecided.

    Raises:
        Conflict: It is open, or one is undecided.
    """
    if now <= until:
        message = f"周期 {period} 的申诉期到 {local_date(until)} 为止，届满后才能定案"
        raise Conflict(message, code="period.appeals_open", field="period")
    if undecided:
        message = f"周期 {period} 还有 {undecided} 件申诉未答复，请先答复"
        raise Conflict(message, code="period.undecided", field="period", undecided=undecided)


def check_other(decider: str, asker: str, *, about: str) -> None:
    """Pass when who decides is not who asked.

    Raises:
        Forbidden: It is one person.
    """
    if decider == asker:
        message = f"{about}的提出人和决定人不能是同一人（{decider}），请由他人决定"
        raise Forbidden(message, code="decider.same", field="by")


def check_caught_up(archived: Mapping[str, int], applied: Mapping[str, int]) -> None:
    """Pass when every event that the archive holds was taken into the facts.

    Raises:
        Conflict: One was not.
    """
    behind = {feed: last - applied.get(feed, 0) for feed, last in archived.items()}
    if missing := {feed: count for feed, count in behind.items() if count > 0}:
        said = "、".join(f"{feed} {count} 条" for feed, count in sorted(missing.items()))
        message = f"还有事件没有入账：{said}，请稍候片刻再试；长时间不变时请查看总线状态"
        raise Conflict(message, code="period.behind", field="period", behind=missing)


def digest_of(archive_hash: str, scores: Iterable[Score]) -> str:
    """Bind the scores of a run to the archive: SHA-256 over its hash and the scores in the order of their units."""
    ordered = sorted(scores, key=lambda one: one.unit_id)
    written = "\n".join([archive_hash, *(one.model_dump_json() for one in ordered)])
    return hashlib.sha256(written.encode()).hexdigest()
