"""States, periods and forecasts of indicators, and what may be reported: decisions alone."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.metrics.indicators import domain_forecast, domain_periods
from services.metrics.indicators.domain import (
    Forecast,
    Point,
    Present,
    Setting,
    State,
    latest,
    plain,
    said,
    stand,
)
from services.metrics.indicators.domain_values import Reported, check, holding, points_of
from shared.errors import Invalid
from tests.metrics.factories import NOW
from tests.metrics.indicators import made

TODAY, END = date(2023, 6, 20), date(2023, 12, 31)
NOTHING = Forecast(END, None, domain_forecast.TOO_FEW)


def reported(number: int, value: str, on: date, **changes: Any) -> Reported:  # noqa: ANN401 - fields of any type.
    content: dict[str, Any] = {
        "indicator_id": made.ID,
        "number": number,
        "value_id": f"v{number}",
        "value": Decimal(value),
        "on": on,
        "note": "",
        "evidence": ("att-1",),
        "why": "",
        "corrects": None,
        "unit_id": "u1",
        "reported_by": "a",
        "reported_at": NOW + timedelta(hours=number),
    }
    return Reported(**(content | changes))


@pytest.mark.parametrize(
    ("value", "forecast", "today", "state", "words"),
    [
        ("96", NOTHING, TODAY, State.MET, "现值 96 符合 >= 96 %"),
        ("95", NOTHING, TODAY, State.AT_RISK, "数据不足，不预测"),
        (
            "95",
            Forecast(END, Decimal(97), "线性"),
            TODAY,
            State.ON_COURSE,
            "预计 2023-12-31 为 97（线性），符合",
        ),
        (
            "95",
            Forecast(END, Decimal("95.5"), "线性"),
            TODAY,
            State.AT_RISK,
            "为 95.5（线性），不符合 >= 96 %",
        ),
        ("95", Forecast(END, Decimal(97), "线性"), date(2024, 1, 1), State.MISSED, "2023-12-31 到期"),
    ],
)
def test_a_state_follows_from_value_forecast_and_end_and_says_why(
    value: str, forecast: Forecast, today: date, state: State, words: str
) -> None:
    stood = stand(made.indicator(), Present(Decimal(value), "已报送"), forecast, today=today)

    assert stood.state is state
    assert words in stood.reason


def test_without_a_value_or_a_target_nothing_is_known() -> None:
    nothing = stand(made.indicator(), Present(None, "尚未报送"), NOTHING, today=TODAY)
    nobodys = stand(made.indicator(setting=Setting()), Present(None, "未接入测量"), NOTHING, today=TODAY)
    aimless = stand(made.indicator(value=None), Present(Decimal(1), ""), NOTHING, today=TODAY)

    assert [(one.state, one.reason) for one in (nothing, nobodys, aimless)] == [
        (State.UNKNOWN, "没有现值：尚未报送"),
        (State.UNKNOWN, "没有现值：未接入测量，未设责任单位"),
        (State.UNKNOWN, "未设目标值"),
    ]
    assert (made.indicator(value=None).is_met_by(Decimal(1)), said(made.indicator(value=None))) == (
        None,
        "（未设目标值）",
    )


def test_not_reported_in_time_is_a_state_of_its_own() -> None:
    stood = stand(made.indicator(), Present(Decimal(99), ""), NOTHING, missed="2023-Q1", today=TODAY)

    assert (stood.state, stood.reason) == (State.UNREPORTED, "2023-Q1 的值到期未报送")


def test_a_value_is_stale_after_its_days() -> None:
    one = made.indicator(setting=Setting(stale_after=45))
    days = [TODAY - timedelta(days=45), TODAY - timedelta(days=46)]

    stale = [stand(one, Present(Decimal(1), "", day), NOTHING, today=TODAY).stale for day in days]

    assert stale == [False, True]


def test_a_span_is_kept_between_its_ends() -> None:
    one = made.indicator(operator="==", value=Decimal(3), value_max=Decimal(5))

    assert [one.is_met_by(Decimal(value)) for value in (2, 3, 5, 6)] == [False, True, True, False]
    assert (said(one), one.direction, plain(Decimal("10.50")), plain(Decimal(10))) == (
        "== 3 至 5 %",
        "exact",
        "10.5",
        "10",
    )


@pytest.mark.parametrize(
    ("period", "due_on", "cadence"),
    [
        ("每周", None, "month"),
        ("每月", None, "month"),
        ("每季度", None, "quarter"),
        ("半年", None, "half"),
        ("全年", None, "year"),
        (None, TODAY, "once"),
        (None, None, "year"),
    ],
)
def test_how_often_a_target_is_reported_follows_from_its_period(
    period: str | None, due_on: date | None, cadence: str
) -> None:
    assert domain_periods.cadence_of(period, due_on) == cadence


def test_a_target_ends_at_its_date_or_with_the_year_that_it_names() -> None:
    ends = [
        domain_periods.end_of(due, TODAY, period)
        for due, period in ((TODAY, None), (None, "2024年"), (None, None))
    ]

    assert ends == [TODAY, date(2024, 12, 31), END]


def test_periods_begin_with_the_plan_and_end_with_the_target() -> None:
    span = date(2023, 4, 25), date(2023, 8, 10)

    found = {
        cadence: list(domain_periods.periods(cadence, *span))
        for cadence in ("quarter", "half", "year", "once")
    }

    assert found["quarter"] == [
        ("2023-Q2", date(2023, 4, 25), date(2023, 6, 30)),
        ("2023-Q3", date(2023, 7, 1), date(2023, 8, 10)),
    ]
    assert [one.name for one in found["half"]] == ["2023-H1", "2023-H2"]
    assert [one.name for one in found["year"]] == ["2023"]
    assert found["once"] == [("2023-08-10", *span)]
    assert [one.name for one in domain_periods.periods("month", *span)] == [
        "2023-04",
        "2023-05",
        "2023-06",
        "2023-07",
        "2023-08",
    ]


def test_a_period_is_owed_when_its_due_day_has_passed() -> None:
    span = date(2023, 4, 25), END

    def names(day: date) -> list[str]:
        return [period.name for period, _due in domain_periods.owed("quarter", span, day, 10)]

    assert (names(date(2023, 7, 10)), names(date(2023, 7, 11))) == ([], ["2023-Q2"])
    assert names(date(2024, 2, 1)) == ["2023-Q2", "2023-Q3", "2023-Q4"]


def test_a_line_through_the_last_values_is_read_at_the_end() -> None:
    points = [Point(date(2023, month, 1), Decimal(month)) for month in (1, 2, 3)]
    even = [Point(TODAY - timedelta(days=10 * n), Decimal(90 - n)) for n in range(3)]

    found = domain_forecast.linear(even, TODAY + timedelta(days=20))

    assert (found.value, found.method) == (
        Decimal("92.00"),
        "线性：2023-05-31 至 2023-06-20 的 3 个值，最小二乘",
    )
    assert domain_forecast.linear(points, END).value == Decimal("13.31")  # 2 + 59/1742 x 334 days


@pytest.mark.parametrize("days", [(), (0, 1), (0, 1, 1)])
def test_fewer_than_three_days_are_no_ground_for_a_forecast(days: tuple[int, ...]) -> None:
    found = domain_forecast.linear([Point(TODAY - timedelta(days=n), Decimal(n)) for n in days], END)

    assert (found.value, found.method) == (None, "数据不足，不预测")


def test_the_pace_of_tasks_is_carried_on_up_to_all() -> None:
    begins, half = TODAY - timedelta(days=50), TODAY + timedelta(days=50)

    found = [domain_forecast.by_pace(Decimal(value), begins, TODAY, half).value for value in (30, 80)]

    assert found == [Decimal("60.00"), Decimal(100)]
    assert domain_forecast.by_pace(None, begins, TODAY, half).value is None
    assert domain_forecast.by_pace(Decimal(1), None, TODAY, half).method == "数据不足，不预测"
    assert domain_forecast.by_pace(Decimal(1), begins, TODAY, begins).method == "期已满，不预测"


def test_a_correction_takes_the_place_of_what_it_corrects_from_its_own_instant_on() -> None:
    values = [
        reported(1, "90", TODAY),
        reported(2, "80", TODAY, corrects="v1"),
        reported(3, "70", date(2023, 6, 1)),
    ]

    now = [plain(one.value) for one in holding(values)]
    before = [plain(one.value) for one in holding(values, NOW + timedelta(hours=1))]

    assert (now, before) == (["70", "80"], ["90"])
    assert latest(points_of(holding(values))) == Point(TODAY, Decimal(80))
    assert latest([]) is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"value": "很多"}, "indicator.value", "value"),
        ({"value": "1e9"}, "indicator.value", "value"),
        ({"value": "100.5"}, "indicator.range", "value"),
        ({"value": "-1"}, "indicator.range", "value"),
        ({"unit": "个"}, "indicator.unit", "unit"),
        ({"note": "odd"}, "indicator.note", "note"),
        ({"evidence": ()}, "indicator.evidence", "evidence"),
        ({"evidence": ("att-",)}, "indicator.evidence", "evidence"),
        ({"evidence": (" ",)}, "indicator.evidence", "evidence"),
        ({"on": TODAY + timedelta(days=1)}, "indicator.on", "on"),
        ({"corrects": "v9"}, "indicator.corrects", "corrects"),
        ({"corrects": "v1"}, "indicator.why", "why"),
        ({"on": date(2023, 5, 31)}, "indicator.corrects", "corrects"),
        ({"value": "20"}, "indicator.jump", "why"),
    ],
)
def test_what_cannot_be_is_refused_by_field(changes: dict[str, Any], code: str, field: str) -> None:
    one = made.indicator(setting=Setting("u1", lowest=Decimal(0), highest=Decimal(100)))

    with pytest.raises(Invalid) as caught:
        check(made.said(**changes), one, [reported(1, "50", date(2023, 5, 31))], today=TODAY)

    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_jump_with_a_reason_and_a_correction_with_one_are_taken() -> None:
    before = [reported(1, "50", date(2023, 5, 31)), reported(2, "0", date(2023, 6, 1))]

    jump = check(made.said("20", why="口径调整"), made.indicator(), before[:1], today=TODAY)
    correction = check(
        made.said("1,000", corrects="v1", why="录入错误"), made.indicator(), before[:1], today=TODAY
    )
    after_zero = check(made.said("7"), made.indicator(), before, today=TODAY)

    assert check(made.said("60"), made.indicator(), before[:1], today=TODAY) == Decimal(60)
    assert (jump, correction, after_zero) == (Decimal(20), Decimal(1000), Decimal(7))


def test_a_measured_indicator_is_not_reported() -> None:
    with pytest.raises(Invalid, match="由系统测量"):
        check(made.said(), made.indicator(measure="tasks.on_time"), [], today=TODAY)
