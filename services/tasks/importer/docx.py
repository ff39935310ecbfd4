"""Word documents: paragraphs and tables in the order of the document, a row of a table as one line."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from services.tasks.importer.errors import UnreadableDocument
from services.tasks.importer.records import Document
from services.tasks.importer.word_numbers import Element, WordNumbers

MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes; a .docx that unpacks to more is an attack or holds pictures that we do not need."""

_DEEPEST_STYLE = 10


def read_docx(name: str, payload: bytes) -> Document:
    """Read a Word document.

    Raises:
        UnreadableDocument: it is no Word document, unpacks to too much, or has no text.
    """
    _check(name, payload)
    try:
        body = docx.Document(io.BytesIO(payload))
        lines = list(_lines(body))
    except (KeyError, ValueError, SyntaxError, AttributeError, PackageNotFoundError) as error:
        # A broken part shows as whatever the XML layer of the library meets (lxml's errors are SyntaxErrors).
        raise UnreadableDocument(
            name,
            problem="不是有效的 Word 文档",
            value=type(error).__name__,
            remedy="请用 Word 或 WPS 另存为 .docx",
        ) from error
    if not any(line.strip(" |") for line in lines):
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


def _lines(body: WordDocument) -> Iterator[str]:
    numbers = WordNumbers(_numbering(body))
    for block in body.iter_inner_content():
        if isinstance(block, Table):
            yield from ("| " + " | ".join(_cells(row)) + " |" for row in block.rows)
        else:
            yield from _paragraph(block, numbers)


def _paragraph(paragraph: Paragraph, numbers: WordNumbers) -> list[str]:
    number = numbers.next_for(paragraph._p, *_styles(paragraph))  # noqa: SLF001 - the list is named only there.
    return (number + paragraph.text).split("\n")


def _styles(paragraph: Paragraph) -> Iterator[Element]:
    """Give the paragraph's style and those that it is based on."""
    style = paragraph.style
    for _ in range(_DEEPEST_STYLE):
        if style is None:
            return
        yield style.element
        style = style.base_style


def _numbering(body: WordDocument) -> Element | None:
    """Give the part that defines the lists; a document without lists has none."""
    parts = (rel.target_part for rel in body.part.rels.values() if rel.reltype.endswith("/numbering"))
    element: Element | None = getattr(next(parts, None), "element", None)
    return element


def _cells(row: _Row) -> list[str]:
    """Give the words of each cell once; a cell that spans columns is handed out for each of them by the library."""
    texts: list[str] = []
    seen: set[int] = set()
    for cell in row.cells:
        again = id(cell._tc) in seen  # noqa: SLF001 - the only mark of a spanning cell.
        seen.add(id(cell._tc))  # noqa: SLF001 - the same.
        texts.append("" if again else " ".join(cell.text.replace("|", "｜").split()))
    return texts
