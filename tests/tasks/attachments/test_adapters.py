"""The folder keeps whole files or none; clamd is asked as its protocol wants, and a strange answer is no clean bill."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.tasks.attachments.adapters import ClamScanner, FolderStore, NoScanner
from shared.errors import Unavailable
from tests.tasks.attachments.files import PDF, kept


@asynccontextmanager
async def clamd(answer: bytes) -> AsyncIterator[tuple[ClamScanner, list[bytes]]]:
    """A daemon on loopback that reads one stream and gives one answer."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
        seen.append(content)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield ClamScanner("127.0.0.1", port, seconds=5), seen
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("answer", "found"), [(b"stream: OK\0", ""), (b"stream: Eicar-Test FOUND\0", "Eicar-Test")]
)
async def test_the_daemon_gets_the_whole_content_and_is_believed(answer: bytes, found: str) -> None:
    content = PDF + bytes(600_000)
    async with clamd(answer) as (scanner, seen):
        assert await scanner.find(content) == found

    assert seen == [content]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
async def test_an_answer_that_says_neither_is_no_result(answer: bytes) -> None:
    async with clamd(answer) as (scanner, _):
        with pytest.raises(Unavailable):
            await scanner.find(PDF)


async def test_without_a_scanner_nothing_is_found() -> None:
    assert await NoScanner().find(PDF) == ""


async def test_a_content_is_written_once(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await store.put("ab" * 32, PDF)
    await store.put("ab" * 32, b"never written")

    assert [path.read_bytes() for path in kept(tmp_path)] == [PDF]


async def test_a_folder_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unavailable, match="附件目录"):
        await FolderStore(tmp_path / "file").put("ab" * 32, PDF)
