"""Reading files: .txt, .md and .docx as a document of lines; whatever can't be read is refused by name."""

from pathlib import Path

from services.tasks.importer.errors import UnreadableDocument
from services.tasks.importer.records import Document, DocumentKind
from services.tasks.importer.unit_directory import UnitDirectory, read_directory

MAX_BYTES = 20 * 1024 * 1024
"""A plan of thousands of tasks is under a megabyte of text; more is no plan, or an attack."""

_KINDS: dict[str, DocumentKind] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".docx": "docx",
}
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_document(path: Path) -> Document:
    """Read a plan file.

    Raises:
        UnreadableDocument: it is missing, no file, of an unknown type, too big, empty, or no text.
    """
    name = path.name or str(path)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableDocument(
            name,
            problem="不支持的文件类型",
            value=path.suffix or "无扩展名",
            remedy="请另存为 .txt、.md 或 .docx",
        )
    payload = _payload(path, name)
    if kind == "docx":
        from services.tasks.importer.docx import read_docx  # noqa: PLC0415 - python-docx is slow to load.

        return read_docx(name, payload)
    return document_of(name, _decoded(name, payload), kind)


def read_directory_file(path: Path) -> UnitDirectory:
    """Read a file of units with their aliases.

    Raises:
        UnreadableDocument: it is missing, no text, or no list of units.
    """
    return read_directory(path.name, _decoded(path.name, _payload(path, path.name)))


def document_of(name: str, text: str, kind: DocumentKind = "txt") -> Document:
    """Make a document of a text that is at hand.

    Raises:
        UnreadableDocument: the text is empty.
    """
    if not text.strip():
        raise UnreadableDocument(name, problem="文件没有文字内容", remedy="请检查文件是否为扫描件或空文件")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Document(name=name, kind=kind, lines=tuple(lines))


def _payload(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_file() and size <= MAX_BYTES:
            return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            name, problem="文件打不开", value=error.strerror or str(error), remedy="请检查路径和权限"
        ) from error
    if not path.is_file():
        raise UnreadableDocument(name, problem="不是文件", remedy="请给出文件路径")
    raise UnreadableDocument(
        name, problem="文件过大", value=f"{size} 字节", remedy=f"上限为 {MAX_BYTES} 字节，请拆分"
    )


def _decoded(name: str, payload: bytes) -> str:
    encodings = _ENCODINGS if payload[:2] not in {b"\xff\xfe", b"\xfe\xff"} else ("utf-16",)
    for encoding in encodings:
        try:
            text = payload.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableDocument(name, problem="不是 UTF-8 或 GB18030 文本", remedy="请用 UTF-8 另存后再导入")
