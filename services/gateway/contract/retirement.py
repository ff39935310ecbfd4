"""Routes that will go, as rows of data: told with every answer (RFC 9745, RFC 8594) and in the OpenAPI document."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple


class Retirement(NamedTuple):
    """One route that callers should leave.

    Attributes:
        path: As in the OpenAPI document, with its parameters in braces.
        since: From when on it is deprecated; aware.
        sunset: When it may stop to answer, or None while that is open; aware, UTC.
        successor: Path of what takes its place, or empty.
    """

    method: str
    path: str
    since: datetime
    sunset: datetime | None = None
    successor: str = ""


RETIREMENTS: tuple[Retirement, ...] = ()  # A row here is all that it takes to deprecate a route.


def headers_for(method: str, path: str, rows: Sequence[Retirement] = RETIREMENTS) -> dict[str, str]:
    """Give the headers of an answer of the route at `path`, the address as it was called."""
    found = next((row for row in rows if row.method == method and _fits(row.path, path)), None)
    return {} if found is None else _headers(found)


def find(method: str, path: str, rows: Sequence[Retirement] = RETIREMENTS) -> Retirement | None:
    """Give the row of a route by its path in the document."""
    return next((row for row in rows if (row.method, row.path) == (method, path)), None)


def _fits(template: str, path: str) -> bool:
    steps = (
        re.escape(step) if at % 2 == 0 else "[^/]+"
        for at, step in enumerate(re.split(r"\{(\w+)\}", template))
    )
    return re.fullmatch("".join(steps), path) is not None


def _headers(row: Retirement) -> dict[str, str]:
    said = {"deprecation": f"@{int(row.since.timestamp())}"}
    if row.sunset is not None:
        said["sunset"] = format_datetime(row.sunset, usegmt=True)
    if row.successor:
        said["link"] = f'<{row.successor}>; rel="successor-version"'
    return said
