"""What a top means that nobody expected, and what is old enough to leave a stream."""

from datetime import timedelta

import pytest

from services.gateway.subscriptions.domain_streams import (
    Mark,
    Top,
    is_mark_due,
    judge_top,
    keep_from,
    password_hash,
)
from shared.testing import DRILL_START

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("position", "same", "meant"),
    [
        (None, True, Top.FOREIGN),
        (11, True, Top.BEYOND),
        (7, False, Top.FOREIGN),
        (4, True, Top.LOST),
        (0, True, Top.LOST),
        (7, True, Top.OURS),
    ],
)
def test_a_top_means_what_its_place_and_its_bytes_say(
    position: int | None, *, same: bool, meant: Top
) -> None:
    assert judge_top(position, believed=5, newest=10, same_bytes=same) is meant


def test_what_was_there_before_the_time_that_entries_stay_may_go() -> None:
    marks = [Mark(DRILL_START, 10), Mark(DRILL_START + DAY, 20), Mark(DRILL_START + 2 * DAY, 30)]

    assert keep_from(marks, DRILL_START + 2 * DAY, DAY) == 21
    assert keep_from(marks, DRILL_START, DAY) == 0
    assert keep_from([], DRILL_START, DAY) == 0


def test_a_mark_is_set_twenty_times_in_the_time_that_entries_stay() -> None:
    marks = [Mark(DRILL_START, 10)]

    assert is_mark_due([], DRILL_START, DAY)
    assert not is_mark_due(marks, DRILL_START + DAY / 21, DAY)
    assert is_mark_due(marks, DRILL_START + DAY / 20, DAY)


def test_of_a_password_only_its_sha_256_is_known() -> None:
    assert password_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
