"""Files on their way into or out of a backup: durable before anything names them, whole or not there at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.backup.manifest import Entry
from shared.durable import sync
from shared.errors import Conflict, Unavailable

PIECE = 1024 * 1024  # Bytes.


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a scratch directory that becomes `target` when the block ends well, and is gone when it does not.

    Raises:
        Conflict: `target` is there and not an empty directory.
        Unavailable: Its place can't be written.
    """
    target = target.resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        message = f"{target} 不是空目录，请换一个新目录，以免覆盖已有内容"
        raise Conflict(message, code="backup.not_empty")
    with _said(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield scratch
        with _said(target):
            _sync_folders(scratch)
            scratch.replace(target)
            sync(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def copy_file(source: Path, folder: Path, path: str) -> Entry:
    """Copy a file to `path` below `folder`, readable by its owner only; gives what was read of it.

    Raises:
        Unavailable: It can't be read or written.
    """
    target, digest, size = folder / path, hashlib.sha256(), 0
    with _said(source):
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as written, source.open("rb") as read:
            while piece := read.read(PIECE):
                digest.update(piece)
                size += len(piece)
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
    return Entry(path=path, size=size, sha256=digest.hexdigest())


def settled(folder: Path, path: str) -> Entry:
    """Make a file durable that was written below `folder`, readable by its owner only, and describe it."""
    file = folder / path
    with _said(file):
        file.chmod(0o600)
        sync(file)
        with file.open("rb") as content:
            return Entry(
                path=path,
                size=file.stat().st_size,
                sha256=hashlib.file_digest(content, "sha256").hexdigest(),
            )


def _sync_folders(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            sync(path)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{error.filename or path} 无法读写（{error.strerror}），未完成，请检查磁盘空间和目录权限"
        raise Unavailable(message, code="backup.files") from error
