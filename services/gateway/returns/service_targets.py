"""Use cases of targets: set, shown without their secrets, and read with their forms."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.returns.domain import Hosts, Step, roots_in
from services.gateway.returns.domain_form import Form, build_form
from services.gateway.returns.forms import shipped
from services.gateway.returns.models import ReturnTarget
from services.gateway.returns.ports import KnowsSource, Seal
from shared.calling import trusting
from shared.clock import Clock
from shared.database import Tx
from shared.errors import Invalid, NotFound
from shared.webhooks import webhook_key

_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
# What the call itself sets.
_OWN_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "idempotency-key"}
    | {"webhook-id", "webhook-timestamp", "webhook-signature"}
)


@dataclass(frozen=True, slots=True)
class TargetOrder:
    """A target as people set it.

    Attributes:
        steps: Those that are wanted; empty for all that the form has a code for.
        secret: Of the signature; empty keeps the one before.
        headers: With every call; None keeps those before.
        timeout: Real seconds that one step of a call may take; a call takes twice that at most.
        proxy: Through which the address is reached; empty for none.
        ca_file: Name of the file with the roots that the platform's certificate is checked with; empty for the usual.
    """

    url: str
    form: str
    overrides: Mapping[str, Any]
    steps: tuple[Step, ...]
    secret: str
    headers: Mapping[str, str] | None
    timeout: float
    proxy: str
    per_minute: int
    enabled: bool
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class TargetDesk:
    """What setting a target needs: hosts that may be called, how secrets are stored, which sources and roots there are.

    Attributes:
        ca_folder: Where the operators put files of roots; None where they did not.
    """

    hosts: Hosts
    seal: Seal
    knows_source: KnowsSource
    clock: Clock
    ca_folder: Path | None = None


async def set_target(
    tx: Tx, source_id: str, order: TargetOrder, desk: TargetDesk, *, by: str
) -> ReturnTarget:
    """Set where the states of a source go back to, from now on.

    Raises:
        NotFound: There is no such source.
        Invalid: An address is not one of those that may be called, or the form, a header or the secret is none.
    """
    if not await desk.knows_source(tx.session, source_id):
        raise NotFound(f"没有数据来源 {source_id[:64]}，请先登记", code="source.unknown", field="source_id")
    _check_address("url", order.url, desk.hosts)
    if order.proxy:
        _check_address("proxy", order.proxy, desk.hosts)
    await _check_roots(order.ca_file, desk.ca_folder)
    form = build_form(order.form, shipped(), order.overrides)
    _check_steps(order, form)
    row = await tx.session.get(ReturnTarget, source_id)
    if row is None:
        row = ReturnTarget(source_id=source_id, secret=None, headers=None, header_names="", not_before=None)
        tx.session.add(row)
    row.secret = _secret(row, order, form, desk.seal)
    _put_headers(row, order.headers, desk.seal)
    row.url, row.proxy, row.ca_file, row.timeout = order.url, order.proxy, order.ca_file, order.timeout
    row.form, row.overrides = order.form, json.dumps(order.overrides, ensure_ascii=False)
    row.steps = " ".join(sorted(order.steps or form.codes))
    row.per_minute, row.enabled, row.not_before = order.per_minute, order.enabled, None
    row.changed_at, row.changed_by = desk.clock.real_now(), by
    return row


def _check_address(name: str, url: str, hosts: Hosts) -> None:
    if not hosts.permit(url):
        message = f"{name} 的主机不在允许回传的名单中：请核对地址，或由运维把主机加入 DUBAN_RETURN_HOSTS"
        raise Invalid(message, code="target.host_refused", field=name)


async def _check_roots(name: str, folder: Path | None) -> None:
    if not name:
        return
    path = roots_in(folder, name)
    try:
        if path is None:
            raise FileNotFoundError(name)
        await asyncio.to_thread(trusting, path)
    except OSError as error:  # Of ssl, too.
        message = f"ca_file {name} 无法使用：应为 DUBAN_RETURN_CA_FOLDER 目录中的 PEM 证书文件名，请由运维放入后重试"
        raise Invalid(message, code="target.ca_file_invalid", field="ca_file") from error


def _check_steps(order: TargetOrder, form: Form) -> None:
    for step in order.steps:
        if step not in form.codes:
            known = "、".join(sorted(form.codes))
            message = (
                f"格式 {order.form} 没有环节 {step} 的状态码，可用：{known}；或在 overrides.codes 中补上"
            )
            raise Invalid(message, code="target.step_without_code", field="steps")


def _secret(row: ReturnTarget, order: TargetOrder, form: Form, seal: Seal) -> bytes | None:
    if form.signature == "none":
        return None
    if order.secret:
        try:
            webhook_key(order.secret)
        except ValueError as error:
            message = f"签名密钥无效（{error}）：应为 whsec_ 加 24 至 64 字节的 Base64"
            raise Invalid(message, code="target.secret_invalid", field="secret") from error
        return seal.seal(order.secret.encode())
    if row.secret is None:
        message = f"格式 {order.form} 要签名，请填写 secret（whsec_ 加 24 至 64 字节的 Base64）"
        raise Invalid(message, code="target.secret_missing", field="secret")
    return row.secret


def _put_headers(row: ReturnTarget, headers: Mapping[str, str] | None, seal: Seal) -> None:
    if headers is None:
        return
    for name, value in headers.items():
        plain = value.isascii() and value.isprintable()
        if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS or not plain:
            message = (
                f"请求头 {name[:60]} 不能设置：名称限字母、数字和 -，值限可打印的 ASCII，签名等由系统填写"
            )
            raise Invalid(message, code="target.header_invalid", field="headers")
    row.headers = seal.seal(json.dumps(dict(headers)).encode()) if headers else None
    row.header_names = " ".join(sorted(headers))


async def require_target(session: AsyncSession, source_id: str) -> ReturnTarget:
    """Give the target of a source.

    Raises:
        NotFound: It has none.
    """
    row = await session.get(ReturnTarget, source_id)
    if row is None:
        message = (
            f"来源 {source_id[:64]} 没有回传目标，请先设置（PUT /api/v1/return-targets/{source_id[:64]}）"
        )
        raise NotFound(message, code="target.not_found", field="source_id")
    return row


async def wanted_steps(session: AsyncSession) -> dict[str, frozenset[Step]]:
    """Give the steps that each source wants to be told of; a target that is switched off only holds them."""
    rows = await session.execute(select(ReturnTarget.source_id, ReturnTarget.steps))
    return {source_id: frozenset(Step(step) for step in steps.split()) for source_id, steps in rows}


def form_of(row: ReturnTarget) -> Form:
    """Build the form of a target.

    Raises:
        Invalid: A shipped form changed since it was set, so that its corrections don't fit any more.
    """
    return build_form(row.form, shipped(), json.loads(row.overrides))


def headers_of(row: ReturnTarget, seal: Seal) -> dict[str, str]:
    """Give the headers of a target."""
    found: dict[str, str] = json.loads(seal.open(row.headers)) if row.headers is not None else {}
    return found
