"""Plans of pulling: how an interface or a table is asked, and how far its records were taken; pure.

Invariant: a plan names secrets, it never holds one; records that came late are asked for again, as far as the overlap
says, and known by their own keys.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

Secret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
Param = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,60}$")]
Column = Annotated[str, StringConstraints(pattern=r"^[\w$]{1,100}$")]  # Quoted where it is used.
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
_TELLING = re.compile(r"auth|cookie|key|token|secret|sign|pass", re.IGNORECASE)
_OWN_HEADERS = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})
MOST_ROWS = 2000  # Records of one page.


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Since(_Strict):
    """From when on records are asked for.

    Attributes:
        field: Of a record: when it came to be or was changed last.
        formats: How that field is written, and how the parameter is: by the first; `iso`, or of strptime.
        begin: From when on the first run asks.
        overlap: Minutes before the latest record that are asked for again, because records arrive late.
    """

    param: Param
    field: str = Field(min_length=1, max_length=100)
    formats: tuple[str, ...] = Field(default=("%Y-%m-%d %H:%M:%S", "iso"), min_length=1, max_length=5)
    begin: AwareDatetime
    overlap: int = Field(default=60, ge=0, le=60 * 24 * 31, description="分钟")


class Paging(_Strict):
    """How one page after the other is asked for: by number, by the token that the page before gave, or not at all."""

    by: Literal["page", "cursor", "none"] = "page"
    param: Param = "page"
    first: int = Field(default=1, ge=0, le=1)
    size_param: Param = "pageSize"
    size: int = Field(default=100, ge=1, le=MOST_ROWS)
    next: str = Field(default="", max_length=100, description="下一页标记在回答中的位置，如 data.next")


class _Plan(_Strict):
    every: int = Field(default=300, ge=5, le=86_400, description="两次拉取相隔的秒数")
    most_pages: int = Field(default=200, ge=1, le=10_000, description="一轮最多页数，其余下一轮接着取")
    timeout: float = Field(default=15, gt=0, le=60, description="秒")


class PullPlan(_Plan):
    """How the pages of an interface are asked for.

    Attributes:
        params: Sent with each call: in the address for GET, in a JSON body for POST.
        secret_headers, secret_params: Header or parameter → name of the secret that it has as its value.
        list: Names that lead to the list of records in an answer, separated by dots; empty where it is the answer.
        ok: Where an answer says that all is well, and how.
    """

    kind: Literal["pull"] = "pull"
    url: str = Field(min_length=1, max_length=500)
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, JsonValue] = Field(default_factory=dict, max_length=30)
    headers: dict[str, str] = Field(default_factory=dict, max_length=20)
    secret_headers: dict[str, Secret] = Field(default_factory=dict, max_length=10)
    secret_params: dict[Param, Secret] = Field(default_factory=dict, max_length=10)
    list: str = Field(default="data", max_length=100)
    ok_path: str = Field(default="", max_length=100)
    ok: tuple[JsonValue, ...] = Field(default=(), max_length=10)
    paging: Paging = Paging()
    since: Since | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> "PullPlan":
        for name in (*self.headers, *self.secret_headers):
            if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise ValueError(f"请求头 {name[:60]} 不能设置：限字母、数字和 -，由系统填写的不能设")
        for name in self.headers:
            if _TELLING.search(name):
                raise ValueError(f"请求头 {name[:60]} 像是密钥：请写入 secret_headers，值为密钥的名称")
        if self.paging.by == "cursor" and not self.paging.next:
            raise ValueError("paging.by 为 cursor 时须写明 paging.next（下一页标记在回答中的位置）")
        return self


class TablePlan(_Plan):
    """How a table of a database is read.

    Attributes:
        database: Name of the secret that is the table's SQLAlchemy URL.
        columns: Field of a record → column.
        key: A column that tells the rows apart and never changes.
        cursor: A column that only grows, by which new rows are known; or
        status: a column that is written back once a row was taken: `new` → `done`, or `refused` where it is set.
        overlap: How far before the last row is read again: of a number, or minutes of a time; rows commit out of order.
    """

    kind: Literal["table"] = "table"
    database: Secret
    scheme: Column | None = None
    table: Column
    columns: dict[str, Column] = Field(min_length=1, max_length=200)
    key: Column
    cursor: Column | None = None
    overlap: int = Field(default=0, ge=0, le=1_000_000)
    status: Column | None = None
    new: str | int = 0
    done: str | int = 1
    refused: str | int | None = None
    size: int = Field(default=500, ge=1, le=MOST_ROWS)

    @model_validator(mode="after")
    def _holds_together(self) -> "TablePlan":
        if (self.cursor is None) == (self.status is None):
            raise ValueError("cursor（递增列）和 status（回写的状态列）须恰好写一个")
        if self.status is not None and self.new in {self.done, self.refused}:
            raise ValueError("status 的 new 须与 done、refused 不同，否则同一行会反复读取")
        return self


Plan = Annotated[PullPlan | TablePlan, Field(discriminator="kind")]


class Cursor(_Strict):
    """How far a source was taken; what it asks for next follows from it.

    Attributes:
        high: The latest time, or the largest value of the column, of whole runs.
        since: From when on the run at hand asks; None between two runs.
        latest: As `high`, of the run at hand.
        begun: Business time at which it began: a record dated later moves nothing.
        page, token: The next page.
        digest, same: Of the last page, and how often it came in a row.
        row: Cursor and key behind which the run at hand reads a table.
    """

    high: str = ""
    since: AwareDatetime | None = None
    latest: str = ""
    begun: AwareDatetime | None = None
    page: int | None = None
    token: str = ""
    digest: str = ""
    same: int = 0
    row: tuple[str, str] | None = None


def pack(value: object) -> str:
    """Write what a column holds so that it is read back as the same sort."""
    if isinstance(value, datetime):
        return f"time:{value.isoformat()}"
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return f"int:{value}" if isinstance(value, int) else f"text:{value}"


def unpack(text: str) -> int | str | datetime:
    """Read it back."""
    sort, _, value = text.partition(":")
    if sort == "int":
        return int(value)
    return datetime.fromisoformat(value) if sort == "time" else value


def before(text: str, overlap: int) -> str:
    """Go back from a packed value as far as the overlap says; a text stays where it is."""
    value = unpack(text)
    if isinstance(value, datetime):
        return pack(value - timedelta(minutes=overlap))
    return text if isinstance(value, str) else pack(value - overlap)


# Real time until the next try, by how often it failed in a row.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900))


def wait_after(failures: int, every: timedelta, asked: timedelta | None = None) -> timedelta:
    """Give the wait after so many failures in a row (1, 2, …); never less than the other side asked for."""
    wait = WAITS[min(failures, len(WAITS)) - 1]
    return max(min(wait, max(every, WAITS[0])), asked or timedelta(0))


Said = Mapping[str, Any]
