"""/feed-pulls of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path
from .common import JsonValue, TrialOut


class Paging(Model):
    """How one page after the other is asked for: by number, by the token that the page before gave, or not at all."""

    by: str = "page"
    param: str = "page"
    first: int = 1
    size_param: str = "pageSize"
    size: int = 100
    # 下一页标记在回答中的位置，如 data.next
    next: str = ""


class RunIn(Model):
    """How a round is asked for."""

    # 从头再取；已收下的记为重复
    from_start: bool = False


class Since(Model):
    """From when on records are asked for.

    Attributes:
        field: Of a record: when it came to be or was changed last.
        formats: How that field is written, and how the parameter is: by the first; `iso`, or of strptime.
        begin: From when on the first run asks.
        overlap: Minutes before the latest record that are asked for again, because records arrive late.
    """

    param: str
    field: str
    begin: dt.datetime
    formats: list[str] = Field(default_factory=list)
    # 分钟
    overlap: int = 60


class TablePlan(Model):
    """How a table of a database is read.

    Attributes:
        database: Name of the secret that is the table's SQLAlchemy URL.
        columns: Field of a record → column.
        key: A column that tells the rows apart and never changes.
        cursor: A column that only grows, by which new rows are known; or
        status: a column that is written back once a row was taken: `new` → `done`, or `refused` where it is set.
        overlap: How far before the last row is read again: of a number, or minutes of a time; rows commit out of order.
    """

    database: str
    table: str
    columns: dict[str, str]
    key: str
    # 两次拉取相隔的秒数
    every: int = 300
    # 一轮最多页数，其余下一轮接着取
    most_pages: int = 200
    # 秒
    timeout: float = 15
    kind: Literal["table"] = "table"
    scheme: str | None = None
    cursor: str | None = None
    overlap: int = 0
    status: str | None = None
    new: str | int = 0
    done: str | int = 1
    refused: str | int | None = None
    size: int = 500


class PullPlan(Model):
    """How the pages of an interface are asked for.

    Attributes:
        params: Sent with each call: in the address for GET, in a JSON body for POST.
        secret_headers, secret_params: Header or parameter → name of the secret that it has as its value.
        list: Names that lead to the list of records in an answer, separated by dots; empty where it is the answer.
        ok: Where an answer says that all is well, and how.
    """

    url: str
    # 两次拉取相隔的秒数
    every: int = 300
    # 一轮最多页数，其余下一轮接着取
    most_pages: int = 200
    # 秒
    timeout: float = 15
    kind: Literal["pull"] = "pull"
    method: str = "GET"
    params: dict[str, JsonValue] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    secret_headers: dict[str, str] = Field(default_factory=dict)
    secret_params: JsonObject | None = None
    list_: str = Field("data", alias="list")
    ok_path: str = ""
    ok: list[JsonValue] = Field(default_factory=list)
    paging: Paging | None = None
    since: Since | None = None


class PullIn(Model):
    """How a source is asked."""

    # kind 为 pull（接口分页）或 table（前置库表）；只写密钥的名称，不写密钥
    plan: PullPlan | TablePlan
    enabled: bool = True


class PullOut(Model):
    """How a source is asked, and where that stands; all times are real time.

    Attributes:
        high: The latest time, or the largest value of the column, up to which whole runs took records.
        cursor: What the next call asks for.
        error: Of the last failure; empty after a round that went well.
    """

    source: str
    plan: PullPlan | TablePlan
    enabled: bool
    high: str
    cursor: JsonObject
    at_hand: bool
    next_at: dt.datetime
    last_at: dt.datetime | None
    runs: int
    failed_runs: int
    failures: int
    error: str
    error_at: dt.datetime | None
    changed_at: dt.datetime
    changed_by: str


class FeedPullsApi:
    """/feed-pulls of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_feed_pulls(self) -> list[PullOut]:
        """列出拉取的来源：上次、游标和错误: GET /api/v1/feed-pulls."""
        return self.calls.ask(list[PullOut], "GET", "/api/v1/feed-pulls")

    def get_feed_pulls_by_source_id(self, *, source_id: str) -> PullOut:
        """查看一个来源的拉取: GET /api/v1/feed-pulls/{source_id}."""
        return self.calls.ask(PullOut, "GET", f"/api/v1/feed-pulls/{in_path(source_id)}")

    def put_feed_pulls_by_source_id(self, body: PullIn | JsonObject, *, source_id: str) -> PullOut:
        """设置拉取：接口分页或前置库表: PUT /api/v1/feed-pulls/{source_id}."""
        return self.calls.ask(PullOut, "PUT", f"/api/v1/feed-pulls/{in_path(source_id)}", body=body)

    def post_feed_pulls_by_source_id_run(
        self, body: RunIn | JsonObject, *, source_id: str, idempotency_key: str | None = None
    ) -> PullOut:
        """立即拉取一轮: POST /api/v1/feed-pulls/{source_id}/run."""
        return self.calls.ask(
            PullOut,
            "POST",
            f"/api/v1/feed-pulls/{in_path(source_id)}/run",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def post_feed_pulls_by_source_id_dry_run(
        self, *, source_id: str, idempotency_key: str | None = None
    ) -> TrialOut:
        """试读下一页：会读成什么，不收，也不移动游标: POST /api/v1/feed-pulls/{source_id}/dry-run."""
        return self.calls.ask(
            TrialOut,
            "POST",
            f"/api/v1/feed-pulls/{in_path(source_id)}/dry-run",
            headers={"Idempotency-Key": idempotency_key},
        )
