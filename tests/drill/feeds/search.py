"""Looks for planted words wherever a drill leaves bytes: files, streams, metrics; as text and as JSON escapes it.

`grep -F` does the looking: a year leaves gigabytes, and there are a thousand ways in which the words may stand.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

import httpx
import redis

CHUNK = 8 << 20  # Bytes that are searched at a time.
SHORTEST = 6  # Bytes of a pattern: less would be found by chance.


def forms(words: Iterable[str]) -> list[bytes]:
    """Give how words may stand in bytes: in UTF-8, GB 18030 and UTF-16, and as JSON escapes them."""
    found: set[bytes] = set()
    for word in words:
        found |= {word.encode(), word.encode("gb18030"), word.encode("utf-16-le")}
        found.add(json.dumps(word)[1:-1].encode())
    return sorted(found)


def in_bytes(chunks: Iterable[bytes], wanted: Iterable[bytes]) -> set[bytes]:
    """Give those of `wanted` that are somewhere in what comes in chunks; for one with line ends its longest line."""
    parts = {max(one.split(b"\n"), key=len) for one in wanted}
    assert min(map(len, parts)) >= SHORTEST
    with NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(sorted(parts)))
        patterns.flush()
        command = ["grep", "-aoF", "-f", patterns.name]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}
        ) as grep:
            assert grep.stdin is not None
            assert grep.stdout is not None
            for chunk in chunks:
                grep.stdin.write(chunk)
            grep.stdin.close()
            found = set(grep.stdout.read().splitlines())
    assert grep.returncode in {0, 1}
    return found


def in_files(folder: Path, wanted: Sequence[bytes], *, without: Iterable[str] = ()) -> dict[str, set[bytes]]:
    """Search every file of a folder, databases with their logs too; give what was found by file."""
    left_out = set(without)
    files = [one for one in folder.rglob("*") if one.is_file() and one.name not in left_out]
    found = {str(one.relative_to(folder)): in_bytes(_read(one), wanted) for one in files}
    return {name: hits for name, hits in found.items() if hits}


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def in_streams(url: str, wanted: Sequence[bytes]) -> dict[str, set[bytes]]:
    """Search every key of the bus: streams with XRANGE, all others by their dump."""
    with redis.Redis.from_url(url) as client:
        found = {key.decode(): in_bytes(_of_key(client, key), wanted) for key in client.scan_iter(count=1000)}
    return {name: hits for name, hits in found.items() if hits}


def _of_key(client: redis.Redis, key: bytes) -> Iterator[bytes]:
    yield key
    if client.type(key) != b"stream":
        yield client.dump(key) or b""
        return
    last = "-"
    while entries := cast("list[tuple[bytes, dict[bytes, bytes]]]", client.xrange(key, min=last, count=5000)):
        for entry, fields in entries:
            yield b"\n".join([entry, *(part for pair in fields.items() for part in pair), b""])
        last = f"({entry.decode()}"


def in_metrics(urls: Iterable[str], wanted: Sequence[bytes]) -> dict[str, set[bytes]]:
    """Search what Prometheus reads of each service."""
    found = {url: in_bytes([httpx.get(f"{url}/metrics", timeout=120).content], wanted) for url in urls}
    return {url: hits for url, hits in found.items() if hits}
