"""What may be attached, withdrawn, and named as evidence."""

from io import BytesIO

import pytest

from services.tasks.attachments.domain import (
    MEGABYTE,
    Standing,
    check_evidence,
    check_size,
    check_withdrawal,
    clean_name,
    read_file,
)
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound, TooLarge
from tests.tasks.attachments.files import JPG, PDF, PNG, packed

OURS = Standing("att-1", "t1", "u1", withdrawn=False)
GONE = Standing("att-2", "t1", "u1", withdrawn=True)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("验收单.pdf", PDF, "application/pdf"),
        ("现场.JPG", JPG, "image/jpeg"),
        ("截图.png", PNG, "image/png"),
        ("报告.docx", packed("word/document.xml"), "wordprocessingml.document"),
        ("台账.xlsx", packed("xl/workbook.xml"), "spreadsheetml.sheet"),
        ("公文.ofd", packed("OFD.xml"), "application/ofd"),
    ],
)
def test_each_type_is_known_by_its_content(name: str, content: bytes, media_type: str) -> None:
    file = read_file(name, len(content), BytesIO(content))

    assert (file.name, file.media_type.endswith(media_type)) == (name, True)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("程序.exe", b"MZ", "attachment.type_refused"),
        ("说明", PDF, "attachment.type_refused"),
        ("空.pdf", b"", "attachment.empty"),
        ("假.pdf", PNG, "attachment.type_differs"),
        ("假.docx", packed("xl/workbook.xml"), "attachment.type_differs"),
        ("坏.docx", b"PK\x03\x04 and then nothing", "attachment.type_differs"),
        ("带宏.docx", packed("word/document.xml", "word/vbaProject.bin"), "attachment.type_differs"),
        ("..", PDF, "attachment.name"),
        ("a.abcdefghijklm", PDF, "attachment.name"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_reason(name: str, content: bytes, code: str) -> None:
    with pytest.raises(DubanError) as refused:
        read_file(name, len(content), BytesIO(content))

    assert refused.value.code == code


def test_a_file_that_is_too_large_is_refused_with_the_limit() -> None:
    check_size(MEGABYTE, MEGABYTE)
    with pytest.raises(TooLarge, match="上限 1 MB") as refused:
        check_size(MEGABYTE + 1, MEGABYTE)

    assert (refused.value.code, refused.value.details) == ("attachment.too_large", {"limit": MEGABYTE})


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/验收.pdf", "验收.pdf"),
        ("C:\\文件\\验收.pdf", "验收.pdf"),
        ("验\u202e收\n.pdf", "验收.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_the_unit_that_attached_may_withdraw_and_so_may_the_office() -> None:
    check_withdrawal(OURS, unit="u1", reason="传错")
    check_withdrawal(OURS, unit=None, reason="传错")


@pytest.mark.parametrize(
    ("standing", "unit", "reason", "error"),
    [
        (OURS, "u2", "传错", Forbidden),
        (GONE, "u1", "传错", Conflict),
        (Standing("att-3", "t1", "u1", withdrawn=False, used=True), "u1", "传错", Conflict),
        (OURS, "u1", " ", Invalid),
    ],
)
def test_a_withdrawal_is_refused(standing: Standing, unit: str, reason: str, error: type[DubanError]) -> None:
    with pytest.raises(error):
        check_withdrawal(standing, unit=unit, reason=reason)


def test_numbers_of_papers_and_attachments_of_the_task_are_evidence() -> None:
    check_evidence(("〔2023〕12号", "att-1"), {"att-1": OURS}, frozenset({"t1"}))


@pytest.mark.parametrize(("named", "error"), [("att-9", NotFound), ("att-1", NotFound), ("att-2", Conflict)])
def test_an_attachment_that_is_unknown_elsewhere_or_withdrawn_is_no_evidence(
    named: str, error: type[DubanError]
) -> None:
    known = {"att-1": Standing("att-1", "t2", "u1", withdrawn=False), "att-2": GONE}

    with pytest.raises(error):
        check_evidence((named,), known, frozenset({"t1"}))
