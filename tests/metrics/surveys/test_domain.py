"""Sheets, their bytes and batches, tokens, and what may be shown: every branch of the decisions of surveys."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.metrics.surveys import domain, domain_results, domain_tokens
from services.metrics.surveys.domain import Sheet, Slip
from services.metrics.surveys.domain_results import Result
from shared.errors import Conflict, DubanError, Invalid
from tests.metrics.surveys.made import CLOSES, OPENS, content, sheet

NOW = OPENS + timedelta(days=1)


def test_a_filled_sheet_has_a_byte_for_each_cell_whatever_was_said() -> None:
    one, all_of_it = {"0-0": 5}, {f"{subject}-{question}": 1 for subject in range(3) for question in range(2)}

    assert domain.fill(sheet(), one) == bytes([5, 0, 0, 0, 0, 0])
    assert {len(domain.fill(sheet(), cells)) for cells in (one, all_of_it)} == {6}


def test_slips_say_again_what_was_filled_in() -> None:
    filled = domain.fill(sheet(), {"0-0": 2, "2-1": 3, "1-0": 0})

    assert list(domain.slips(sheet(), filled)) == [Slip("u1", "q1", 2), Slip("u3", "q2", 3)]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({}, "survey.blank"),
        ({"0-0": 0}, "survey.blank"),
        ({"0-0": 6}, "survey.value"),
        ({"0-0": -1}, "survey.value"),
        ({"0-1": 4}, "survey.value"),
        ({"3-0": 1}, "survey.cell"),
        ({"0-2": 1}, "survey.cell"),
        ({"0": 1}, "survey.cell"),
        ({"-1-0": 1}, "survey.cell"),
        ({"0-²": 1}, "survey.cell"),
        ({"0-1234567": 1}, "survey.cell"),
    ],
)
def test_what_is_not_of_the_sheet_is_refused(cells: dict[str, int], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.fill(sheet(), cells)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minimum": 4}, "greater than or equal to 5"),
        ({"groups": [{"code": "a", "name": "甲"}, {"code": "a", "name": "乙"}]}, "编号 a 重复"),
        ({"closes_at": OPENS.isoformat()}, "须晚于"),
        ({"subjects": [{"code": f"u{n}", "name": "x"} for n in range(200)], "questions": 11}, "2200"),
        ({"comment": "free text"}, "Extra inputs"),
    ],
)
def test_a_sheet_that_does_not_hold_together_is_refused(changes: dict[str, Any], said: str) -> None:
    if changes.get("questions") == 11:
        changes = changes | {"questions": [{"code": f"q{n}", "text": "x"} for n in range(11)]}

    with pytest.raises(ValidationError, match=said):
        Sheet.model_validate(content() | changes)


@given(st.integers(0, 500), st.integers(domain.FEWEST, 100))
def test_sheets_leave_and_stay_only_with_as_many_as_the_minimum(waiting: int, minimum: int) -> None:
    gone = domain.leaving(waiting, minimum)
    last = domain.leaving_last(waiting, minimum)

    assert gone == 0 or (gone >= minimum and waiting - gone >= minimum)
    assert last == (waiting if waiting >= minimum else 0)


def refused(code: str, check: Any, *arguments: Any) -> None:  # noqa: ANN401 - any check.
    with pytest.raises(DubanError) as error:
        check(*arguments)
    assert error.value.code == code


def test_a_step_needs_its_state() -> None:
    domain.check_state("open", "open", "s1", "结束")

    refused("survey.state", domain.check_state, "closed", "open", "s1", "结束")


def test_a_survey_is_answered_from_its_opening_until_its_end() -> None:
    domain.check_answerable(sheet(), "open", OPENS)
    domain.check_answerable(sheet(), "open", CLOSES - timedelta(seconds=1))

    refused("survey.early", domain.check_answerable, sheet(), "draft", NOW)
    refused("survey.early", domain.check_answerable, sheet(), "open", OPENS - timedelta(seconds=1))
    refused("survey.over", domain.check_answerable, sheet(), "open", CLOSES)


def test_a_survey_opens_when_each_group_can_reach_the_minimum() -> None:
    domain.check_opening(sheet(), {"peers": 5, "firms": 5}, NOW)

    refused("survey.few", domain.check_opening, sheet(), {"peers": 5, "firms": 4}, NOW)
    refused("survey.over", domain.check_opening, sheet(), {"peers": 5, "firms": 5}, CLOSES)


def test_tokens_are_made_for_groups_of_the_sheet_within_the_limit() -> None:
    domain.check_invitation(sheet(), "peers", 1, domain.MOST_INVITED - 1)

    refused("survey.group", domain.check_invitation, sheet(), "others", 1, 0)
    refused("survey.many", domain.check_invitation, sheet(), "peers", 2, domain.MOST_INVITED - 1)


@given(st.integers(0, 2**domain_tokens.BITS - 1))
def test_a_token_is_read_however_it_is_typed(number: int) -> None:
    token = domain_tokens.token_from(number)
    typed = f"  {token.lower().replace('-', ' ').replace('0', 'o').replace('1', 'L')}"

    assert len(token) == 23
    assert domain_tokens.hash_token(typed) == domain_tokens.hash_token(token)


def test_other_numbers_are_other_tokens() -> None:
    numbers = [0, 1, 31, 32, 2**99, 2**100 - 1]

    assert len({domain_tokens.hash_token(domain_tokens.token_from(one)) for one in numbers}) == len(numbers)
    assert domain_tokens.token_from(2**100 - 1) == "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ"


def of(counts: dict[tuple[str, str, str], dict[int, int]]) -> dict[tuple[str, str, str], Result]:
    found = domain_results.results(sheet(), counts)
    return {(one.group, one.subject, one.question): one for one in found}


def test_a_scale_has_a_mean_and_a_choice_only_counts() -> None:
    found = of({("peers", "u1", "q1"): {1: 3, 2: 2, 5: 1}, ("peers", "u1", "q2"): {1: 4, 3: 2}})

    scale, choice = found["peers", "u1", "q1"], found["peers", "u1", "q2"]
    assert (scale.count, scale.mean, scale.percent) == (6, Decimal("4.00"), Decimal("80.00"))
    assert (scale.out_of, scale.distribution) == (5, (3, 2, 0, 0, 1))
    assert (choice.count, choice.mean, choice.distribution) == (6, None, (4, 0, 2))


def test_fewer_answers_than_the_minimum_are_not_shown_nor_told_by_the_whole() -> None:
    found = of({("peers", "u1", "q1"): {1: 7}, ("firms", "u1", "q1"): {5: 4}})

    few, whole = found["firms", "u1", "q1"], found["", "u1", "q1"]
    assert (few.why, few.count, few.mean, few.distribution) == ("样本不足", None, None, ())
    assert (whole.count, whole.distribution) == (7, (7, 0, 0, 0, 0))


def test_a_whole_of_two_groups_that_are_too_small_is_not_shown() -> None:
    found = of({("peers", "u1", "q1"): {1: 4}, ("firms", "u1", "q1"): {5: 4}})

    assert (found["", "u1", "q1"].why, found["", "u1", "q1"].count) == ("样本不足", None)
    assert found["", "u2", "q1"].why == "没有数据"


COUNTS = st.dictionaries(st.integers(1, 5), st.integers(0, 9))


@given(COUNTS, COUNTS)
def test_no_difference_of_shown_figures_is_of_few(peers: dict[int, int], firms: dict[int, int]) -> None:
    found = of({("peers", "u1", "q1"): peers, ("firms", "u1", "q1"): firms})

    shown = [found[group, "u1", "q1"].count or 0 for group in ("", "peers", "firms")]
    differences = {shown[0] - shown[1], shown[0] - shown[2], shown[0] - shown[1] - shown[2]}
    assert all(one == 0 or one >= 5 for one in (*shown, *differences))


def test_the_half_is_rounded_up() -> None:
    found = of({("peers", "u1", "q1"): {1: 1, 2: 7}})["peers", "u1", "q1"]

    assert found.mean == Decimal("4.13")  # 33 of 8.


def test_the_times_of_a_sheet_say_their_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Sheet.model_validate(content() | {"opens_at": datetime(2023, 6, 1, tzinfo=UTC).replace(tzinfo=None)})


def test_a_conflict_names_the_survey() -> None:
    with pytest.raises(Conflict, match=r"满意度.*已结束"):
        domain.check_answerable(sheet(), "closed", CLOSES)
