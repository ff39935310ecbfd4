"""What an answer means, when the next attempt is, and who may be called: no network."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.gateway.returns.domain import (
    AnswerRules,
    Hosts,
    Outcome,
    Step,
    Verdict,
    read_answer,
    return_id,
    wait_after,
    without,
)
from shared.answers import Answer

SBSIGN = AnswerRules(path="data.sbsign", success=("1", 1), refused=("0",), reason="data.why")
STATUS = AnswerRules()


def said(code: object, status: int = 200, *, retry_after: str = "") -> Verdict:
    body: dict[str, Any] = {"data": {"sbsign": code, "why": "缺少办件编号"}}
    return read_answer(Answer(status, json.dumps(body).encode(), retry_after), SBSIGN)


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("1", 200, Outcome.DELIVERED),
        (1, 200, Outcome.DELIVERED),
        (True, 200, Outcome.FAILED),  # Not 1, as JSON has it.
        ("0", 200, Outcome.REFUSED),
        ("0", 422, Outcome.REFUSED),
        ("98", 200, Outcome.FAILED),  # A code that nobody told us of.
        (None, 200, Outcome.UNKNOWN),
        ("1", 500, Outcome.FAILED),  # A yes under a status that says no is not believed.
        ("0", 502, Outcome.UNKNOWN),
    ],
)
def test_a_code_says_what_its_form_says(code: object, status: int, outcome: Outcome) -> None:
    assert said(code, status).outcome is outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, Outcome.DELIVERED),
        (400, Outcome.REFUSED),
        (409, Outcome.REFUSED),
        (401, Outcome.FAILED),
        (410, Outcome.FAILED),
        (307, Outcome.FAILED),
        (429, Outcome.FAILED),
        (503, Outcome.FAILED),
        (504, Outcome.UNKNOWN),
    ],
)
def test_a_status_alone_says_what_http_says(status: int, outcome: Outcome) -> None:
    assert read_answer(Answer(status), STATUS).outcome is outcome


def test_a_refusal_has_the_words_of_the_platform() -> None:
    assert said("0").detail == "data.sbsign 0：缺少办件编号"


def test_an_answer_without_a_code_is_quoted() -> None:
    answer = read_answer(Answer(200, b"<html>"), SBSIGN)

    assert (answer.outcome, answer.detail) == (
        Outcome.UNKNOWN,
        "回答中没有 data.sbsign：6 bytes that are no JSON",
    )


def test_the_wait_that_a_platform_asks_for_is_heeded() -> None:
    assert said("98", retry_after="30").leave_alone == timedelta(seconds=30)
    assert read_answer(Answer(429, retry_after="30"), STATUS).leave_alone == timedelta(seconds=30)


def test_the_waits_are_those_of_standard_webhooks_spread_by_a_fifth() -> None:
    middle = [wait_after(tries, spread=0.5).total_seconds() for tries in (1, 2, 3, 9, 10, 500)]

    assert middle == [5, 300, 1800, 86400, 86400, 86400]
    assert [wait_after(9, spread=spread) / timedelta(hours=24) for spread in (0, 1)] == [0.8, 1.2]
    assert wait_after(1, spread=0, asked=timedelta(hours=1)) == timedelta(hours=1)


def test_the_id_of_a_return_is_that_of_its_event() -> None:
    same = {return_id("rating", "r1", Step.CLOSED, "e1") for _ in range(2)}
    others = {return_id("order", "r1", Step.CLOSED, "e1"), return_id("rating", "r1", Step.CLOSED, "e2")}

    assert (len(same), len(same | others)) == (1, 3)


def test_secrets_are_left_out_of_what_is_recorded() -> None:
    assert without("token-12 of x", ["token-12", "", "x"]) == "*** of x"


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/x",
        "https://hf.example.gov.cn/x",
        "http://up.hf.gov.cn:8080/",
        "http://[fd00::1]:81/",
        "http://h:81/",
    ],
)
def test_a_host_on_the_list_may_be_called(url: str) -> None:
    hosts = Hosts.parse("10.0.0.0/8, HF.example.gov.cn,*.hf.gov.cn, fd00::/8, h:81,")

    assert hosts.permit(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://11.1.2.3/",
        "http://hf.example.gov.cn.evil.cn/",
        "http://hf.gov.cn/",  # The suffix alone is none of its hosts.
        "http://h/",
        "ftp://10.1.2.3/",
        "http://10.1.2.3@evil.cn/",
        "http://10.1.2.3:99999/",
        "http:///x",
        "10.1.2.3",
    ],
)
def test_no_other_host_may(url: str) -> None:
    assert not Hosts.parse("10.0.0.0/8, hf.example.gov.cn, *.hf.gov.cn, h:81, 1/x").permit(url)


def test_nothing_may_be_called_when_the_list_is_empty() -> None:
    assert not Hosts.parse("").permit("http://10.1.2.3/")
