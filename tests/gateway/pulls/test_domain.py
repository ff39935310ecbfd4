"""Decisions of pulls: which plans hold together, what is read of a page, and how far a cursor goes back."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.gateway.pulls.domain import MOST_ROWS, Cursor, PullPlan, before, pack, unpack
from services.gateway.pulls.domain_pages import after_page, params_of, read_page
from shared.answers import Answer
from shared.errors import Invalid

AT = datetime(2023, 6, 20, 1, tzinfo=UTC)


def plan(**changes: Any) -> PullPlan:  # noqa: ANN401 - the plan's own fields.
    return PullPlan.model_validate({"url": "http://10.1.2.3/list", **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"headers": {"host": "x"}}, "不能设置"),
        ({"secret_headers": {"坏": "KEY"}}, "不能设置"),
        ({"headers": {"x-area": "610", "x-api-key": "k"}}, "secret_headers"),
        ({"paging": {"by": "cursor"}}, "paging.next"),
    ],
)
def test_a_plan_that_does_not_hold_together_says_why(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        plan(**changes)


def test_plain_headers_may_be_set() -> None:
    assert plan(headers={"x-area": "610", "accept": "application/json"}).headers["x-area"] == "610"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (AT, f"time:{AT.isoformat()}"),
        (Decimal(7), "int:7"),
        (Decimal("7.5"), "text:7.5"),
        ("a:b", "text:a:b"),
    ],
)
def test_what_a_column_holds_is_read_back_as_the_same_sort(value: object, text: str) -> None:
    assert pack(value) == text
    assert type(unpack(text)) is (str if text.startswith("text") else type(unpack(pack(unpack(text)))))


def test_an_overlap_goes_back_minutes_of_a_time_and_numbers_but_leaves_a_text() -> None:
    assert before(pack(AT), 5) == pack(AT - timedelta(minutes=5))
    assert (before("int:9", 5), before("text:a", 5)) == ("int:4", "text:a")


def test_pages_are_asked_for_with_or_without_a_size() -> None:
    sized = plan(paging={"by": "page", "param": "p", "size_param": "n", "size": 50})
    plain = plan(paging={"by": "page", "param": "p", "size_param": ""})

    assert params_of(sized, Cursor(page=3)) == {"p": 3, "n": 50}
    assert params_of(plain, Cursor(page=3)) == {"p": 3}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": 500, "data": []}, "pull.not_ok"),
        ({"code": 0, "data": "none"}, "pull.no_list"),
        ({"code": 0, "data": [1] * (MOST_ROWS + 1)}, "pull.page_too_large"),
    ],
)
def test_an_answer_that_can_not_be_used_says_why(body: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_page(plan(ok_path="code", ok=[0]), Answer(200, json.dumps(body).encode()))

    assert caught.value.code == code


def test_a_time_that_can_not_be_read_moves_nothing() -> None:
    timed = plan(since={"param": "from", "field": "at", "begin": AT, "formats": ["%Y-%m-%d %H:%M:%S"]})
    body = {"data": [{"at": "2023-06-20 10:00:00"}, {"at": "yesterday"}, {"at": None}, "no record"]}
    page = read_page(timed, Answer(200, json.dumps(body).encode()))

    moved = after_page(timed, Cursor(begun=AT + timedelta(days=1), page=1), page)

    assert unpack(moved.latest) == datetime(2023, 6, 20, 2, tzinfo=UTC)
