"""Filters of the ledger's list are checked word by word."""

from datetime import date

import pytest

from services.tasks.ledger.domain_query import TaskQuery, read_query
from shared.errors import Invalid


def test_no_filter_asks_for_the_first_page() -> None:
    assert read_query({}) == TaskQuery(limit=100)


def test_all_filters_are_read() -> None:
    raw = {"plan": "p1", "state": "assigned", "unit": "u1", "role": "lead", "light": "red", "q": " 电力 "}
    raw |= {"due_from": "2023-06-01", "due_to": "2023-06-30", "limit": "5", "after": "p1-3"}

    query = read_query(raw)

    assert (query.state, query.role, query.light, query.q) == ("assigned", "lead", "red", "电力")
    assert (query.due_from, query.due_to) == (date(2023, 6, 1), date(2023, 6, 30))
    assert (query.limit, query.after, query.plan, query.unit) == (5, "p1-3", "p1", "u1")


@pytest.mark.parametrize(
    ("raw", "code", "said"),
    [
        ({"stat": "x"}, "query.filter_unknown", "没有 stat"),
        ({"state": "open"}, "query.word_unknown", "registered、assigned"),
        ({"role": "boss"}, "query.word_unknown", "lead、responsible、cooperating"),
        ({"light": "blue"}, "query.word_unknown", "green、yellow"),
        ({"due_from": "30.6.2023"}, "query.date_invalid", "请写成 2023-06-30"),
        ({"due_from": "2023-07-01", "due_to": "2023-06-01"}, "query.range_empty", "请对调"),
        ({"limit": "0"}, "query.limit_invalid", "1–500"),
        ({"limit": "501"}, "query.limit_invalid", "1–500"),
        ({"limit": "many"}, "query.limit_invalid", "1–500"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_what_can(raw: dict[str, str], code: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        read_query(raw)

    assert refused.value.code == code
