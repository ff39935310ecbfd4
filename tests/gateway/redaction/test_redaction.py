"""Nothing that names anybody is left in 200 planted texts, they stay readable, and plain texts stay as they are.

`planted.jsonl` holds one array a line: the text, what must be gone, what must stay, and what the vault knows of the
subject. The people and numbers are made up: no region has the code 619900.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.redaction.domain import redact
from services.gateway.redaction.domain_marks import FOUND_WORDS, MARKS, Found, plain

FOLDER = Path(__file__).parent
PLANTED: list[list[Any]] = [
    json.loads(line) for line in (FOLDER / "planted.jsonl").read_text("utf-8").splitlines()
]
PLAIN = (FOLDER / "plain.txt").read_text("utf-8").splitlines()


def test_there_are_two_hundred_planted_texts_and_sixty_plain_ones_and_none_twice() -> None:
    assert len({text for text, *_ in PLANTED}) >= 200
    assert len(set(PLAIN)) >= 60
    assert all(gone for _, gone, *_ in PLANTED)


@pytest.mark.parametrize(("text", "gone", "stays", "known"), PLANTED)
def test_what_names_anybody_is_gone_and_the_rest_stays(
    text: str, gone: list[str], stays: list[str], known: list[str]
) -> None:
    redacted = redact(text, known)

    assert [word for word in gone if word in redacted.text] == []
    assert [word for word in stays if word not in redacted.text] == []
    assert len(redacted.text) >= len(text) / 3


@pytest.mark.parametrize(("text", "known"), [(text, known) for text, _, _, known in PLANTED])
def test_redacting_again_finds_nothing(text: str, known: list[str]) -> None:
    once = redact(text, known)

    again = redact(once.text, known)

    assert once.found
    assert (again.text, again.found) == (once.text, {})


@pytest.mark.parametrize("text", PLAIN)
def test_words_without_anybody_stay_as_they_are(text: str) -> None:
    assert redact(text).text == text


def test_kinds_are_counted() -> None:
    found = redact("我叫张伟，电话13900001234或13900005678，车牌陕A12345。").found

    assert found == {Found.NAME: 1, Found.PHONE: 2, Found.PLATE: 1}


def test_every_kind_has_its_mark_and_no_mark_is_found_again() -> None:
    marks = "，".join(MARKS.values())

    assert set(FOUND_WORDS) == set(Found)
    assert redact(marks).found == {}


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("冼晓梅", "冼 晓 梅来过"),
        ("13900001234", "打139-0000-1234"),
        ("619900198503021234", "证号619900 19850302 1234"),
        ("崇文镇虎杨村三组12号", "就在崇文镇虎杨村三组12号"),
        ("E1234567", "证件E1234567"),
    ],
)
def test_what_is_known_is_found_however_it_is_spaced(known: str, text: str) -> None:
    assert redact(text, [known]).found
    assert known[-3:] not in redact(text, [known]).text.replace(" ", "").replace("-", "")


def test_what_is_known_is_too_short_to_be_looked_for() -> None:
    assert redact("3号窗口，第12次", ["3", "12", "口"]).found == {}


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_only_findings_change_it(text: str) -> None:
    redacted = redact(text)

    assert len(plain(text)) == len(text)
    assert redacted.found or redacted.text == text


@given(st.text(alphabet="我叫张伟王13900012345号楼单元室路村组陕A-Xx 是的，。［］某电话", max_size=40))
def test_redacting_comes_to_an_end_whatever_is_sent(text: str) -> None:
    for _ in range(6):
        text = redact(text).text

    assert redact(text).found == {}
