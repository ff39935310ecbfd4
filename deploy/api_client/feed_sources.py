"""/feed-sources of the API (数据来源).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from .calls import Calls, JsonObject, Model, in_path
from .common import TrialOut


class SourceIn(Model):
    """A source as people set it."""

    name: str
    # 接口格式，见 GET /api/v1/feed-forms
    form: str
    # 对接口格式的更正，形状同格式：lists、records、times …；null 为去掉
    overrides: JsonObject | None = None
    signature: str = "none"
    # 每分钟最多条数；0 为不限
    per_minute: int = 0
    # 一次请求最多字节数
    max_bytes: int = 16777216
    # 多少分钟没有数据算静默（含夜间和休息日）；0 为不看
    silent_after: int = 0
    enabled: bool = True
    # 签名密钥，16 到 200 个字符；不填则保留原密钥
    secret: str = ""


class SourceOut(Model):
    """A source as stored; of its secret only whether there is one.

    Attributes:
        heard_at: When a record came last, in business time.
        is_silent: Whether that is longer ago than `silent_after`.
    """

    name: str
    # 接口格式，见 GET /api/v1/feed-forms
    form: str
    id: str
    has_secret: bool
    heard_at: dt.datetime | None
    is_silent: bool
    # 对接口格式的更正，形状同格式：lists、records、times …；null 为去掉
    overrides: JsonObject | None = None
    signature: str = "none"
    # 每分钟最多条数；0 为不限
    per_minute: int = 0
    # 一次请求最多字节数
    max_bytes: int = 16777216
    # 多少分钟没有数据算静默（含夜间和休息日）；0 为不看
    silent_after: int = 0
    enabled: bool = True


class FeedSourcesApi:
    """/feed-sources of the API (数据来源)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def post_feed_sources_by_source_id_dry_run(
        self,
        body: JsonObject | Sequence[JsonObject] | bytes,
        *,
        source_id: str,
        content_type: str,
        idempotency_key: str | None = None,
    ) -> TrialOut:
        """试读：样本按该来源的映射会读成什么，不收: POST /api/v1/feed-sources/{source_id}/dry-run."""
        return self.calls.ask(
            TrialOut,
            "POST",
            f"/api/v1/feed-sources/{in_path(source_id)}/dry-run",
            headers={"Idempotency-Key": idempotency_key, "content-type": content_type},
            body=body,
        )

    def get_feed_sources(self) -> list[SourceOut]:
        """列出数据来源: GET /api/v1/feed-sources."""
        return self.calls.ask(list[SourceOut], "GET", "/api/v1/feed-sources")

    def put_feed_sources_by_source_id(self, body: SourceIn | JsonObject, *, source_id: str) -> SourceOut:
        """登记或修改数据来源；五秒内生效: PUT /api/v1/feed-sources/{source_id}."""
        return self.calls.ask(SourceOut, "PUT", f"/api/v1/feed-sources/{in_path(source_id)}", body=body)
