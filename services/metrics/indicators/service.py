"""Questions about indicators: the catalogue, what each stands at as of an instant, and the facts behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from services.metrics.indicators import domain_forecast, domain_periods, repository
from services.metrics.indicators.domain import (
    NOT_REPORTED,
    REPORTED,
    UNBOUND,
    Forecast,
    Indicator,
    Present,
    Standing,
    latest,
    stand,
)
from services.metrics.indicators.domain_values import Reported, holding, points_of
from services.metrics.indicators.service_catalogue import Wanted, indicator, indicators
from services.metrics.measuring import registry
from services.metrics.measuring import service as measuring
from services.metrics.measuring.domain import Measured, MeasuredRow, Scope
from services.metrics.measuring.domain_counting import Page, percent
from services.metrics.measuring.domain_tasks import Part
from shared.clock import local_date

BY_PACE = frozenset({"tasks.completed", "goals.progress"})


@dataclass(slots=True)
class _Measuring:
    """Measures each scope once."""

    connection: Connection
    known: dict[tuple[str, str | None, date | None, date | None], Measured] = field(default_factory=dict)

    def measure(self, name: str, scope: Scope) -> Measured:
        key = name, scope.plan_id, scope.first, scope.last
        if key not in self.known:
            self.known[key] = measuring.measure(self.connection, name, scope)
        return self.known[key]


def standings(connection: Connection, wanted: Wanted) -> list[Standing]:
    """Say what indicators stand at as of an instant.

    Raises:
        Unavailable: Too many services are still to be counted.
    """
    found = [one for one in indicators(connection, wanted) if wanted.takes(one)]
    reported = repository.values(connection)
    missed = repository.missed(connection, wanted.as_of)
    measurer = _Measuring(connection)
    stood = [
        _standing(
            one, wanted, measurer, (reported.get(one.indicator_id, []), missed.get(one.indicator_id, {}))
        )
        for one in found
    ]
    return [one for one in stood if wanted.state is None or one.state == wanted.state]


def standing(connection: Connection, indicator_id: str, wanted: Wanted) -> Standing:
    """Say what one indicator stands at.

    Raises:
        NotFound: There is none of that id.
        Unavailable: Too many services are still to be counted.
    """
    one = indicator(connection, indicator_id, wanted)
    said = repository.values(connection, indicator_id).get(indicator_id, [])
    missed = repository.missed(connection, wanted.as_of).get(indicator_id, {})
    return _standing(one, wanted, _Measuring(connection), (said, missed))


def rows_behind(
    connection: Connection, one: Indicator, wanted: Wanted, *, part: Part, page: Page
) -> Sequence[MeasuredRow]:
    """List the facts behind a measured indicator; there are none behind one that is reported."""
    scopes = _scopes(one, wanted) if one.measure else []
    found = [
        row
        for scope in scopes
        for row in measuring.rows_behind(connection, one.measure, scope, part=part, page=page)
    ]
    return sorted(found, key=lambda row: (row.subject, row.sequence))[: page[1]] if len(scopes) > 1 else found


def _scopes(one: Indicator, wanted: Wanted) -> list[Scope]:
    """Say what a measured indicator asks: its plans; a stage goal by its day; a rate of the year of its period."""
    usual = Scope(wanted.as_of, live=wanted.is_live)
    if one.kind == "goal":
        return [replace(usual, plan_id=plan, last=one.due_on) for plan in one.plans]
    if one.measure in registry.OF_TASKS:
        return [replace(usual, plan_id=plan) for plan in one.plans]
    first = date((one.begins_on or one.ends_on).year, 1, 1)
    return [replace(usual, first=first, last=one.ends_on)]


def _standing(
    one: Indicator,
    wanted: Wanted,
    measurer: _Measuring,
    said: tuple[Sequence[Reported], Mapping[str, date]],
) -> Standing:
    today = local_date(wanted.as_of)
    if one.measure:
        measured = _whole([measurer.measure(one.measure, scope) for scope in _scopes(one, wanted)])
        forecast = Forecast(one.ends_on, None, "比率按现值判断，不作期末预测")
        if one.measure in BY_PACE:
            forecast = domain_forecast.by_pace(measured.value, one.begins_on, today, one.ends_on)
        present = Present(measured.value, measured.why, measured=measured)
        return stand(one, present, forecast, today=today)
    values, missed = said
    held = points_of(holding(values, wanted.as_of))
    last = latest(held)
    forecast = domain_forecast.linear(held, one.ends_on)
    still = _still_missed(one, missed, None if last is None else last.on)
    present = Present(None, NOT_REPORTED if one.setting.owner else UNBOUND)
    if last is not None:
        present = Present(last.value, REPORTED, last.on)
    return stand(one, present, forecast, missed=still, today=today)


def _still_missed(one: Indicator, missed: Mapping[str, date], last: date | None) -> str:
    """Name the last period that was not reported in time, unless a value of it came later."""
    if one.begins_on is None or not missed:
        return ""
    ends = {period.name: period for period in _periods(one)}
    name = list(missed)[-1]
    period = ends.get(name)
    came = period is not None and last is not None and last >= period.first
    return "" if came else name


def _periods(one: Indicator) -> list[domain_periods.Period]:
    assert one.begins_on is not None  # noqa: S101 - asked only of those that began.
    return list(domain_periods.periods(one.setting.cadence, one.begins_on, one.ends_on))


def _whole(parts: Sequence[Measured]) -> Measured:
    """Add up what the plans of an indicator come to."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    numerator, denominator = (
        sum(getattr(one, name) for one in parts) for name in ("numerator", "denominator")
    )
    reasons: dict[str, int] = {}
    for one in parts:
        for reason, count in one.exclusions.items():
            reasons[reason] = reasons.get(reason, 0) + count
    is_readable = denominator >= first.minimum
    value = percent(numerator, denominator) if is_readable else None
    why = "已测量" if is_readable else "样本不足" if denominator else "没有数据"
    return replace(
        first, value=value, why=why, numerator=numerator, denominator=denominator, exclusions=reasons
    )
