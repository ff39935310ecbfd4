"""A plan document that arrives as bytes: read by the importer in a thread, since reading is pure computing."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from services.tasks.importer import parse, read_document, records
from services.tasks.plans.study import Origin
from shared.errors import Invalid

LONGEST_NAME = 200  # Bytes of UTF-8: file systems take 255.

Used = TypeVar("Used")


async def read_upload(filename: str, content: bytes) -> tuple[records.Parsed, Origin]:
    """Read a document that was sent.

    Raises:
        Invalid: The name is no file name, or the content can't be read.
    """
    parsed = await use_upload(filename, content, parse)
    return parsed, Origin(name=_name(filename), sha256=hashlib.sha256(content).hexdigest())


async def use_upload(filename: str, content: bytes, use: Callable[[records.Document], Used]) -> Used:
    """Give what a pure function makes of a document that was sent.

    Raises:
        Invalid: The name is no file name, or the content can't be read.
    """
    return await asyncio.to_thread(_use, _name(filename), content, use)


def _name(filename: str) -> str:
    name = Path(filename.replace("\\", "/")).name
    if name in {"", ".."} or "\x00" in name or len(name.encode()) > LONGEST_NAME:
        message = f"文件名 {filename[:100]!r} 无效，请用 filename 给出 .txt、.md 或 .docx 的文件名"
        raise Invalid(message, code="document.name_invalid", field="filename")
    return name


def _use(name: str, content: bytes, use: Callable[[records.Document], Used]) -> Used:
    with tempfile.TemporaryDirectory(prefix="duban-upload-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return use(read_document(path))
