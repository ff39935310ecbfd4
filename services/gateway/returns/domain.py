"""Decisions of returns: what a platform's answer means, when the next attempt is, and who may be called; pure.

Invariant: only an answer that says in so many words that the state was taken makes it delivered. What can't be read
after the request was written is unknown, and is said again under the same id.
"""

import hashlib
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, JsonValue

from shared.answers import NO_WORD_FROM_BEHIND, TOO_EARLY, Answer, excerpt, find_in, is_among, wait_of

SubjectKind = Literal["rating", "order"]
LONGEST_REASON = 200


class Step(StrEnum):
    """What goes back."""

    ACCEPTED = "accepted"  # 签收
    CONTACTED = "contacted"  # 联系
    RETURN_REQUESTED = "return_requested"  # 退单申请
    RETURN_DECIDED = "return_decided"  # 退单批复
    EXTENSION_REQUESTED = "extension_requested"  # 延期申请
    EXTENSION_DECIDED = "extension_decided"  # 延期批复
    RECTIFIED = "rectified"  # 整改
    REPLIED = "replied"  # 回复
    CALLED_BACK = "called_back"  # 回访
    ANSWERED = "answered"  # 答复
    CLOSED = "closed"  # 办结
    REOPENED = "reopened"  # 重开


class State(StrEnum):
    """Where a return stands."""

    UNPLACED = "unplaced"  # Nothing is known yet of the rating or order: which platform it came from.
    WAITING = "waiting"  # For its first attempt, or for the next one.
    SENDING = "sending"  # An attempt began; it has no answer yet.
    UNKNOWN = "unknown"  # It may have arrived; it is said again under the same id.
    DELIVERED = "delivered"
    REFUSED = "refused"  # The platform said no; nothing more happens until a person says so.
    DISMISSED = "dismissed"  # It does not go back any more, by a person or because nobody wants it.


OPEN = frozenset({State.WAITING, State.UNKNOWN})
# What lets the later returns of the same subject go on.
DONE = frozenset({State.DELIVERED, State.DISMISSED})


class Outcome(StrEnum):
    """What became of one attempt."""

    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"  # Not taken this time.
    UNKNOWN = "unknown"


STATE_AFTER = {
    Outcome.DELIVERED: State.DELIVERED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.FAILED: State.WAITING,
    Outcome.UNKNOWN: State.UNKNOWN,
}

# Standard Webhooks 1.0.0; the last one repeats, so that nothing is given up silently.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
_JITTER = 0.2  # Of a wait.


def wait_after(tries: int, *, spread: float, asked: timedelta | None = None) -> timedelta:
    """Give the real time to wait after so many tries.

    Args:
        tries: Since it was queued.
        spread: 0 to 1, drawn by chance: spreads a wait over 0.8 to 1.2 of it.
        asked: What the platform asked for; never less than that.
    """
    wait = WAITS[min(tries, len(WAITS) - 1)] * (1 - _JITTER + 2 * _JITTER * spread)
    return max(wait, asked or timedelta(0))


def return_id(kind: SubjectKind, subject_id: str, step: Step, event_id: str) -> str:
    """Name a return by the event that it tells of; it is the idempotency id, and the same after any replay."""
    whole = f"{kind}\x1f{subject_id}\x1f{step}\x1f{event_id}"
    return f"ret-{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


class AnswerRules(BaseModel):
    """How a platform says yes and no in the body of its answer.

    Attributes:
        path: Names that lead to its code, separated by dots; empty where the HTTP status alone tells.
        success: Codes of what was taken, or was there already.
        refused: Codes of what it will not take as it is.
        retry: Codes of what it may take later, as are those that no list names.
        reason: Names that lead to its words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = ""
    success: tuple[JsonValue, ...] = ()
    refused: tuple[JsonValue, ...] = ()
    retry: tuple[JsonValue, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt came to.

    Attributes:
        detail: For the record, without secrets.
        status: Of HTTP; None where there was no answer.
        leave_alone: Real time in which the platform wants no call at all.
    """

    outcome: Outcome
    detail: str = ""
    status: int | None = None
    leave_alone: timedelta | None = None


# The platform read this one and does not want it. Others of 4xx are about our address or key, not about this one.
_SAYS_NO = frozenset({400, 409, 413, 422})


def read_answer(answer: Answer, rules: AnswerRules) -> Verdict:
    """Say what an answer means."""
    code = find_in(answer.body, rules.path.split(".")) if rules.path else None
    if is_among(code, rules.refused) and answer.status < 500:
        return Verdict(Outcome.REFUSED, _told(answer, rules, code), answer.status)
    if not 200 <= answer.status < 300:
        return _read_status(answer)
    if not rules.path or is_among(code, rules.success):
        return Verdict(Outcome.DELIVERED, _told(answer, rules, code), answer.status)
    if code is None:
        return Verdict(Outcome.UNKNOWN, f"回答中没有 {rules.path}：{excerpt(answer.body)}", answer.status)
    return Verdict(Outcome.FAILED, _told(answer, rules, code), answer.status, wait_of(answer))


def _read_status(answer: Answer) -> Verdict:
    status, detail = answer.status, f"HTTP {answer.status}：{excerpt(answer.body)}"
    if status in _SAYS_NO:
        return Verdict(Outcome.REFUSED, detail, status)
    if status in NO_WORD_FROM_BEHIND:
        return Verdict(Outcome.UNKNOWN, detail, status)
    if status in TOO_EARLY or status >= 500:
        return Verdict(Outcome.FAILED, detail, status, wait_of(answer))
    return Verdict(Outcome.FAILED, f"{detail}（请核对回传地址和密钥）", status)


def _told(answer: Answer, rules: AnswerRules, code: Any) -> str:  # noqa: ANN401 - any JSON.
    words = find_in(answer.body, rules.reason.split(".")) if rules.reason else None
    said = str(words)[:LONGEST_REASON] if words else excerpt(answer.body)
    return f"{rules.path or 'HTTP'} {code if rules.path else answer.status}：{said}"


def without(text: str, secrets: Sequence[str]) -> str:
    """Leave out what must not be recorded, where the other side quotes it; shorter than four it tells nothing."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    return text


_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


def roots_in(folder: Path | None, name: str) -> Path | None:
    """Give where the file of roots `name` is; None without a folder, or for a name that leads out of it."""
    return folder / name if folder is not None and _FILE.fullmatch(name) else None


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which hosts may be called at all; offices' own networks have private addresses, so these are not suspicious.

    Attributes:
        entries: A host, `host:port`, `*.suffix`, or a network such as 10.0.0.0/8.
    """

    entries: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Hosts":
        """Read a list that is separated by commas."""
        return cls(tuple(part.strip().lower() for part in text.split(",") if part.strip()))

    def permit(self, url: str) -> bool:
        """Say whether an address is one of these."""
        try:
            found = urlsplit(url)
            host, port = (found.hostname or "").lower(), found.port or {"https": 443}.get(found.scheme, 80)
        except ValueError:
            return False
        if found.scheme not in {"http", "https"} or not host:
            return False
        return any(_fits(entry, host, port) for entry in self.entries)


def _fits(entry: str, host: str, port: int) -> bool:
    if "/" in entry:
        return _is_within(host, entry)
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    return entry in {host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}


def _is_within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network)
    except ValueError:  # A name, or no network: neither is within.
        return False
