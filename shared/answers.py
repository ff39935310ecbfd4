"""What came back over HTTP, and how it is read without trusting it; pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

TOO_EARLY = frozenset({408, 425, 429})
NO_WORD_FROM_BEHIND = frozenset({502, 504})  # The one behind the proxy may have taken it.
LONGEST_WAIT = timedelta(hours=1)
_LONGEST_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; `retry_after` is the header of that name."""

    status: int
    body: bytes = b""
    retry_after: str = ""


def find_in(body: bytes, path: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON.
    """Follow names and places into a JSON body; None where they lead nowhere."""
    try:
        found = json.loads(body)
        for step in path:
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    return found


def is_among(found: object, codes: Sequence[Any]) -> bool:
    """Compare as JSON does: 0 is neither false nor "0"."""
    return any(type(found) is type(code) and found == code for code in codes)


def wait_of(answer: Answer) -> timedelta | None:
    """Give how long the other side wants to be left alone, an hour at most; None where it does not say in seconds."""
    if not (answer.retry_after.isascii() and answer.retry_after.isdigit()):
        return None
    return min(LONGEST_WAIT, timedelta(seconds=min(int(answer.retry_after), 10**6)))


def excerpt(body: bytes) -> str:
    """Quote JSON only: the error page of a proxy quotes the address that was asked for, and the key in it."""
    if not body or find_in(body, ()) is None:
        return f"{len(body)} bytes that are no JSON"
    return " ".join(body.decode(errors="replace").split())[:_LONGEST_EXCERPT]
