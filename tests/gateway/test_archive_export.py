"""A range of the archive leaves signed, and whoever has the file checks it without the system."""

import base64
import json
from collections.abc import Callable

import pytest

from services.gateway.archive.domain import GENESIS, Stored, extend, head_of
from services.gateway.archive.domain_export import Checking, Flaw, Signer, Writing, head_of_export
from services.gateway.archive.exporting import Exporter
from shared.errors import Conflict, Invalid, NotFound
from shared.testing import DRILL_START
from tests.gateway.chains import Chain
from tests.gateway.world import World

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = Signer(base64.b64encode(b"o" * 32).decode())


def written(first: int = 1, last: int = 4, key: str = KEY) -> list[bytes]:
    links = extend((0, GENESIS), "ratings", [(number, b"event %d" % number) for number in range(1, last + 1)])
    rows = [Stored(*link[:3], *head_of(link.payload), *link[3:]) for link in links][first - 1 :]
    signer = Signer(key)
    header = head_of_export(
        (rows[0], rows[-1]), rows[0].previous_hash, public_key=signer.public_key, real_now=DRILL_START
    )
    writing = Writing(header, signer)
    return (writing.begin() + writing.page(rows) + writing.end()).splitlines(keepends=True)


def changed(lines: list[bytes], number: int, **fields: object) -> list[bytes]:
    line = json.dumps(json.loads(lines[number - 1]) | fields, separators=(",", ":")).encode() + b"\n"
    return [*lines[: number - 1], line, *lines[number:]]


@pytest.mark.parametrize("first", [1, 3])
def test_an_export_as_it_was_written_is_whole(first: int) -> None:
    checking = Checking(Signer(KEY).public_key)

    assert checking.check(written(first)) is None
    assert checking.header is not None
    assert (checking.header.first, checking.header.last) == (first, 4)


ENTRY = base64.b64encode(b"event X").decode()
FLAWS: dict[str, tuple[Callable[[], list[bytes]], int, str]] = {
    "empty": (list, 1, "至少应有首行"),
    "one line": (lambda: written()[:1], 1, "至少应有首行"),
    "no export": (lambda: [b"{}\n", b"{}\n"], 1, "不是档案导出"),
    "no JSON": (lambda: [b"x\n", b"y\n"], 1, "无法识别"),
    "altered": (lambda: changed(written(), 3, payload=ENTRY), 3, "内容与哈希不符"),
    "removed": (lambda: [*written()[:2], *written()[3:]], 3, "位置不连续"),
    "no hash": (lambda: [*written()[:2], b"{}\n", *written()[3:]], 3, "无法识别"),
    "cut": (lambda: [*written()[:4], written()[-1]], 5, "可能被截断"),
    "signature lost": (lambda: written()[:-1], 5, "可能被截断"),
    "signature altered": (lambda: changed(written(), 6, signature="AAAA"), 6, "签名不符"),
    "no signature": (lambda: changed(written(), 6, signature=None), 6, "签名不符"),
    "header altered": (lambda: changed(written(), 1, exported_at="2020"), 6, "签名不符"),
    "signed by another": (lambda: changed(written(), 1, public_key=OTHER.public_key), 1, "公钥不是"),
}


@pytest.mark.parametrize(("lines", "line", "reason"), FLAWS.values(), ids=FLAWS)
def test_the_first_line_that_was_changed_is_named(
    lines: Callable[[], list[bytes]], line: int, reason: str
) -> None:
    found = Checking(Signer(KEY).public_key).check(lines())

    assert found is not None
    assert found.line == line
    assert reason in found.reason


def test_a_flaw_says_what_was_expected_and_found() -> None:
    found = Checking(OTHER.public_key).check(written())

    assert found == Flaw(1, "签名公钥不是所指定的公钥", OTHER.public_key, Signer(KEY).public_key)


@pytest.mark.parametrize("text", ["", "short", "=", base64.b64encode(b"k" * 31).decode()])
def test_a_key_that_is_none_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(Invalid, match="DUBAN_ARCHIVE_KEY"):
        Signer(text)


async def export(chain: Chain, first: int | None = None, last: int | None = None) -> list[bytes]:
    exporter = Exporter(chain.db, KEY)
    header = await exporter.begin(first, last)
    return b"".join([piece async for piece in exporter.write(header)]).splitlines(keepends=True)


async def test_an_archive_is_exported_whole_or_in_part(chain: Chain) -> None:
    await chain.grow(1, 6)

    whole, part = await export(chain), await export(chain, 3, 5)

    assert [Checking().check(lines) for lines in (whole, part)] == [None, None]
    assert [json.loads(line)["position"] for line in part[1:-1]] == [3, 4, 5]
    assert len(whole) == 8


async def test_what_is_not_there_is_not_exported(chain: Chain) -> None:
    with pytest.raises(NotFound, match="没有第"):
        await export(chain)
    await chain.grow(1, 3)

    with pytest.raises(NotFound, match="现有第 1 至 3 号"):
        await export(chain, 4)
    await chain.tamper("DELETE FROM archive WHERE position = 1")
    with pytest.raises(Conflict, match="不完整"):
        await export(chain, 2)


async def test_without_a_key_nothing_is_exported(world: World) -> None:
    async with await world.client("events:read") as client:
        answers = [await client.get(f"/api/v1/archive/{path}") for path in ("key", "export")]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "archive.no_key")
    ] * 2
