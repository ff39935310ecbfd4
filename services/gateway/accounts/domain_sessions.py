"""How far somebody has come in, how long a session lasts, and which requests with a cookie are their own (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

INCOMPLETE_LIFE = timedelta(minutes=10)  # Real time for what is still to be done after the password.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_HEADER = "x-duban-request"  # Another site can't send it without asking first, and we permit nobody.


class Stage(StrEnum):
    """What is to be done before a session counts."""

    FACTOR = "factor"  # Show the second factor.
    PASSWORD = "password"  # noqa: S105 - a stage: choose a new password.
    ENROL = "enrol"  # Set up a second factor.
    FULL = "full"


STAGE_WORDS: dict[Stage, str] = {
    Stage.FACTOR: "请先验证动态口令（POST /api/v1/session/second-factor）",
    Stage.PASSWORD: "请先修改密码（POST /api/v1/account/password）",
    Stage.ENROL: "请先绑定动态口令（POST /api/v1/account/second-factor）",
    Stage.FULL: "已登录",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What an account has and must have.

    Attributes:
        has_factor: A second factor is set up.
        wants_factor: Its role must have one.
        new_password: It has to choose a new password.
    """

    has_factor: bool
    wants_factor: bool
    new_password: bool


def next_stage(needs: Needs, *, factor_shown: bool) -> Stage:
    """Give what comes next; the second factor first, since whoever lacks it may do nothing else."""
    if needs.has_factor and not factor_shown:
        return Stage.FACTOR
    if needs.new_password:
        return Stage.PASSWORD
    if needs.wants_factor and not needs.has_factor:
        return Stage.ENROL
    return Stage.FULL


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session lasts in real time: without a request, and at all."""

    idle: timedelta = timedelta(minutes=30)
    life: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as requests are judged by it.

    Attributes:
        id: Its name in lists.
        token_hash: SHA-256 of its token.
        factor_shown: The second factor was shown in it.
        seen_at: Last request that the database knows of (real time, as is the next).
    """

    id: str
    account_id: str
    token_hash: str
    stage: Stage
    factor_shown: bool
    seen_at: datetime
    expires_at: datetime


class Standing(StrEnum):
    """Whether a session still counts."""

    VALID = "valid"
    IDLE = "idle"
    OVER = "over"


def standing(session: OpenSession, seen_at: datetime, now: datetime, rules: SessionRules) -> Standing:
    """Judge a session that was last used at `seen_at`."""
    if now >= session.expires_at:
        return Standing.OVER
    return Standing.IDLE if now - seen_at >= rules.idle else Standing.VALID


def life_of(stage: Stage, now: datetime, rules: SessionRules) -> datetime:
    """Give when a new session ends at the latest."""
    return now + (rules.life if stage is Stage.FULL else min(INCOMPLETE_LIFE, rules.life))


class Source(StrEnum):
    """Whether a request that carries a cookie was made by our own pages."""

    OWN = "own"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"  # A browser too old to say, or none; without the header of ours it is refused.


@dataclass(frozen=True, slots=True)
class Told:
    """What a request tells of where it comes from; empty where it does not."""

    method: str
    host: str
    origin: str
    fetch_site: str
    own_header: str


def source_of(told: Told) -> Source:
    """Judge where a request comes from: safe methods pass, `Origin` counts first, then `Sec-Fetch-Site`."""
    if told.method in SAFE:
        return Source.OWN
    if told.origin:
        return Source.OWN if urlsplit(told.origin).netloc.lower() == told.host.lower() else Source.FOREIGN
    if told.fetch_site:
        return Source.OWN if told.fetch_site == "same-origin" else Source.FOREIGN
    return Source.OWN if told.own_header else Source.UNKNOWN
