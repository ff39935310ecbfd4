"""What a file has to be before it is attached: of a type we take, not too large, with a name that is only a name.

Invariant: the type is read from the content itself; what the sender calls it has only to agree.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge

PREFIX = "att-"  # Of the ids of attachments, so that evidence tells them from numbers of papers.
LONGEST_NAME = 120
MEGABYTE = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
# Ending → media type.
TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".ofd": "application/ofd",
}
# What the content of each type begins with.
MAGIC: Mapping[str, bytes] = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".ofd": b"PK\x03\x04",
}
# What a packed type has inside; it also tells them apart.
INSIDE: Mapping[str, str] = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".ofd": "OFD.xml"}
MACROS = "vbaProject.bin"
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be attached.

    Attributes:
        name: Without any folder and without signs that turn or break a line.
        media_type: As its content shows.
    """

    name: str
    media_type: str
    size: int


def check_size(size: int, most: int) -> None:
    """Pass for at most `most` bytes.

    Raises:
        TooLarge: There are more.
    """
    if size > most:
        message = f"附件超过上限 {most // MEGABYTE} MB，请压缩或拆分后上传"
        raise TooLarge(message, code="attachment.too_large", limit=most)


def read_file(name: str, size: int, content: IO[bytes]) -> File:
    """Check a file of `size` bytes by its name, its beginning and, where it is packed, its list of names.

    Raises:
        Invalid: It is empty, has no fitting name, or is of a type that is not taken or not what its name says.
    """
    clean = clean_name(name)
    ending = PurePosixPath(clean).suffix.lower()
    if ending not in TYPES:
        message = f"附件 {clean} 的类型 {ending or '（无扩展名）'} 不能上传，可用：{'、'.join(TYPES)}"
        raise Invalid(message, code="attachment.type_refused", field="filename")
    if not size:
        raise Invalid(f"附件 {clean} 是空文件，请重新选择", code="attachment.empty", field="filename")
    if not _is_what_it_says(ending, content):
        message = f"附件 {clean} 的内容不是 {ending} 文件（或带宏、已损坏），请用原程序另存后重传"
        raise Invalid(message, code="attachment.type_differs", field="filename")
    return File(clean, TYPES[ending], size)


def clean_name(name: str) -> str:
    """Give the name alone: no folder, no control or direction signs, at most 120 signs with its ending.

    Raises:
        Invalid: Nothing is left of it.
    """
    flat = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    flat = _UNFIT.sub("", flat).strip(" .")
    path = PurePosixPath(flat or ".")
    kept = path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix
    if not path.stem or len(path.suffix) > 10:
        message = f"文件名 {name[:40]!r} 不可用，请改为“说明.pdf”一类的名称"
        raise Invalid(message, code="attachment.name", field="filename")
    return kept


def _is_what_it_says(ending: str, content: IO[bytes]) -> bool:
    if content.read(len(MAGIC[ending])) != MAGIC[ending]:
        return False
    inside = INSIDE.get(ending)
    return inside is None or _holds(content, inside)


def _holds(content: IO[bytes], inside: str) -> bool:
    """Look into a packed file: only its list of names is read, nothing is unpacked."""
    try:
        names = zipfile.ZipFile(content).namelist()
    except zipfile.BadZipFile:
        return False
    return inside in names and not any(name.endswith(MACROS) for name in names)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether an attachment may be withdrawn, or named as evidence.

    Attributes:
        unit_id: Whose people attached it; None for the supervision office.
        used: Whether a report, or whatever else takes evidence, names it already.
    """

    id: str
    task_id: str
    unit_id: str | None
    withdrawn: bool
    used: bool = False


def check_withdrawal(attachment: Standing, *, unit: str | None, reason: str) -> None:
    """Pass when an attachment may be withdrawn by people of `unit` (None: the supervision office).

    Raises:
        Forbidden: Another unit attached it.
        Conflict: It is withdrawn already, or a report names it.
        Invalid: The reason is missing.
    """
    if unit is not None and unit != attachment.unit_id:
        message = f"附件 {attachment.id} 不是本单位上传的，不能撤回"
        raise Forbidden(message, code="attachment.not_yours")
    if attachment.withdrawn:
        raise Conflict(f"附件 {attachment.id} 已撤回", code="attachment.withdrawn")
    if attachment.used:
        message = f"附件 {attachment.id} 已作为佐证材料上报，须保留；如有误请另行补报说明"
        raise Conflict(message, code="attachment.in_use")
    if not reason.strip():
        raise Invalid("请填写撤回原因（reason）", code="attachment.reason_missing", field="reason")


def check_evidence(
    named: Iterable[str], known: Mapping[str, Standing], tasks: frozenset[str], *, field: str = "evidence"
) -> None:
    """Pass when every attachment named as evidence stands and belongs to one of `tasks`; `field` is where it is named.

    What does not look like the id of an attachment is the number of a paper, which nobody can look up.

    Raises:
        NotFound: There is no such attachment, or it belongs to another task.
        Conflict: It was withdrawn.
    """
    for one in named:
        if not one.startswith(PREFIX):
            continue
        attachment = known.get(one)
        if attachment is None or attachment.task_id not in tasks:
            message = f"佐证材料（{field}）{one} 不是本事项的附件，请先上传到本事项"
            raise NotFound(message, code="attachment.unknown", field=field)
        if attachment.withdrawn:
            message = f"佐证材料（{field}）{one} 已撤回，请重新上传"
            raise Conflict(message, code="attachment.withdrawn", field=field)
