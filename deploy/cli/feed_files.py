"""Files of records on their way to a feed source: their types, their pieces, and sending them as fast as is let."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from deploy.api_client import Duban
from deploy.cli.client import read_file
from shared.errors import DubanError, Invalid

NDJSON = "application/x-ndjson"
TYPES = {
    ".json": "application/json",
    ".ndjson": NDJSON,
    ".jsonl": NDJSON,
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_LINES = 5_000  # Of one request; a longer file of lines goes in pieces.
MOST_WAITS = 20  # How often a piece waits because it is too fast.
COUNTS = ("received", "accepted", "corrected", "repeated", "ignored", "conflict", "rejected")
WORDS = dict(zip(COUNTS, ("收到", "收下", "更正", "重复", "不产生事件", "冲突", "被拒"), strict=True))
Json = dict[str, Any]


class Target(NamedTuple):
    """Where to send: the source, and the secret of its signature or an empty text."""

    source: str
    secret: str = ""


def type_of(file: Path) -> str:
    """Give the content type of a file by its name.

    Raises:
        Invalid: It is none that a source takes.
    """
    kind = TYPES.get(file.suffix.lower())
    if kind is None:
        message = f"文件 {file} 的类型不能报送，可用：{'、'.join(TYPES)}"
        raise Invalid(message, code="file.type_unknown", field="file")
    return kind


def send_file(
    client: Duban, file: Path, target: Target, *, wait: Callable[[float], None] = time.sleep
) -> Json:
    """Send a file, in pieces where it is long, and give what became of all; sending it again is safe.

    Raises:
        DubanError: A piece was refused whole; the pieces before are taken.
    """
    kind = type_of(file)
    done: Json = {**dict.fromkeys(COUNTS, 0), "records": []}
    for first_line, piece in _pieces(read_file(file), kind):
        answer = _send(client, piece, kind, target, wait)
        for name in COUNTS:
            done[name] += answer[name]
        done["records"] += [one | {"line": one["line"] + first_line} for one in answer["records"]]
    return done


def _pieces(content: bytes, kind: str) -> Iterator[tuple[int, bytes]]:
    """Give the pieces of a file with the number of lines before each."""
    if kind != NDJSON:
        yield 0, content
        return
    lines = content.split(b"\n")
    for begin in range(0, len(lines), MOST_LINES):
        yield begin, b"\n".join(lines[begin : begin + MOST_LINES])


def _send(client: Duban, piece: bytes, kind: str, target: Target, wait: Callable[[float], None]) -> Json:
    for _ in range(MOST_WAITS):
        try:
            return _posted(client, piece, kind, target)
        except DubanError as error:
            problem: Json = error.details.get("problem", {})  # type: ignore[assignment] # As `refusal` puts it there.
            if problem.get("status") != 429:
                return _single(problem) or _again(error)
            wait(float(problem.get("retry_after", 1)))
    message = f"来源 {target.source} 一直过忙或超速，已等待 {MOST_WAITS} 次，请稍后再发（重发不会重复计数）"
    raise Invalid(message, code="feed.too_fast", field="source")


def _posted(client: Duban, piece: bytes, kind: str, target: Target) -> Json:
    stamp = str(int(time.time()))
    signature = _signature(piece, stamp, target.secret)
    answer = client.feeds.post_feeds_by_source(
        piece,
        source=target.source,
        content_type=kind,
        x_duban_timestamp=stamp if signature else None,
        x_duban_signature=signature,
    )
    return answer.to_json()


def _single(problem: Json) -> Json | None:
    """Show the refusal of the only record of a file as that of any other; None for a file that was refused whole."""
    if not problem.get("reject_id"):
        return None
    told = {
        "line": 1,
        "message": problem["title"],
        "code": problem["code"],
        "field": problem.get("field", ""),
    }
    names = ("outcome", "value", "remedy", "reject_id")
    record = told | {name: problem.get(name, "") for name in names}
    counts = dict.fromkeys(COUNTS, 0) | {"received": 1, str(record["outcome"]): 1}
    return counts | {"records": [record]}


def _again(error: DubanError) -> Json:
    raise error


def _signature(body: bytes, stamp: str, secret: str) -> str | None:
    if not secret:
        return None
    from services.gateway.feeds.signing import signature_of  # noqa: PLC0415 - `duban --help` stays fast.

    return signature_of(secret.encode(), stamp, body)
