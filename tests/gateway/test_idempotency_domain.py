"""What a repeated request gets, and which answers are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.idempotency.domain import (
    PATIENCE,
    Fate,
    Known,
    Verdict,
    fate_of,
    judge,
    read_key,
    takes_key,
)
from shared.errors import Invalid

NOW = datetime(2023, 6, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (Known("b", NOW, 201), Verdict.OTHER_REQUEST),
        (Known("a", NOW, 201), Verdict.REPEAT),
        (Known("a", NOW, None), Verdict.IN_PROGRESS),
        (Known("a", NOW - PATIENCE + timedelta(seconds=1), None), Verdict.IN_PROGRESS),
        (Known("a", NOW - PATIENCE, None), Verdict.OUTCOME_UNKNOWN),
    ],
)
def test_a_request_whose_key_is_known_is_judged_by_what_came_first(known: Known, verdict: Verdict) -> None:
    assert judge(known, "a", NOW) is verdict


@pytest.mark.parametrize(
    ("status", "maybe_done", "fate"),
    [
        (201, False, Fate.KEEP),
        (404, False, Fate.KEEP),
        (422, False, Fate.KEEP),
        (401, False, Fate.FREE),
        (403, False, Fate.FREE),
        (413, False, Fate.FREE),
        (429, False, Fate.FREE),
        (500, False, Fate.FREE),
        (503, False, Fate.FREE),
        (503, True, Fate.UNKNOWN),
    ],
)
def test_an_answer_is_kept_when_it_is_about_the_request(status: int, maybe_done: bool, fate: Fate) -> None:  # noqa: FBT001 - a column of the table.
    assert fate_of(status, maybe_done=maybe_done) is fate


@pytest.mark.parametrize(
    ("header", "key"),
    [('"8e03978e-40d5"', "8e03978e-40d5"), ("8e03978e-40d5", "8e03978e-40d5")],
)
def test_a_key_is_read_with_quotes_or_without(header: str, key: str) -> None:
    assert read_key(header) == key


@pytest.mark.parametrize("header", ["", '""', '"a', "a b", "键", "x" * 256, '"a"b"'])
def test_what_is_no_key_is_refused(header: str) -> None:
    with pytest.raises(Invalid, match="Idempotency-Key"):
        read_key(header)


@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [
        ("POST", "/api/v1/tasks", True),
        ("GET", "/api/v1/tasks", False),
        ("PUT", "/api/v1/links/1", False),
        ("POST", "/n/token", False),
        ("POST", "/api/v1/vault/p1/unmasked", False),
    ],
)
def test_a_key_counts_where_something_is_made(method: str, path: str, takes: bool) -> None:  # noqa: FBT001 - as above.
    assert takes_key(method, path) is takes
