"""A year of 办件, ratings and 12345 orders through real processes: tasks, notices and rates are what the oracle says.

FEEDS says how many 办件 and ratings there are (20,000 unless set); the tasks of the plans are played beside them.
"""

from datetime import date, datetime

import pytest

from shared.clock import SHANGHAI
from tests.drill.feeds import made, planted
from tests.drill.feeds.oracle import Notice, Question, worked_after
from tests.drill.feeds.oracle_cases import LIMIT, of_bulk, of_planted, rectified
from tests.drill.feeds.persons import planted as fifty
from tests.drill.feeds.play import ENDS
from tests.drill.feeds.played import FEEDS, Year
from tests.drill.feeds.seen import QUESTIONS, QUESTIONS_OF_CASES, QUESTIONS_OF_ORDERS, with_values
from tests.tasks.rectifications import oracle as of_cases

pytestmark = pytest.mark.drill
LEAST = {"services": 5, "ratings": 30, "orders": 30, "rectifications": 1}  # As the rules are shipped.
GROWTH = 1.3  # The last tenth of a large year may cost so much more for each record than its first.
WHOLE = 2_000_000  # What growth is asked of; a small year is mostly overhead.


def test_every_bad_rating_has_one_task_with_its_limit(year: Year) -> None:
    bulk = {rating: bad for rating, bad in year.oracle.bad.items() if rating.startswith(made.SOURCE)}
    found = {rating: (unit, due) for rating, (unit, due, _) in year.seen.tasks.items()}

    assert set(found) == set(year.oracle.bad)
    assert len(bulk) >= 20
    expected = {rating: (year.answering(bad), worked_after(bad.day, LIMIT)) for rating, bad in bulk.items()}
    assert {rating: (found[rating][0], day_of(found[rating][1])) for rating in bulk} == expected


def test_every_overdue_service_has_its_notice_and_no_other_has_one(year: Year) -> None:
    told = {Notice(service, day_of(due)) for service, due, _ in year.seen.notices}
    to_units = {service for service, _, recipient in year.seen.notices if recipient in year.units.values()}

    assert told == year.oracle.overdue
    assert to_units == {service for service, _ in year.oracle.overdue}
    assert len({(service, recipient) for service, _, recipient in year.seen.notices}) == len(
        year.seen.notices
    )
    assert len(told) > FEEDS // 1000


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_rate_of_services_or_ratings_is_what_the_raw_input_says(year: Year, question: Question) -> None:
    least = LEAST[question.rate.partition(".")[0]]

    assert year.seen.answers[question] == with_values(year.oracle.figures[question], least)


@pytest.mark.parametrize("question", QUESTIONS_OF_CASES, ids=str)
def test_a_rate_of_rectifications_is_what_the_raw_input_says(year: Year, question: Question) -> None:
    bulk = [bad for rating, bad in year.oracle.bad.items() if rating.startswith(made.SOURCE)]
    cases = [
        *of_bulk(bulk, year.units),
        *of_planted(planted.RAW, planted.rating_id, planted.codes(), year.units),
    ]

    expected = rectified(cases, question, ENDS.replace(tzinfo=None))

    assert year.seen.answers[question] == with_values(expected, LEAST["rectifications"])


@pytest.mark.parametrize("question", QUESTIONS_OF_ORDERS, ids=str)
def test_a_rate_of_orders_is_what_the_raw_input_says(year: Year, question: Question) -> None:
    expected = year.orders.answer(question)

    assert year.seen.answers[question] == with_values(expected, LEAST["orders"])


def test_what_comes_of_the_planted_cases_is_what_the_oracle_says(year: Year) -> None:
    expected = {name: of_cases.expect(planted.rating_id(name), deeds) for name, deeds in planted.RAW.items()}

    assert {
        name: {key: said[key] for key in year.cases[name]} for name, said in expected.items()
    } == year.cases
    assert len(year.cases) >= 50
    assert sum(bool(said["refused"]) for said in expected.values()) >= 15


def test_the_limits_of_the_planted_services_are_those_counted_by_hand(year: Year) -> None:
    counted = {name: said for name, _, said in planted.services()}

    late = {f"{planted.SOURCE}.{name}": said.due for name, said in counted.items() if said.said == "out"}
    told = {
        service: day_of(due) for service, due, _ in year.seen.notices if service.startswith(planted.SOURCE)
    }

    assert told == late
    assert len(counted) >= 15


def test_no_planted_word_is_found_in_any_stream_log_metric_or_database(year: Year) -> None:
    assert year.seen.leaks == {}


def test_after_a_deletion_nothing_of_the_person_is_found_in_any_file(year: Year) -> None:
    assert year.seen.destroyed == len(fifty())
    assert year.seen.left == {}


def test_memory_and_the_cost_of_a_record_do_not_grow_with_what_is_stored(year: Year) -> None:
    assert max(year.growth.memory_ratio.values()) <= GROWTH
    assert year.growth.cost_ratio <= GROWTH or FEEDS < WHOLE  # Of a small year most is overhead.


def day_of(instant: str) -> date:
    """Give the Shanghai day of an instant as SQLite keeps it."""
    return datetime.fromisoformat(f"{instant}+00:00").astimezone(SHANGHAI).date()
