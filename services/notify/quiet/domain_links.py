"""Signed links with which a reader answers one notice without an account: pure functions over tokens.

Invariant: a token is bound to one notice, its mailbox and one answer, and ends; its times are real time. It is signed
with the secret that signs principals, for another audience, so that neither passes for the other.
"""

from datetime import datetime

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from services.notify.quiet.domain import Answer
from shared.errors import Conflict, Invalid
from shared.principal import ALGORITHM

AUDIENCE = "duban-notice"
SNOOZED_FOR = 3  # 工作日 that a link puts a notice off.


class Link(BaseModel):
    """What a link does: which answer, to which notice, of which mailbox."""

    model_config = ConfigDict(frozen=True)

    notice_id: str
    mailbox: str
    answer: Answer


def sign_link(link: Link, secret: str, *, until: datetime) -> str:
    """Sign a link that ends at `until` (real time)."""
    claims = link.model_dump(mode="json") | {"aud": AUDIENCE, "exp": until}
    return jwt.encode(claims, secret, ALGORITHM)


def read_link(token: str, secret: str) -> Link:
    """Check a token and give its link.

    Raises:
        Conflict: It has ended.
        Invalid: It is forged, altered or none at all.
    """
    try:
        claims = jwt.decode(
            token, secret, [ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "aud"]}
        )
        return Link.model_validate(claims)
    except jwt.ExpiredSignatureError as error:
        message = "链接已过期，请登录督办系统，在收件箱中回复该提醒"
        raise Conflict(message, code="link.expired", field="token") from error
    except (jwt.PyJWTError, ValidationError) as error:
        message = "链接无效或不完整，请从消息中重新打开完整的链接，或登录督办系统回复"
        raise Invalid(message, code="link.invalid", field="token") from error
