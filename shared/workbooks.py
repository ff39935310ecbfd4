"""A workbook that somebody sent, looked through before it is opened: what could hurt is refused with one clear error.

Invariant: nothing is unpacked beyond the stated sizes, and no document type, entity or external reference is read.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from shared.errors import Invalid, TooLarge

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_UNPACKED = 100 * MEGABYTE
MAX_PARTS = 500
MAX_ELEMENTS = 2_000_000  # Of XML in all parts: cells, texts and what holds them.
MAX_ROWS, MAX_COLUMNS = 5_000, 64
CHUNK = 256 * 1024
OLE2 = b"\xd0\xcf\x11\xe0"  # The old binary formats, and workbooks with a password to open.
NOT_XML = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tiff", ".bin")


@dataclass(slots=True)
class Vetted:
    """What the look found.

    Attributes:
        merged: The merged ranges by part of the workbook.
        left: How many more elements may come.
        rows: In how many rows something may stand.
    """

    left: int
    rows: int = MAX_ROWS
    merged: dict[str, list[str]] = field(default_factory=dict)


def check_size(size: int) -> None:
    """Pass for a size in bytes that is allowed.

    Raises:
        TooLarge: It is not.
    """
    if size > MAX_BYTES:
        message = f"文件超过 {MAX_BYTES // MEGABYTE} MB，请拆分后再导入"
        raise TooLarge(message, code="sheet.too_large", field="file", limit=MAX_BYTES)


def vet(content: bytes, *, most_elements: int = MAX_ELEMENTS, most_rows: int = MAX_ROWS) -> Vetted:
    """Look through a workbook.

    Raises:
        TooLarge: It is too large, packed or unpacked.
        Invalid: It is no .xlsx workbook, carries macros, or holds XML that nobody needs in one.
    """
    check_size(len(content))
    _check_format(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            return _read_parts(archive, Vetted(most_elements, most_rows))
    # All is in memory: whatever zipfile raises, it says something of the content (a password is a RuntimeError).
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refuse(
            "sheet.damaged", "文件已损坏或加密，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
        ) from error


def _check_format(content: bytes) -> None:
    if content.startswith(OLE2):
        raise _refuse("sheet.old_format", "文件是旧版 .xls 或设有打开密码，请取消密码并另存为 .xlsx 再导入")
    if not content.startswith(b"PK"):
        raise _refuse(
            "sheet.not_xlsx",
            "文件不是 .xlsx 工作簿（可能是 .csv 或网页改了扩展名），请用 Excel 或 WPS 另存为 .xlsx",
        )


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise _refuse("sheet.not_xlsx", "文件是压缩包但不是 .xlsx 工作簿，请用 Excel 或 WPS 另存为 .xlsx")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refuse("sheet.macros", "工作簿含有宏，请另存为不含宏的 .xlsx 再导入")
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise _refuse("sheet.damaged", "工作簿内部结构异常，请新建工作簿并复制数值后再导入")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        message = f"工作簿解压后超过 {MAX_UNPACKED // MEGABYTE} MB，请拆分后再导入"
        raise TooLarge(message, code="sheet.too_large", field="file", limit=MAX_UNPACKED)


def _read_parts(archive: zipfile.ZipFile, found: Vetted) -> Vetted:
    for part in archive.infolist():
        if part.is_dir() or part.filename.lower().endswith(NOT_XML):
            continue
        with archive.open(part) as stream:
            _read_xml(stream, part.filename, found)
    return found


def _read_xml(stream: IO[bytes], name: str, found: Vetted) -> None:
    target = _Counting(name, found)
    parser = XMLParser(target=target, forbid_dtd=True)
    try:
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise _refuse(
            "sheet.unsafe_xml", "工作簿内含有不安全的 XML 声明（DTD 或外部实体），已拒绝"
        ) from error
    except ParseError as error:
        raise _refuse(
            "sheet.damaged", "工作簿内部 XML 已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
        ) from error


class _Counting:
    """Counts elements while they are parsed, so that no tree is built; notes merged ranges and far cells."""

    def __init__(self, name: str, found: Vetted) -> None:
        self._name, self._found = name, found
        self._merged = found.merged.setdefault(name, [])
        self._at = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note the beginning of an element."""
        self._found.left -= 1
        if self._found.left < 0:
            raise TooLarge("工作簿内容过多，请拆分后再导入", code="sheet.too_large", field="file")
        kind = tag.rpartition("}")[2]
        if kind == "c":
            self._at = attributes.get("r", "")
        elif kind in {"v", "is"} and self._at:
            _check_place(self._at, self._found.rows)
        elif kind == "mergeCell":
            self._merged.append(attributes.get("ref", ""))

    def end(self, _tag: str) -> None:
        """Note nothing: only beginnings count."""

    def data(self, _text: str) -> None:
        """Keep no text."""

    def close(self) -> None:
        """Give no tree."""


def _check_place(place: str, most_rows: int) -> None:
    """Pass for a cell within the rows and columns that are read."""
    letters = place.rstrip("0123456789")
    row = place[len(letters) :]
    column = 0
    for sign in letters[:4]:
        column = column * 26 + ord(sign) - ord("A") + 1
    if column > MAX_COLUMNS or len(row) > 7 or int(row or 1) > most_rows:
        message = (
            f"单元格 {place[:12]} 超出范围：一张表最多 {most_rows} 行、{MAX_COLUMNS} 列，请拆分或删除多余内容"
        )
        raise TooLarge(message, code="sheet.too_many_cells", field="file", rows=most_rows)


def _refuse(code: str, message: str) -> Invalid:
    return Invalid(message, code=code, field="file")
