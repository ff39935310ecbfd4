"""Measures and the table that binds targets to them."""

from decimal import Decimal

from services.metrics import measures
from services.metrics.domain import Rate, TaskCell
from services.metrics.measures import Facts
from tests.metrics.factories import DAY, NOW

RATES = {"ratings.satisfaction": Rate(60, 60, NOW), "ratings.activity": Rate(60, 80, NOW)}
OVERDUE = TaskCell("p01", "assigned", 3, NOW - DAY, dated=True)
DONE = TaskCell("p01", "closed", 9, dated=True)
FACTS = Facts(RATES, {"p01": [OVERDUE, DONE]}, NOW)


def value(name: str, unit: str = "%", plan: str = "p01") -> Decimal | None:
    return measures.read_target(name, unit, plan=plan, facts=FACTS).value


def test_a_target_that_the_table_does_not_name_says_that_nothing_measures_it() -> None:
    reading = measures.read_target("小微首贷户", "户", plan="p01", facts=FACTS)

    assert (reading.value, reading.why, reading.measure) == (None, "未接入测量", "")


def test_the_same_name_in_another_unit_is_another_target() -> None:
    assert value("政务服务“好差评”满意率", "分") is None


def test_the_satisfaction_target_is_read_over_all_units() -> None:
    reading = measures.read_target("政务服务“好差评”满意率", "%", plan="p01", facts=FACTS)

    assert (reading.value, reading.why, reading.measure) == (Decimal(100), "已测量", "ratings.satisfaction")
    assert reading.rate is not None


def test_the_activity_target_counts_the_default_ones_in() -> None:
    assert value("主动评价率") == Decimal(75)


def test_a_rate_that_can_not_be_counted_now_is_no_value() -> None:
    reading = measures.read_target("主动评价率", "%", plan="p01", facts=Facts({}, {}, NOW))

    assert (reading.value, reading.why) == (None, "没有数据")


def test_the_on_time_target_is_read_over_the_tasks_of_its_plan() -> None:
    assert value("任务按期完成率") == Decimal(75)
    assert value("任务按期完成率", plan="p02") is None


def test_the_overdue_target_is_a_count() -> None:
    assert value("超期未完成任务", "项") == Decimal(3)
    assert value("超期未完成任务", "项", plan="p02") == Decimal(0)


def test_every_row_of_the_table_names_a_registered_measure() -> None:
    assert set(measures.bindings().values()) == set(measures.MEASURES)
