"""`duban notice forecast`: what will be sent to whom in the next days, and what a change would make of it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer

from deploy.api_client import Model
from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    read_json,
    show,
    show_json,
)
from shared.clock import SHANGHAI, local_date

if TYPE_CHECKING:
    from deploy.api_client.forecast import DifferenceAnswer, ForecastAnswer, MessageForecast

TIMEOUT = 150.0  # Seconds; a quarter of a large ledger takes a while.
LONGEST = 92
WEEK = "一二三四五六日"


def forecast(  # noqa: PLR0913 - each is an option of the command.
    *,
    days: Annotated[int, typer.Option(min=1, max=LONGEST, help="Days from today on.")] = 7,
    recipient: Annotated[str, typer.Option(help="Only what goes to this unit or mailbox.")] = "",
    rules: Annotated[
        Path | None, typer.Option(help="A rulebook (JSON) to try: say what it would change instead.")
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(help='Days to try (JSON): [{"day": "2023-07-03", "is_workday": false}].'),
    ] = None,
    contacts: Annotated[
        Path | None, typer.Option(help="A book of contacts (JSON) to try, as `duban contact set` takes it.")
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Say what will be sent to whom if nothing is reported until then; nothing is written.

    With --rules, --calendar, --contacts, or several: which messages would be added, removed, moved or filled
    otherwise.
    """
    files = {"rules": rules, "calendar": calendar, "contacts": contacts}
    change = {name: read_json(file, field=name) for name, file in files.items() if file is not None}
    with connect(url, key) as client:
        client.http.timeout = httpx.Timeout(TIMEOUT)
        if not change:
            told = client.forecast.get_forecast(days=days, recipient=recipient or None)
            _print(told, _told(told), as_json=as_json)
        else:
            differing = client.forecast.post_forecast({"days": days} | change)
            _print(differing, _changed(differing), as_json=as_json)


def _print(found: Model, lines: Iterator[str], *, as_json: bool) -> None:
    if as_json:
        show_json([found])
        return
    for line in lines:
        show(line)


def _told(found: "ForecastAnswer") -> Iterator[str]:
    """Say in Chinese what will leave on which day."""
    notices, messages = found.notices, found.messages
    yield f"{found.first} 至 {found.last}：提醒 {len(notices)} 条，合并为消息 {len(messages)} 条"
    yield f"（{found.assumes}）"
    for day, theirs in groupby(messages, key=_day):
        yield f"{day}（周{WEEK[day.weekday()]}）"
        yield from (f"  {_line(message)}" for message in theirs)


def _changed(found: "DifferenceAnswer") -> Iterator[str]:
    """Say in Chinese which messages a change adds, removes, moves or fills otherwise."""
    yield f"{found.first} 至 {found.last}：{found.summary}"
    for word, messages in (("新增", found.added), ("减少", found.removed)):
        yield from (f"  {word} {_line(message, dated=True)}" for message in messages)
    for word, pairs in (("改期", found.moved), ("内容", found.refilled)):
        for one in pairs:
            yield f"  {word} {_line(one.before, dated=True)} → {_line(one.after, dated=True)}"


def _line(message: "MessageForecast", *, dated: bool = False) -> str:
    at = message.leaves_at.astimezone(SHANGHAI)
    urgent = "，紧急" if message.urgent else ""
    when = f"{at:%m-%d %H:%M}" if dated else f"{at:%H:%M}"
    return f"{when} {message.recipient} [{message.channel}] {len(message.notices)} 条提醒{urgent}"


def _day(message: "MessageForecast") -> date:
    return local_date(message.leaves_at)
