"""The real ones: a folder of files, and a ClamAV daemon over TCP."""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from shared.durable import sync
from shared.errors import Unavailable

PIECE = 256 * 1024  # Bytes.
ASIDE = ".aside"  # Of a content that is about to be removed.
SCAN_S = 30.0  # Real seconds that a scan may take.


class FolderStore:
    """A folder with one file a content, in 256 folders by the first two digits of its hash."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, sha256: str, content: bytes) -> None:
        """Write aside, sync, rename, sync the folder: a crash leaves the whole file or none.

        Raises:
            Unavailable: The folder can't be written.
        """
        try:
            await asyncio.to_thread(_write, self._file(sha256), content)
        except OSError as error:
            message = f"附件目录 {self._path} 无法写入（{error.strerror}），未保存，请联系运维人员"
            raise Unavailable(message, code="attachment.store") from error

    async def sweep(self, named: frozenset[str], *, before: datetime) -> int:
        """Remove what nobody names; see `Store.sweep`."""
        return await asyncio.to_thread(_sweep, self._path, named, before.timestamp())

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """Open the file and check its hash before the first piece leaves; see `Store.read`."""
        file = self._file(sha256)
        if await asyncio.to_thread(_hash_of, file) != sha256:
            message = f"附件内容 {sha256[:12]} 缺失或已损坏，请从备份恢复附件目录 {self._path}"
            raise Unavailable(message, code="attachment.content_missing")
        return _pieces(file)

    def _file(self, sha256: str) -> Path:
        return self._path / sha256[:2] / sha256


def _write(file: Path, content: bytes) -> None:
    try:
        os.utime(file)  # It is there; a sweep leaves it to us for a while.
    except FileNotFoundError:
        _write_anew(file, content)
    for folder in (file.parent, file.parent.parent):
        sync(folder)  # Also of what was there: who wrote it may not have come so far yet.


def _write_anew(file: Path, content: bytes) -> None:
    store = file.parent.parent
    if not store.exists():
        store.mkdir(parents=True, exist_ok=True)
        sync(store.parent)
    file.parent.mkdir(exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(aside).replace(file)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _sweep(folder: Path, named: frozenset[str], before: float) -> int:
    return sum(_swept(file, named, before) for file in folder.glob("??/*"))


def _swept(file: Path, named: frozenset[str], before: float) -> bool:
    """Remove one file if nobody names it; set aside first, so that who puts it meanwhile finds it or writes it."""
    own = file.with_name(file.name.removesuffix(ASIDE))
    aside = own.with_name(own.name + ASIDE)
    with contextlib.suppress(FileNotFoundError):  # Another replica was faster.
        if own.name not in named and file.stat().st_mtime < before:
            file.replace(aside)
            file = aside
            if aside.stat().st_mtime < before:
                aside.unlink()
                return True
        if file == aside:  # Somebody put it meanwhile, or we crashed on the way.
            aside.replace(own)
    return False


def _hash_of(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as content:
        while piece := await asyncio.to_thread(content.read, PIECE):
            yield piece


class NoScanner:
    """Finds nothing: scanning is off."""

    async def find(self, content: bytes) -> str:  # noqa: ARG002 - the Protocol's.
        """Give nothing."""
        return ""


class ClamScanner:
    """Asks clamd by its command INSTREAM: pieces with their length before them, then a length of zero."""

    def __init__(self, host: str, port: int, *, seconds: float = SCAN_S) -> None:
        self._host = host
        self._port = port
        self._seconds = seconds

    async def find(self, content: bytes) -> str:
        """Give the signature that clamd names, or nothing; see `Scanner.find`."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise self._down(str(error) or type(error).__name__) from error
        verdict = answer.rstrip(b"\0").decode(errors="replace").removeprefix("stream: ")
        if verdict == "OK":
            return ""
        if not verdict.endswith(" FOUND"):
            raise self._down(verdict)
        return verdict.removesuffix(" FOUND")

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return await reader.readuntil(b"\0")
        finally:
            writer.close()

    def _down(self, why: str) -> Unavailable:
        message = f"病毒扫描（{self._host}:{self._port}）没有结果（{why}），附件未保存，请稍后重试"
        return Unavailable(message, code="attachment.scanner")
