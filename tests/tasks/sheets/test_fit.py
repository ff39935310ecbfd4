"""Printed rows are as high as their texts, and what can't be shown whole says so."""

import pytest

from services.tasks.sheets.domain_fit import CUT, MOST_LINES, fit, lines_of, row_height


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("甲", 1), ("甲" * 4, 1), ("甲" * 5, 2), ("a" * 7, 1), ("a" * 8, 2), ("甲\n乙\n丙", 3)],
)
def test_lines_are_counted_by_the_width_of_their_signs(text: str, lines: int) -> None:
    assert lines_of(text, 10) == lines


def test_a_text_that_fits_stays_and_one_that_does_not_is_cut_with_a_note() -> None:
    cut = fit("甲" * 1000, 20)

    assert fit("甲" * 99, 20) == "甲" * 99
    assert (cut.endswith(CUT), lines_of(cut, 20) <= MOST_LINES, len(cut) > 150) == (True, True, True)


def test_the_highest_text_makes_the_height_and_none_is_above_what_excel_shows() -> None:
    low, high = row_height([("甲", 10)]), row_height([("甲", 10), (fit("甲" * 9999, 10), 10)])

    assert (low, 300 < high <= 409) == (24.5, True)
