"""Word documents: paragraphs and tables in the order of the document, a row of a table as one line."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from services.tasks.importer.errors import UnreadableDocument
from services.tasks.importer.records import Document

MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes; a .docx that unpacks to more is an attack or holds pictures that we do not need."""


def read_docx(name: str, payload: bytes) -> Document:
    """Read a Word document.

    Raises:
        UnreadableDocument: it is no Word document, unpacks to too much, or has no text.
    """
    _check(name, payload)
    try:
        body = docx.Document(io.BytesIO(payload))
    except Exception as error:  # python-docx raises whatever its XML layer meets in a broken file.
        raise UnreadableDocument(
            name,
            problem="不是有效的 Word 文档",
            value=type(error).__name__,
            remedy="请用 Word 或 WPS 另存为 .docx",
        ) from error
    lines = [line for block in body.iter_inner_content() for line in _lines(block)]
    if not any(line.strip() for line in lines):
        raise UnreadableDocument(name, problem="文件没有文字内容", remedy="请检查文件是否为扫描件或空文件")
    return Document(name=name, kind="docx", lines=tuple(lines))


def _check(name: str, payload: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableDocument(
            name, problem="不是有效的 Word 文档", remedy="旧版 .doc 请先用 Word 或 WPS 另存为 .docx"
        ) from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableDocument(
            name, problem="文件展开后过大", value=f"{unpacked} 字节", remedy="请删去图片后再导入"
        )


def _lines(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from (_numbered(block) + block.text).split("\n")
        return
    for row in block.rows:
        yield "| " + " | ".join(_cells(row)) + " |"


def _cells(row: _Row) -> list[str]:
    """Give the words of each cell once; a cell that spans columns is handed out for each of them by the library."""
    texts: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        again = id(cell._tc) in seen  # noqa: SLF001 - the only mark of a spanning cell.
        seen.add(id(cell._tc))  # noqa: SLF001 - the same.
        texts.append("" if again else " ".join(cell.text.replace("|", "｜").split()))
    return texts


def _numbered(_paragraph: Paragraph) -> str:
    """Give the number that Word computes for a list paragraph; it is not in the text."""
    return ""
