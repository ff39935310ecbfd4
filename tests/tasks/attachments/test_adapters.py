"""The folder keeps whole files or none; clamd is asked as its protocol wants, and a strange answer is no clean bill."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.tasks.attachments.adapters import ClamScanner, FolderStore, NoScanner
from services.tasks.attachments.domain import MEGABYTE
from shared.errors import TooLarge, Unavailable
from tests.tasks.attachments.files import PDF, in_pieces, kept


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
        assert await scanner.find(in_pieces(content, 500_000)) == found

    assert seen == [content]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
async def test_an_answer_that_says_neither_is_no_result(answer: bytes) -> None:
    async with clamd(answer) as (scanner, _):
        with pytest.raises(Unavailable):
            await scanner.find(in_pieces(PDF))


async def test_without_a_scanner_nothing_is_found() -> None:
    assert await NoScanner().find(in_pieces(PDF)) == ""


async def test_a_content_is_written_once(tmp_path: Path) -> None:
    for content in (PDF, b"never written"):
        await kept_as(FolderStore(tmp_path), "ab" * 32, content)

    assert [path.read_bytes() for path in kept(tmp_path)] == [PDF]


async def kept_as(store: FolderStore, name: str, content: bytes = PDF) -> None:
    """Receive and keep a content under any name."""
    draft = replace(await store.receive(in_pieces(content), most=MEGABYTE), sha256=name)
    await store.keep(draft)
    await store.discard(draft)


async def test_a_content_is_hashed_as_it_comes(tmp_path: Path) -> None:
    draft = await FolderStore(tmp_path).receive(in_pieces(PDF), most=len(PDF))

    assert (draft.size, draft.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert [path.read_bytes() for path in kept(tmp_path)] == [PDF]


async def test_what_is_too_large_is_not_read_to_its_end_and_leaves_nothing(tmp_path: Path) -> None:
    read: list[bytes] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(bytes(1000))
            yield read[-1]

    with pytest.raises(TooLarge):
        await FolderStore(tmp_path).receive(endless(), most=2500)

    assert (len(read), kept(tmp_path)) == (3, [])


async def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await FolderStore(tmp_path).receive(broken(), most=MEGABYTE)

    assert kept(tmp_path) == []


async def test_what_a_crash_left_while_it_came_is_swept_when_it_is_old(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    old, new = [await store.receive(in_pieces(PDF), most=MEGABYTE) for _ in range(2)]
    os.utime(old.path, (LONG_AGO, LONG_AGO))

    await store.sweep(frozenset(), before=NOW)

    assert kept(tmp_path) == [new.path]


LONG_AGO, NOW = 1_000_000_000.0, datetime(2023, 6, 20, tzinfo=UTC)


async def put(folder: Path, name: str, *, at: float = LONG_AGO) -> Path:
    await kept_as(FolderStore(folder), name)
    file = folder / name[:2] / name
    os.utime(file, (at, at))
    return file


async def test_only_what_nobody_names_and_put_long_ago_is_swept(tmp_path: Path) -> None:
    await put(tmp_path, "aa-named")
    await put(tmp_path, "aa-new", at=NOW.timestamp())
    await put(tmp_path, "bb-left-over")

    removed = await FolderStore(tmp_path).sweep(frozenset({"aa-named"}), before=NOW)

    assert (removed, {file.name for file in kept(tmp_path)}) == (1, {"aa-named", "aa-new"})


async def test_a_content_that_is_put_again_is_not_swept(tmp_path: Path) -> None:
    file = await put(tmp_path, "aa")
    await kept_as(FolderStore(tmp_path), "aa")

    assert (await FolderStore(tmp_path).sweep(frozenset(), before=NOW), file.read_bytes()) == (0, PDF)


@pytest.mark.parametrize(("named", "at"), [({"aa"}, LONG_AGO), (set(), NOW.timestamp())])
async def test_what_a_crash_left_aside_is_put_back_when_somebody_wants_it(
    tmp_path: Path, named: set[str], at: float
) -> None:
    file = await put(tmp_path, "aa", at=at)
    file.rename(file.with_name("aa.aside"))

    await FolderStore(tmp_path).sweep(frozenset(named), before=NOW)

    assert [one.name for one in kept(tmp_path)] == ["aa"]


async def test_what_another_replica_removed_first_is_no_error(tmp_path: Path) -> None:
    file = await put(tmp_path, "aa")
    file.unlink()
    file.symlink_to("gone")  # The glob sees it, and reading it says that there is none.

    assert await FolderStore(tmp_path).sweep(frozenset(), before=NOW) == 0


async def test_a_folder_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unavailable, match="附件目录"):
        await kept_as(FolderStore(tmp_path / "file"), "ab" * 32)
