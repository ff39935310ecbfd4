"""The manifest of a backup: what it holds, of which instant and versions, with the hash of every file.

Invariant: `manifest.sha256`, which vouches for it, is written last: a directory without one is no backup. It has the
form of `sha256sum`, so that `sha256sum -c manifest.sha256` works where Duban is not at hand.
"""

import hashlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from shared.errors import Invalid

NAME, VOUCHER = "manifest.json", "manifest.sha256"


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts:
        raise ValueError(f"{path!r} leads out of the backup")
    return path


class Entry(BaseModel):
    """One file of a backup: its path below the backup, its size in bytes, its SHA-256 in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, AfterValidator(_inside)]
    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup is.

    Attributes:
        format: Of this file; a change of meaning is a new number.
        taken_at: When it was begun, in real time; the one instant of which all databases are follows at once.
        versions: Of the programs that made it, by name.
        revisions: The newest migration of each service's database.
        archived: The position of the newest event in the archive.
        lacking: Hashes of attachments whose contents were missing or damaged already when it was taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    taken_at: datetime
    versions: dict[str, str]
    revisions: dict[str, str]
    archived: int
    lacking: tuple[str, ...]
    files: tuple[Entry, ...]

    def text(self) -> str:
        """Give it as it stands in its file."""
        return self.model_dump_json(indent=1) + "\n"

    def summary(self) -> dict[str, object]:
        """Give what people want to know of it: everything but the list of files."""
        counts = {"files": len(self.files), "bytes": sum(one.size for one in self.files)}
        return self.model_dump(mode="json", exclude={"files"}) | counts


def voucher_of(text: str) -> str:
    """Give what vouches for a manifest, as `sha256sum` writes it."""
    return f"{hashlib.sha256(text.encode()).hexdigest()}  {NAME}\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        Invalid: There is none, it was changed, or it is of a form that this version does not know.
    """
    try:
        text = (folder / NAME).read_text("utf-8")
        voucher = (folder / VOUCHER).read_text("utf-8")
    except OSError as error:
        message = f"{folder} 不是完整的备份：{error.filename} 无法读取（{error.strerror}），请换一份备份"
        raise Invalid(message, code="backup.incomplete", field=NAME) from error
    except UnicodeDecodeError as error:
        raise damaged(NAME) from error
    if voucher != voucher_of(text):
        raise damaged(NAME)
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        message = f"备份清单 {folder / NAME} 的格式本版本无法读取，请用制作该备份的版本恢复"
        raise Invalid(message, code="backup.format", field=NAME) from error


def damaged(path: str) -> Invalid:
    """Name a file of a backup that is missing or not what it was."""
    message = f"备份中的文件 {path} 已损坏或缺失，未恢复任何内容，请换一份备份"
    return Invalid(message, code="backup.damaged", field=path)
