"""Rows are read from their cells alone, and a fault has its place: pure."""

from services.tasks.sheets.domain_cells import Cell, Merged, Sheet, Value
from services.tasks.sheets.domain_faults import Heading, RowReader
from services.tasks.sheets.domain_form import Said, read_form_row
from services.tasks.sheets.domain_headers import Header
from services.tasks.sheets.domain_rows import merged_faults


def reader(**cells: Value) -> RowReader:
    headings = {key: Heading(column, key) for column, key in enumerate(cells, 1)}
    return RowReader("填报", 4, headings, tuple(Cell(value) for value in cells.values()))


def test_a_filled_in_row_says_what_was_written() -> None:
    row = read_form_row(
        reader(code="督1", title="修路", sign="是", note="已开工", progress=40, submit="否", revision=7)
    )

    assert (row.code, row.title, row.revision, row.sign, row.submit) == ("督1", "修路", 7, True, False)
    assert row.said == Said(note="已开工", progress=40)
    assert row.reader.faults == []


def test_a_row_in_which_nothing_was_filled_in_is_blank() -> None:
    assert read_form_row(reader(code="督1", title="修路", note=None, revision="7")).blank


def test_a_revision_that_was_changed_is_a_fault_of_its_cell() -> None:
    row = read_form_row(reader(code="督1", revision="七"))

    assert [(one.code, one.column, one.row) for one in row.reader.faults] == [("form.revision_wrong", "B", 4)]
    assert row.revision == 0


def test_merged_cells_matter_in_the_header_and_below_and_not_in_the_title_above() -> None:
    above, reaching_in, below = Merged(1, 1, 9, 1), Merged(2, 1, 2, 2), Merged(3, 4, 4, 6)
    header = Header(2, {"title": Heading(2, "事项名称")}, ())

    faults = merged_faults(Sheet("台账", (), (above, reaching_in, below)), header)

    assert [(one.row, one.column, one.header, one.value) for one in faults] == [
        (1, "B", "事项名称", "B1:B2"),
        (4, "C", "", "C4:D6"),
    ]
