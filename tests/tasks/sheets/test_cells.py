"""Cells as people fill them in: what is read, and what is a fault with its remedy."""

from datetime import date, datetime

import pytest

from services.tasks.sheets.domain_cells import (
    EMPTY,
    LONGEST_TEXT,
    Cell,
    CellFault,
    Term,
    Value,
    cell_text,
    chinese_date,
    letter,
    read_day,
    read_percent,
    read_term,
    read_text,
    read_yes,
    shown,
)

JUNE = date(2023, 6, 30)


@pytest.mark.parametrize(
    "value",
    [
        JUNE,
        datetime(2023, 6, 30, 9, 30),  # noqa: DTZ001 - a workbook knows no time zone.
        "2023年6月30日",
        "2023 年 6 月 30 日前",
        "2023-06-30",
        "2023/6/30",
        "2023.6.30",
        "20230630",
        "2023年6月底",
        "2023年6月末前",
    ],
)
def test_a_date_is_read_however_it_is_written(value: Value) -> None:
    assert read_term(Cell(value)) == Term(JUNE)


@pytest.mark.parametrize(
    ("value", "term"),
    [
        (None, Term()),
        ("  ", Term()),
        ("长期", Term(ongoing=True)),
        ("持续推进", Term(ongoing=True)),
        ("2023年底", Term(date(2023, 12, 31))),
        ("2024年2月底前", Term(date(2024, 2, 29))),
    ],
)
def test_an_empty_cell_and_long_terms_are_read(value: Value, term: Term) -> None:
    assert read_term(Cell(value)) == term


@pytest.mark.parametrize(
    "value", ["2023年2月30日", "6月30日", "月底", 45107, 0.5, True, "1999-01-01", date(2200, 1, 1)]
)
def test_what_is_no_date_is_a_fault(value: Value) -> None:
    with pytest.raises(CellFault) as caught:
        read_term(Cell(value))

    assert caught.value.code == "cell.date_wrong"


def test_a_day_is_not_a_long_term() -> None:
    with pytest.raises(CellFault, match="须是日期"):
        read_day(Cell("长期"))

    assert (read_day(EMPTY), read_day(Cell("2023-06-30"))) == (None, JUNE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" 甲 ", "甲"),
        (15, "15"),
        (15.0, "15"),
        (1.5, "1.5"),
        (JUNE, "2023年6月30日"),
        ("一_x000D_\n二\r\n三", "一\n二\n三"),
    ],
)
def test_a_text_is_read_from_what_stands_there(value: Value, text: str) -> None:
    assert read_text(Cell(value)) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (Cell("=A1", formula=True), "cell.formula"),
        (Cell("#REF!"), "cell.error"),
        (Cell(value=True), "cell.not_text"),
        (Cell("甲乙丙"), "cell.too_long"),
    ],
)
def test_what_is_no_text_is_a_fault(cell: Cell, code: str) -> None:
    with pytest.raises(CellFault) as caught:
        read_text(cell, 2)

    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        (EMPTY, None),
        (Cell(80), 80),
        (Cell(80.0), 80),
        (Cell("80%"), 80),
        (Cell("100％"), 100),
        (Cell(0.8, percent=True), 80),
        (Cell(0.29, percent=True), 29),
    ],
)
def test_a_share_is_read_in_whole_percent(cell: Cell, share: int | None) -> None:
    assert read_percent(cell) == share


@pytest.mark.parametrize(
    "cell", [Cell(0.8), Cell(101), Cell("多半"), Cell(value=True), Cell("-1"), Cell("150")]
)
def test_what_is_no_share_is_a_fault(cell: Cell) -> None:
    with pytest.raises(CellFault) as caught:
        read_percent(cell)

    assert caught.value.code == "cell.percent_wrong"


def test_yes_is_yes_and_nothing_else() -> None:
    with pytest.raises(CellFault, match="不是“是”或“否”"):
        read_yes(Cell("对"))

    assert [read_yes(Cell(value)) for value in ("是", " 是 ", "否", "", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_text_too_long_for_a_cell_says_so_and_control_characters_go() -> None:
    long = cell_text("长" * (LONGEST_TEXT + 1))

    assert (len(long), long[-6:]) == (LONGEST_TEXT, "全文见系统）")
    assert cell_text("甲\x00\x0b乙\ud800") == "甲乙"


def test_letters_dates_and_values_are_written_for_people() -> None:
    assert [letter(number) for number in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]
    assert (chinese_date(JUNE), chinese_date(None)) == ("2023年6月30日", "")
    assert [shown(Cell(value)) for value in (None, JUNE, "长" * 99)] == ["", "2023年6月30日", "长" * 60]
