"""Signatures, pieces, templates and the window: no network."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.channels.domain import Codes, partly, read_answer, read_status
from services.notify.channels.domain_pieces import MOST_PIECES, pieces
from services.notify.channels.domain_signing import (
    dingtalk_signature,
    feishu_signature,
)
from services.notify.channels.domain_template import filled, variables_in
from services.notify.channels.window import Window
from services.notify.domain import Outcome, Result, retry_after
from shared.answers import LONGEST_WAIT, Answer
from tests.notify.channels.made import Watch

CODES = Codes(("data", "0", "code"), (0,), {5: timedelta(minutes=1), 6: None}, frozenset({9}))


def answered(code: object, status: int = 200, retry_after: str = "") -> Outcome:
    body = json.dumps({"data": [{"code": code}]}).encode()
    return read_answer(Answer(status, body, retry_after), CODES)


def test_the_signature_of_dingtalk_is_that_of_the_reference() -> None:
    assert dingtalk_signature("SECtest", 1700000000000) == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="


def test_the_signature_of_feishu_is_that_of_the_reference() -> None:
    assert feishu_signature("test", 1700000000) == "eSJQnOl8XqPTMPHWz9e5IzeHS/tqoc68g2967ekIPmg="


def test_a_text_that_fits_stays_whole() -> None:
    assert pieces("督办", "短", limit=6) == ("督办",)


def test_a_long_text_is_cut_behind_a_seam_and_numbered() -> None:
    assert pieces("事项 12、345、6789", "短", limit=21) == ("（1/2）事项 12、", "（2/2）345、6789")


def test_a_text_without_seams_is_cut_between_characters() -> None:
    assert pieces("督办提醒通报", "短", limit=17) == ("（1/3）督办", "（2/3）提醒", "（3/3）通报")


def test_what_would_need_more_than_three_pieces_is_said_shortly() -> None:
    assert pieces("督" * 100, "共100条", limit=50) == ("共100条",)


@settings(max_examples=50)
@given(text=st.text(alphabet="督办12、\n😀a", max_size=200), limit=st.integers(40, 120))
def test_pieces_fit_and_lose_nothing_but_line_ends(text: str, limit: int) -> None:
    found = pieces(text, "短", limit=limit)

    assert len(found) <= MOST_PIECES
    assert all(len(one.encode()) <= limit for one in found)
    if found not in {(text,), ("短",)}:
        assert "".join(one.partition("）")[2] for one in found).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    ("code", "status", "result"),
    [
        (0, 200, Result.SENT),
        (0, 201, Result.SENT),
        (0, 400, Result.REFUSED),  # The status says no.
        (0, 500, Result.FAILED),
        (False, 200, Result.FAILED),
        ("0", 200, Result.FAILED),
        (0.0, 200, Result.FAILED),
        (5, 200, Result.FAILED),
        (9, 400, Result.REFUSED),
        (9, 502, Result.UNKNOWN),  # Nobody knows who said that.
        (None, 200, Result.UNKNOWN),
        (77, 200, Result.FAILED),
    ],
)
def test_only_the_very_code_is_a_yes(code: object, status: int, result: Result) -> None:
    assert answered(code, status).result is result


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff", b'{"data": []}', b'{"data": "x"}', b"[" * 100_000]
)
def test_an_answer_without_a_code_is_of_unknown_outcome(body: bytes) -> None:
    assert read_answer(Answer(200, body), CODES).result is Result.UNKNOWN
    assert read_answer(Answer(404, body), CODES).result is Result.REFUSED


def test_how_long_to_wait_comes_from_the_table_and_else_from_the_answer() -> None:
    assert answered(5).retry_after == timedelta(minutes=1)
    assert answered(6, retry_after="7").retry_after == timedelta(seconds=7)
    assert answered(6, retry_after="9" * 50).retry_after == LONGEST_WAIT
    assert answered(6, retry_after="soon").retry_after is None


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (204, Result.SENT),
        (301, Result.REFUSED),
        (410, Result.REFUSED),
        (429, Result.FAILED),
        (500, Result.FAILED),
        (504, Result.UNKNOWN),
    ],
)
def test_a_status_says_whether_to_try_again(status: int, result: Result) -> None:
    assert read_status(Answer(status)).result is result


def test_what_got_stuck_between_pieces_is_of_unknown_outcome_and_says_how_far_it_came() -> None:
    failed = Outcome(Result.FAILED, "busy", retry_after=timedelta(seconds=7))

    stuck = partly(failed, sent=2, of=3)

    assert stuck.result is Result.UNKNOWN
    assert stuck.detail == "2 of 3 pieces were taken, then failed: busy"
    assert stuck.retry_after == failed.retry_after
    assert partly(failed, sent=0, of=3) is failed


def test_a_template_is_filled_at_every_depth_and_keeps_what_is_no_variable() -> None:
    template = {"to": ["{to}"], "text": '{"code":"{number}"}', "sign": True, "n": 3}

    assert variables_in(template) == {"to", "number"}
    assert filled(template, {"to": "138", "number": "3.1"}) == {
        "to": ["138"],
        "text": '{"code":"3.1"}',
        "sign": True,
        "n": 3,
    }


def test_a_channel_that_wants_to_be_left_alone_is() -> None:
    blocked = Outcome(Result.FAILED, retry_after=timedelta(minutes=10))

    assert retry_after(blocked, number=1) == timedelta(minutes=10)
    assert retry_after(blocked, number=4) == timedelta(seconds=625)


def test_twenty_a_minute_holds_in_any_sixty_seconds() -> None:
    watch = Watch()
    window = Window(20, watch)

    at_once = [window.held() for _ in range(19)]
    watch.move(seconds=59)
    last, held = window.held(), window.held()
    watch.move(seconds=1)

    assert (*at_once, last) == (None,) * 20
    assert held is not None
    assert (held.result, held.retry_after) == (Result.HELD, timedelta(seconds=1))
    assert [window.held() is None for _ in range(20)] == [True] * 19 + [False]


def test_a_message_of_three_pieces_leaves_whole_or_not_at_all() -> None:
    watch = Watch()
    window = Window(4, watch)
    window.held(2)
    watch.move(seconds=10)

    held = window.held(3)

    assert held is not None
    assert held.retry_after == timedelta(seconds=50)
    assert window.held(2) is None


def test_a_clock_that_is_set_back_holds_nothing_for_long() -> None:
    watch = Watch()
    window = Window(3, watch)
    window.held(3)

    watch.move(hours=-1)

    assert window.held() is None
