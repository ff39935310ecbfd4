"""Tables of values as spreadsheets write them."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from services.metrics.indicators.sheets import read_table
from shared.errors import Invalid

HEAD = "指标编号,数值,计量单位,截止日,说明代码,佐证,原因,更正编号"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, sent = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(sent)
    return sent.getvalue()


@pytest.mark.parametrize("code", ["utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_both_code_pages(code: str) -> None:
    text = f"{HEAD}\np18-t001,96.5,%,2023/06/30,audited,att-1；泾统〔2023〕5号,原因,\n,,,,,,,\n"

    (line,) = read_table(text.encode(code))

    assert (line.row, line.indicator_id, line.said.value, line.said.unit) == (2, "p18-t001", "96.5", "%")
    assert (line.said.on, line.said.note, line.said.corrects) == (date(2023, 6, 30), "audited", None)
    assert (line.said.evidence, line.said.why) == (("att-1", "泾统〔2023〕5号"), "原因")


def test_a_workbook_is_read_with_its_numbers_and_days() -> None:
    rows = [
        ("指标编号", "数值", "截止日", "佐证"),
        ("a", 12.0, datetime(2023, 6, 30), "att-1"),  # noqa: DTZ001 - as openpyxl writes days.
        (None, None, None, None),
        ("b", 1.25, "2023-06-30", "att-2、att-3"),
    ]

    lines = read_table(workbook(*rows))

    assert [(one.row, one.indicator_id, one.said.value, one.said.evidence) for one in lines] == [
        (2, "a", "12", ("att-1",)),
        (4, "b", "1.25", ("att-2", "att-3")),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "indicator.table"),
        ("指标编号,数值\n".encode(), "indicator.table"),
        ("指标编号,数值,截止日,佐证,备注\n".encode(), "indicator.table"),
        (b"PK-nothing", "sheet.damaged"),
        (f"{HEAD}\n".encode() + b"a,1\n" * 5001, "indicator.table"),
    ],
)
def test_what_is_no_table_of_ours_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_table(content)

    assert caught.value.code == code


def test_a_day_that_is_none_is_named_by_its_row() -> None:
    text = f"{HEAD}\na,1,%,2023-06-30,,att-1,,\na,1,%,六月,,att-1,,\n"

    with pytest.raises(Invalid) as caught:
        read_table(text.encode())

    assert (caught.value.code, caught.value.field) == ("indicator.upload", "rows.3.on")
