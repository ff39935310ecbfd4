"""Reads a batch of ratings as it comes in: NDJSON line by line, a JSON array item by item, in bounded slices."""

from collections.abc import AsyncIterable, AsyncIterator
from itertools import islice
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json

from services.gateway.ratings.domain import RatingIn, explain
from shared.errors import Invalid, TooLarge

MOST_LINES = 20_000
SLICE = 500
LONGEST_LINE = 65_536  # Bytes.
NDJSON = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"}
)
JSON = "application/json"


class Line(NamedTuple):
    """One rating of a batch, or why it can't be read; `number` counts from 1."""

    number: int
    given: RatingIn | Invalid


def read_slices(chunks: AsyncIterable[bytes], content_type: str) -> AsyncIterator[list[Line]]:
    """Read the ratings of a body in slices.

    Raises:
        Invalid: The content type is neither NDJSON nor JSON, or the JSON is no array.
        TooLarge: There are more than 20,000, or a line has more than 64 KiB; the slices before were given.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in NDJSON:
        return _ndjson(chunks)
    if kind == JSON:
        return _array(chunks)
    message = f"不支持的内容类型 {kind or '（空）'}：请用 application/x-ndjson 或 application/json"
    raise Invalid(message, code="content_type.unknown", field="content-type")


async def _ndjson(chunks: AsyncIterable[bytes]) -> AsyncIterator[list[Line]]:
    number, slice_ = 0, list[Line]()
    async for text in _lines(chunks):
        number += 1
        if not text.strip():
            continue
        _check_count(number)
        slice_.append(Line(number, _read(text)))
        if len(slice_) == SLICE:
            yield slice_
            slice_ = []
    yield slice_


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > LONGEST_LINE:
            raise TooLarge(f"一行最长 {LONGEST_LINE} 字节", code="line.too_long", limit=LONGEST_LINE)
    yield rest


async def _array(chunks: AsyncIterable[bytes]) -> AsyncIterator[list[Line]]:
    body = b"".join([chunk async for chunk in chunks])
    try:
        items = from_json(body)
    except ValueError as error:
        raise Invalid(f"正文不是有效的 JSON：{error}", code="body.not_json") from error
    if not isinstance(items, list):
        raise Invalid("正文应是 JSON 数组", code="body.not_array")
    _check_count(len(items))
    lines = (Line(number, _take(item)) for number, item in enumerate(items, 1))
    while slice_ := list(islice(lines, SLICE)):
        yield slice_


def _check_count(number: int) -> None:
    if number > MOST_LINES:
        message = f"一批最多 {MOST_LINES} 条，请分批报送；已收下的条目重发不会重复计数"
        raise TooLarge(message, code="batch.too_many_lines", limit=MOST_LINES)


def _read(text: bytes) -> RatingIn | Invalid:
    try:
        return RatingIn.model_validate_json(text)
    except ValidationError as error:
        return explain(error)


def _take(item: object) -> RatingIn | Invalid:
    try:
        return RatingIn.model_validate(item)
    except ValidationError as error:
        return explain(error)
