"""Use cases of feed sources: set, shown, and loaded with their forms."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.feeds.domain.form import Form, build_form
from services.gateway.feeds.forms import lists, shipped
from services.gateway.feeds.ports import Seal
from services.gateway.feeds.repository_sources import find_source
from services.gateway.models import FeedSource
from shared.database import Tx
from shared.errors import Invalid, NotFound

HMAC = "hmac-sha256"
SOURCE_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")  # It begins the ids of all that the source sends.


@dataclass(frozen=True, slots=True)
class Source:
    """A feed source as the intake needs it; `secret` is sealed."""

    id: str
    form: Form
    secret: bytes | None
    per_minute: int
    max_bytes: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """A source as people set it; without a secret the one before stays."""

    name: str
    form: str
    overrides: Mapping[str, Any]
    signature: Literal["none", "hmac-sha256"]
    secret: str
    per_minute: int
    max_bytes: int
    silent_after: int
    enabled: bool


async def load_source(session: AsyncSession, source_id: str) -> Source | None:
    """Give a source with its form, or None."""
    row = await find_source(session, source_id)
    if row is None:
        return None
    form = form_of(row.form, json.loads(row.overrides))
    secret = row.secret if row.signature == HMAC else None
    return Source(row.id, form, secret, row.per_minute, row.max_bytes, row.enabled)


def form_of(name: str, overrides: Mapping[str, Any]) -> Form:
    """Build a shipped form with a source's own corrections.

    Raises:
        Invalid: As `build_form`.
    """
    return build_form(name, shipped(), lists(), overrides)


async def require_source(session: AsyncSession, source_id: str) -> Source:
    """Give a source, as it is set at this moment.

    Raises:
        NotFound: There is none.
    """
    source = await load_source(session, source_id)
    if source is None:
        message = f"没有数据来源 {source_id}，请先登记（PUT /api/v1/feed-sources）"
        raise NotFound(message, code="source.unknown", field="source")
    return source


async def set_source(tx: Tx, source_id: str, order: SourceOrder, seal: Seal) -> FeedSource:
    """Register a source, or change how its records are read from now on.

    Raises:
        Invalid: Its id or its mapping can't be used, or its secret is missing.
    """
    row = await find_source(tx.session, source_id)
    # A source from before keeps its id, whatever it is.
    if row is None and not SOURCE_ID.fullmatch(source_id):
        message = f"来源编号 {source_id[:60]} 无效：只用字母、数字、- 和 _，最长 32"
        raise Invalid(message, code="source.id_invalid", field="source_id")
    form_of(order.form, order.overrides)
    row = row or FeedSource(id=source_id, secret=None, silent_after=0, watched_from=None, heard_at=None)
    row.name, row.form, row.signature = order.name, order.form, order.signature
    row.overrides = json.dumps(order.overrides, ensure_ascii=False)
    row.per_minute, row.max_bytes, row.enabled = order.per_minute, order.max_bytes, order.enabled
    if order.silent_after != (row.silent_after or 0):
        row.silent_after, row.watched_from = order.silent_after, tx.now
    row.secret = _secret(row, order, seal)
    tx.session.add(row)
    return row


def _secret(row: FeedSource, order: SourceOrder, seal: Seal) -> bytes | None:
    if order.signature != HMAC:
        return None
    if order.secret:
        if not 16 <= len(order.secret) <= 200:
            message = f"签名密钥有 {len(order.secret)} 个字符，应为 16 到 200 个"
            raise Invalid(message, code="source.secret_length", field="secret")
        return seal.seal(order.secret.encode())
    if row.secret is None:
        message = "签名方式 hmac-sha256 需要密钥，请填写 secret（至少 16 个字符）"
        raise Invalid(message, code="source.secret_missing", field="secret")
    return row.secret
