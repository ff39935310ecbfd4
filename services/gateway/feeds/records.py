"""The records of a request: one JSON object, an array, NDJSON, csv or a workbook; any mixture of sorts of record.

A line that can't be read is a record with a fault; a body that can't be read at all is refused whole.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from services.gateway.feeds.domain.drafts import Fault
from services.gateway.feeds.entries import Raw
from services.gateway.feeds.workbooks import read_rows
from shared.errors import Invalid, TooLarge
from shared.workbooks import MAX_COLUMNS

MOST_RECORDS = 20_000
LONGEST_RECORD = 65_536  # Bytes.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines"}
)
JSON, CSV = "application/json", "text/csv"


def read_records(body: bytes, content_type: str) -> tuple[list[Raw], bool]:
    """Read the records of a body, and say whether it is a single one.

    Raises:
        Invalid: The content type is none of ours, or the body is not what it says.
        TooLarge: There are too many records.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        return _json(body)
    found = _bulk(body, kind)
    if len(found) > MOST_RECORDS:
        raise _too_many()
    return found, False


def _bulk(body: bytes, kind: str) -> list[Raw]:
    if kind in NDJSON:
        return list(_ndjson(body))
    if kind == CSV:
        return list(_csv(body))
    if kind == XLSX:
        return [
            raw_of(line, sheet, record)
            for sheet, line, record in read_rows(body, most_rows=MOST_RECORDS + 10)
        ]
    message = f"不支持的内容类型 {kind[:60] or '（空）'}：请用 {JSON}、application/x-ndjson、{CSV} 或 {XLSX}"
    raise Invalid(message, code="content_type.unknown", field="content-type")


def _json(body: bytes) -> tuple[list[Raw], bool]:
    try:
        said = from_json(body)
    except ValueError as error:
        raise Invalid(f"正文不是有效的 JSON：{_where(error)}", code="body.not_json") from error
    if isinstance(said, dict):
        return [_checked(1, "", said, body)], True
    if not isinstance(said, list):
        raise Invalid("正文应是 JSON 对象或数组", code="body.not_array")
    if len(said) > MOST_RECORDS:
        raise _too_many()
    return [raw_of(line, "", item) for line, item in enumerate(said, 1)], False


def _where(error: ValueError) -> str:
    """Give where JSON ends to be JSON; the message of the parser quotes no content."""
    return str(error).splitlines()[0][:120]


def _ndjson(body: bytes) -> Iterator[Raw]:
    for line, text in enumerate(body.split(b"\n"), 1):
        if not text.strip():
            continue
        try:
            said = from_json(text)
        except ValueError:
            fault = Fault("", "", "line.not_json", "这一行不是有效的 JSON", "请每行写一个 JSON 对象")
            yield Raw(line, "", fault, text)
            continue
        yield _checked(line, "", said, text)


def _csv(body: bytes) -> Iterator[Raw]:
    """Read a table with its header in the first line; UTF-8, or GB 18030 as offices save it."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = body.decode("gb18030")
        except UnicodeDecodeError as error:
            message = "csv 的编码不是 UTF-8 或 GB 18030，请另存为 UTF-8 后再报送"
            raise Invalid(message, code="csv.encoding") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from _table(reader)
    except csv.Error as error:
        message = f"csv 第 {reader.line_num} 行无法读取，请用 Excel 或 WPS 另存后再报送"
        raise Invalid(message, code="csv.damaged") from error


def _table(reader: Any) -> Iterator[Raw]:  # noqa: ANN401 - csv has no public type.
    header = [name.strip() for name in next(reader, [])]
    if not any(header) or len(header) > MAX_COLUMNS:
        raise Invalid(f"csv 的首行应是字段名，最多 {MAX_COLUMNS} 列", code="csv.header")
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise Invalid("csv 的首行有重复的字段名，请改为各不相同", code="csv.header")
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        record: object = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        if any(cell.strip() for cell in cells[len(header) :]):
            record = cells  # A comma that is not quoted shifts all that follows: no guessing.
        yield raw_of(reader.line_num, "", record)


def raw_of(line: int, sheet: str, said: object) -> Raw:
    """Make one of what a row, a cell or an answer held; its bytes are the same as JSON."""
    content = json.dumps(said, ensure_ascii=False, default=str, separators=(",", ":")).encode()
    return _checked(line, sheet, said, content)


def _checked(line: int, sheet: str, said: object, content: bytes) -> Raw:
    if len(content) > LONGEST_RECORD:
        return Raw(line, sheet, _too_long(), content)
    if not isinstance(said, dict):
        remedy = "JSON 请把一条记录写成 {…}；csv 一行的列数不能多于首行，含逗号的值请加引号"
        fault = Fault("", "", "line.not_object", "应是字段和值的一条记录", remedy)
        return Raw(line, sheet, fault, content)
    return Raw(line, sheet, said, content)


def _too_long() -> Fault:
    return Fault("", "", "line.too_long", f"一条记录最长 {LONGEST_RECORD} 字节", "请缩短文字后重报")


def _too_many() -> TooLarge:
    message = f"一批最多 {MOST_RECORDS} 条，请分批报送；本批一条也没有收"
    return TooLarge(message, code="batch.too_many_lines", limit=MOST_RECORDS)
