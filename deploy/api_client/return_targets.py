"""/return-targets of the API (回传).

Written by `make schemas` from the OpenAPI document: change the routes, not this file.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from .calls import Calls, JsonObject, Model, in_path


class Step(StrEnum):
    """What goes back."""

    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    RETURN_REQUESTED = "return_requested"
    RETURN_DECIDED = "return_decided"
    EXTENSION_REQUESTED = "extension_requested"
    EXTENSION_DECIDED = "extension_decided"
    RECTIFIED = "rectified"
    REPLIED = "replied"
    CALLED_BACK = "called_back"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


class TargetIn(Model):
    """A target as people set it."""

    # 平台接收回传的地址
    url: str
    # 回传格式：duban、push
    form: str
    # 对回传格式的更正：codes、fields、answer …；null 为去掉
    overrides: JsonObject | None = None
    # 要回传的环节；不填为格式中的全部
    steps: list[Step | str] = Field(default_factory=list)
    # 秒
    timeout: float = 15
    proxy: str = ""
    # 平台证书的根：DUBAN_RETURN_CA_FOLDER 中的 PEM 文件名
    ca_file: str = ""
    # 每分钟最多发送的条数
    per_minute: int = 60
    enabled: bool = True
    # 签名密钥；不填则保留原密钥
    secret: str = ""
    # 附加请求头，如接口密钥；不填则保留原来的
    headers: dict[str, str] | None = None


class TargetOut(Model):
    """A target as stored; of its secrets only whether they are there.

    Attributes:
        silent_until: The platform asked for silence until then; real time, as is the next.
    """

    # 平台接收回传的地址
    url: str
    # 回传格式：duban、push
    form: str
    source: str
    has_secret: bool
    header_names: list[str]
    silent_until: dt.datetime | None
    changed_at: dt.datetime
    changed_by: str
    # 对回传格式的更正：codes、fields、answer …；null 为去掉
    overrides: JsonObject | None = None
    # 要回传的环节；不填为格式中的全部
    steps: list[Step | str] = Field(default_factory=list)
    # 秒
    timeout: float = 15
    proxy: str = ""
    # 平台证书的根：DUBAN_RETURN_CA_FOLDER 中的 PEM 文件名
    ca_file: str = ""
    # 每分钟最多发送的条数
    per_minute: int = 60
    enabled: bool = True


class ReturnTargetsApi:
    """/return-targets of the API (回传)."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def get_return_targets(self) -> list[TargetOut]:
        """列出回传目标: GET /api/v1/return-targets."""
        return self.calls.ask(list[TargetOut], "GET", "/api/v1/return-targets")

    def get_return_targets_by_source_id(self, *, source_id: str) -> TargetOut:
        """查看回传目标: GET /api/v1/return-targets/{source_id}."""
        return self.calls.ask(TargetOut, "GET", f"/api/v1/return-targets/{in_path(source_id)}")

    def put_return_targets_by_source_id(self, body: TargetIn | JsonObject, *, source_id: str) -> TargetOut:
        """设置回传目标；密钥不再显示: PUT /api/v1/return-targets/{source_id}."""
        return self.calls.ask(TargetOut, "PUT", f"/api/v1/return-targets/{in_path(source_id)}", body=body)
