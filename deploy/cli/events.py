"""`duban events tail`: the events of the archive, through the gateway."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import httpx
import typer

from deploy.api_client import Duban
from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show
from shared.errors import Unavailable

events_app = typer.Typer(no_args_is_help=True)
RECONNECT_SECONDS = 2.0
SILENCE_SECONDS = 45.0  # The gateway sends a comment every 15 seconds.


@events_app.callback()
def _events() -> None:
    """Follow the events of the archive."""


@events_app.command()
def tail(  # noqa: PLR0913 - each is an option of the command.
    *,
    begin: Annotated[
        str, typer.Option("--from", help="Position to start after, a date, beginning or now.")
    ] = "0",
    feed: Annotated[str, typer.Option(help="supervision, deadlines, ratings …; all when left out.")] = "",
    count: Annotated[int, typer.Option(min=0, help="End after so many events; 0 goes on for ever.")] = 0,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Print events as they are archived: history first, then live; it reconnects where it stopped."""
    with connect(url, key) as client:
        for seen, (position, kind, text) in enumerate(follow(client, begin, feed), 1):
            show(text if as_json else _line(position, kind, text))
            if seen == count:
                return


def follow(
    client: Duban, begin: str, feed: str, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[tuple[str, str, str]]:
    """Give (position, type, data) for ever, beginning again after the last position when the line is cut.

    Raises:
        Unavailable: The address is none, so waiting for it would be in vain.
        Permanent: The gateway refuses; the message is its own.
    """
    last = begin
    while True:
        try:
            for event in _stream(client, last, feed):
                last = event[0] or last
                yield event
        except Unavailable as error:
            if isinstance(error.__cause__, httpx.UnsupportedProtocol):
                raise
            sys.stderr.write(f"duban: {error.message}\n")
        sleep(RECONNECT_SECONDS)


def _stream(client: Duban, last: str, feed: str) -> Iterator[tuple[str, str, str]]:
    timeout = httpx.Timeout(10.0, read=SILENCE_SECONDS)
    feeds = [feed] if feed else None
    with client.events.get_events(feed=feeds, last_event_id=last, timeout=timeout) as answer:
        yield from parse(answer.iter_lines())


def parse(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Read server-sent events (id, event, data) out of their lines; comments and retry hints are left out."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        else:
            if "data" in fields:
                yield (
                    fields.get("id", [""])[-1],
                    fields.get("event", ["message"])[-1],
                    "\n".join(fields["data"]),
                )
            fields = {}


def _line(position: str, kind: str, text: str) -> str:
    event: dict[str, Any] = json.loads(text)
    said = json.dumps(event.get("data", event), ensure_ascii=False)
    return f"{position:>8} {event.get('time', '')} {kind.removeprefix('cn.duban.')} {event.get('subject', '')} {said}"
