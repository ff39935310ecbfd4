"""Workbooks that hurt are refused with one clear error each, before anything is opened."""

import io
import zipfile
from collections.abc import Callable

import pytest

from services.tasks.sheets.reading import read_workbook
from shared import workbooks as vetting
from shared.errors import DubanError
from tests.tasks.apps import Caller
from tests.tasks.sheets.people import import_form, import_ledger
from tests.tasks.sheets.workbooks import office_book, rezipped

SHEET_PART = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?>'
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def with_sheet(xml: bytes) -> bytes:
    return rezipped(office_book(), {SHEET_PART: xml})


def zip_bomb() -> bytes:
    return rezipped(office_book(), {"xl/media/image1.xml": b" " * (vetting.MAX_UNPACKED + 1)})


def xxe() -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row>'
    return with_sheet(HEAD + entity + MAIN + cell + TAIL)


def laughs() -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return with_sheet(HEAD + entities + MAIN + TAIL)


def far_cell(place: bytes) -> bytes:
    return with_sheet(HEAD + MAIN + b'<row><c r="' + place + b'"><v>1</v></c></row>' + TAIL)


def plain_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "a")
    return content.getvalue()


def encrypted_flag() -> bytes:
    content = bytearray(office_book())
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a csv": (lambda: "事项名称,牵头单位\n一,二\n".encode("gbk"), "sheet.not_xlsx"),
    "nothing": (lambda: b"", "sheet.not_xlsx"),
    "an old xls": (lambda: vetting.OLE2 + b"\x00" * 512, "sheet.old_format"),
    "another zip": (plain_zip, "sheet.not_xlsx"),
    "half a file": (lambda: office_book()[:3000], "sheet.damaged"),
    "a password": (encrypted_flag, "sheet.damaged"),
    "macros": (lambda: rezipped(office_book(), {"xl/vbaProject.bin": b"x"}), "sheet.macros"),
    "too many parts": (
        lambda: rezipped(office_book(), {f"xl/x{n}.bin": b"" for n in range(vetting.MAX_PARTS)}),
        "sheet.damaged",
    ),
    "a zip bomb": (zip_bomb, "sheet.too_large"),
    "eleven megabytes": (lambda: b"PK" + b"\x00" * vetting.MAX_BYTES, "sheet.too_large"),
    "an external entity": (xxe, "sheet.unsafe_xml"),
    "a billion laughs": (laughs, "sheet.unsafe_xml"),
    "broken xml": (lambda: with_sheet(b"<worksheet>"), "sheet.damaged"),
    "a row too far": (lambda: far_cell(b"A5001"), "sheet.too_many_cells"),
    "a column too far": (lambda: far_cell(b"XFD1"), "sheet.too_many_cells"),
    "a nonsense merge": (
        lambda: with_sheet(
            HEAD + MAIN + b"</sheetData><mergeCells><mergeCell ref='??'/></mergeCells></worksheet>"
        ),
        "sheet.damaged",
    ),
    "a missing sheet": (lambda: rezipped(office_book(), {"xl/workbook.xml": None}), "sheet.damaged"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_hurt_is_refused_with_its_own_code(name: str) -> None:
    make, code = HOSTILE[name]

    with pytest.raises(DubanError) as caught:
        read_workbook(make())

    assert (caught.value.code, caught.value.field) == (code, "file")


def test_too_many_elements_are_refused_while_they_are_counted() -> None:
    with pytest.raises(DubanError) as caught:
        vetting.vet(office_book(), most_elements=100)

    assert caught.value.code == "sheet.too_large"


async def test_both_imports_answer_a_hostile_file_in_chinese(filled: Caller) -> None:
    ledger = await import_ledger(filled, xxe(), confirm=True)
    form = await import_form(filled, xxe())

    assert {ledger["code"], form["code"]} == {"sheet.unsafe_xml"}
    assert "不安全" in ledger["title"]


async def test_a_body_that_grows_too_large_is_refused_while_it_comes(filled: Caller) -> None:
    answer = await filled.post("/ledger/import", content=b"PK" + b"\x00" * vetting.MAX_BYTES)

    assert (answer.status_code, answer.json()["code"]) == (413, "sheet.too_large")
