"""The form of a return: which of a platform's codes and fields say what, and how its answer is read; pure.

Invariant: the same return with the same form gives the same bytes, so that a repeat is one.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, model_validator

from services.gateway.returns.domain import AnswerRules, Step, SubjectKind
from shared.clock import SHANGHAI
from shared.errors import Invalid

TEXT = "text"
# What a field may say. Those of the first line are there for every return, the others where they are known.
VARIABLES = frozenset(
    {
        *("return_id", "source", "kind", "subject_id", "number", "step", "code", "occurrence", "at"),
        *("service_number", "assessment_number", "due_on", "late", "mode", "reached", "level", "resolved"),
        *("unit_id", "reason", "hop", "granted", "outcome", "attempt", "clock"),
        *("old_due_at", "wanted_on", "granted_on", TEXT),
    }
)
INSTANTS, DAYS = frozenset({"at", "old_due_at"}), frozenset({"due_on", "wanted_on", "granted_on"})
Value: TypeAlias = str | int | bool | datetime | date | None
_PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")


class Form(BaseModel):
    """How states are told to a platform.

    Attributes:
        content: JSON, or a form of the web.
        signature: `standard-webhooks` signs each call with the target's secret; `none` leaves that to its headers.
        kinds: Of what it tells: ratings, orders.
        codes: Step → the platform's 上报状态; a step that is missing never goes back.
        fields: The platform's name, nested by dots → one of `VARIABLES`.
        constants: The platform's name → what always stands there.
        words: Variable → our value → theirs; a value that is not listed stays ours.
        texts: Words of replies and answers go `whole`, or `redacted`: without what names anybody.
        times: Format of instants, in Shanghai; empty for ISO 8601. `dates` likewise, of days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    content: Literal["json", "form"] = "json"
    signature: Literal["standard-webhooks", "none"] = "none"
    kinds: tuple[SubjectKind, ...] = ("rating", "order")
    codes: dict[Step, str | int]
    fields: dict[str, str]
    constants: dict[str, JsonValue] = {}
    words: dict[str, dict[str, JsonValue]] = {}
    texts: Literal["whole", "redacted"] = "whole"
    times: str = ""
    dates: str = ""
    answer: AnswerRules

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, variable in self.fields.items():
            if variable not in VARIABLES:
                raise ValueError(f"字段 {name} 的内容 {variable} 未知，可用：{'、'.join(sorted(VARIABLES))}")
        for name in (*self.fields, *self.constants):
            if not _PLACE.fullmatch(name):
                raise ValueError(f"字段名 {name[:60]} 无效：由字母、数字、_ 和 - 组成，层级用 . 分开")
        if unknown := sorted(set(self.words) - VARIABLES):
            raise ValueError(f"words 中的 {unknown[0]} 未知，可用：{'、'.join(sorted(VARIABLES))}")
        if "return_id" not in self.fields.values() and self.signature == "none":
            raise ValueError("fields 中必须有 return_id：平台凭它识别重复报送")
        return self


def build_form(name: str, shipped: Mapping[str, Any], overrides: Mapping[str, Any]) -> Form:
    """Build a shipped form with a target's own corrections; null takes something away.

    Raises:
        Invalid: There is no such form, or the corrections don't fit; the message says where.
    """
    if name not in shipped:
        message = f"没有回传格式 {name[:40]}，可用：{'、'.join(sorted(shipped))}"
        raise Invalid(message, code="form.unknown", field="form")
    try:
        return Form.model_validate(_merged(shipped[name], overrides))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        told = f"{place}：{str(first.get('input'))[:60]}，{first['msg']}" if place else first["msg"]
        message = f"回传格式 {name} 的更正无效（{told}），请改正 overrides"
        raise Invalid(message, code="form.invalid", field=f"overrides.{place}".rstrip(".")) from error


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - any JSON.
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    both = {name: _merged(old[name], new[name]) if name in old else new[name] for name in new}
    return {name: value for name, value in {**old, **both}.items() if value is not None}


def body_of(form: Form, values: Mapping[str, Value]) -> bytes:
    """Write what is sent; fields whose value is not known are left out."""
    body: dict[str, Any] = {}
    for name, constant in form.constants.items():
        _put(body, name, constant)
    for name, variable in form.fields.items():
        value = _said(form, variable, values.get(variable))
        if value not in {None, ""}:
            _put(body, name, value)
    if form.content == "form":
        return urlencode({name: _flat(value) for name, value in body.items()}).encode()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _flat(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _put(body: dict[str, Any], name: str, value: object) -> None:
    *above, last = name.split(".")
    for step in above:
        body = body.setdefault(step, {})
    body[last] = value


def _said(form: Form, variable: str, value: Value) -> Any:  # noqa: ANN401 - any JSON.
    if value is None:
        return None
    words = form.words.get(variable, {})
    ours = str(value).lower() if isinstance(value, bool) else str(value)
    if ours in words:
        return words[ours]
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI)
        return local.strftime(form.times) if form.times else local.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.strftime(form.dates) if form.dates else value.isoformat()
    return value


def typed(content: Mapping[str, Any]) -> dict[str, Value]:
    """Give stored content with its instants and days as such."""
    return {name: _typed(name, value) for name, value in content.items()}


def _typed(name: str, value: Any) -> Value:  # noqa: ANN401 - any JSON scalar.
    if value is None:
        return None
    if name in INSTANTS:
        return datetime.fromisoformat(value)
    if name in DAYS:
        return date.fromisoformat(value)
    plain: Value = value
    return plain
