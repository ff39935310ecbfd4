"""The workbooks as LibreOffice shows them: A3, the header on each page, and a form that survives being saved there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tasks.apps import Caller
from tests.tasks.factories import A
from tests.tasks.sheets.people import counts, export, form_of, import_form, import_ledger
from tests.tasks.sheets.workbooks import edited, office_book, office_rows

SOFFICE, PDFTOTEXT, PDFINFO = (shutil.which(name) for name in ("soffice", "pdftotext", "pdfinfo"))
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(
        not (SOFFICE and PDFTOTEXT and PDFINFO), reason="LibreOffice Calc or poppler-utils is missing"
    ),
]
A3_LANDSCAPE = (1191, 842)  # Points.


def converted(content: bytes, folder: Path, kind: str) -> Path:
    """Open a workbook in LibreOffice and save it as another kind; its settings stay in `folder`."""
    source, out = folder / "book.xlsx", folder / "out"
    source.write_bytes(content)
    settings = f"-env:UserInstallation=file://{folder}/office"
    command = [str(SOFFICE), settings, "--headless", "--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
    return out / f"book.{kind}"


def asked(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


async def test_the_ledger_prints_on_a3_with_its_header_on_every_page(filled: Caller, tmp_path: Path) -> None:
    await import_ledger(filled, office_book(office_rows(60)), confirm=True)

    pdf = converted(await export(filled), tmp_path, "pdf")

    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", asked(str(PDFINFO), str(pdf)))
    pages = asked(str(PDFTOTEXT), "-layout", str(pdf), "-").split("\f")[:-1]
    printed = [page for page in pages if "方案内序号" not in page]
    assert size is not None
    assert tuple(round(float(one)) for one in size.groups()) == A3_LANDSCAPE
    assert len(printed) >= 2
    assert all(
        "督办编号" in page and "备注" in page and re.search(r"第\s*\d+\s*页", page) for page in printed
    )


async def test_a_ledger_saved_by_libreoffice_comes_in_again_unchanged(filled: Caller, tmp_path: Path) -> None:
    await import_ledger(filled, office_book(), confirm=True)

    saved = converted(await export(filled), tmp_path, "xlsx").read_bytes()

    assert counts((await import_ledger(filled, saved))["diff"]) == (0, 0, 6, 0)


async def test_a_form_saved_by_libreoffice_is_still_ours(filled: Caller, tmp_path: Path) -> None:
    saved = converted(await form_of(filled, A), tmp_path, "xlsx").read_bytes()

    answer = await import_form(filled, edited(saved, {}), confirm=False)

    empty = {"changed": [], "followed": [], "not_followed": [], "unchanged": 0, "faults": []}
    assert answer["diff"] == empty
