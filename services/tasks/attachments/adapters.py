"""The real ones: a folder of files, and a ClamAV daemon over TCP."""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

from services.tasks.attachments.domain import check_size
from services.tasks.attachments.ports import Draft
from shared.durable import sync
from shared.errors import Unavailable

PIECE = 256 * 1024  # Bytes.
INCOMING = "incoming"  # Folder of what is being received; its name is too long for one of contents.
ASIDE = ".aside"  # Of a content that is about to be removed.
SCAN_S = 30.0  # Real seconds that a scan may take.


class FolderStore:
    """A folder with one file a content, in 256 folders by the first two digits of its hash."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def receive(self, pieces: AsyncIterator[bytes], *, most: int) -> Draft:
        """Write pieces aside as they come, and hash them on the way; see `Store.receive`."""
        with self._saying_why():
            path = await asyncio.to_thread(_new_file, self._path)
        try:
            return await self._take(path, pieces, most)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    async def _take(self, path: Path, pieces: AsyncIterator[bytes], most: int) -> Draft:
        digest, size = hashlib.sha256(), 0
        with await asyncio.to_thread(path.open, "wb") as out:
            async for piece in pieces:
                size += len(piece)
                check_size(size, most)
                digest.update(piece)
                with self._saying_why():
                    await asyncio.to_thread(out.write, piece)
            with self._saying_why():
                await asyncio.to_thread(out.flush)
        return Draft(path, size, digest.hexdigest())

    def pieces(self, draft: Draft) -> AsyncIterator[bytes]:
        """Give a draft piece by piece."""
        return _pieces(draft.path)

    async def keep(self, draft: Draft) -> None:
        """Sync, rename, sync the folder: a crash leaves the whole file or none; see `Store.keep`."""
        with self._saying_why():
            await asyncio.to_thread(_keep, draft.path, self._file(draft.sha256))

    async def discard(self, draft: Draft) -> None:
        """Remove what was not kept."""
        await asyncio.to_thread(draft.path.unlink, missing_ok=True)

    @contextlib.contextmanager
    def _saying_why(self) -> Iterator[None]:
        try:
            yield
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


def _new_file(store: Path) -> Path:
    if not store.exists():
        store.mkdir(parents=True, exist_ok=True)
        sync(store.parent)
    (store / INCOMING).mkdir(exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=store / INCOMING)
    os.close(descriptor)
    return Path(path)


def _keep(received: Path, file: Path) -> None:
    try:
        os.utime(file)  # It is there; a sweep leaves it to us for a while.
    except FileNotFoundError:
        sync(received)
        file.parent.mkdir(exist_ok=True)
        received.replace(file)
    for folder in (file.parent, file.parent.parent):
        sync(folder)  # Also of what was there: who wrote it may not have come so far yet.


def _sweep(folder: Path, named: frozenset[str], before: float) -> int:
    for received in (folder / INCOMING).glob("*"):  # Left by a crash while it came.
        with contextlib.suppress(FileNotFoundError):
            if received.stat().st_mtime < before:
                received.unlink()
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

    async def find(self, pieces: AsyncIterator[bytes]) -> str:  # noqa: ARG002 - the Protocol's.
        """Give nothing."""
        return ""


class ClamScanner:
    """Asks clamd by its command INSTREAM: pieces with their length before them, then a length of zero."""

    def __init__(self, host: str, port: int, *, seconds: float = SCAN_S) -> None:
        self._host = host
        self._port = port
        self._seconds = seconds

    async def find(self, pieces: AsyncIterator[bytes]) -> str:
        """Give the signature that clamd names, or nothing; see `Scanner.find`."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._ask(pieces)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise self._down(str(error) or type(error).__name__) from error
        verdict = answer.rstrip(b"\0").decode(errors="replace").removeprefix("stream: ")
        if verdict == "OK":
            return ""
        if not verdict.endswith(" FOUND"):
            raise self._down(verdict)
        return verdict.removesuffix(" FOUND")

    async def _ask(self, pieces: AsyncIterator[bytes]) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            async for piece in pieces:
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
