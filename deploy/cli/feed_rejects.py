"""`duban feed rejects`, `replay`, `discard` and `reconcile`: what was refused, and whether a day is complete."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json
from deploy.cli.feed_files import COUNTS, WORDS
from deploy.cli.instants import read_day
from deploy.cli.tables import table
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.feed_reconciliation import Reconciled
    from deploy.api_client.feed_rejects import FeedRejectsApi, RejectOut

PAGE = 1000


def rejects(  # noqa: PLR0913 - each is an option of the command.
    *,
    source: Annotated[str, typer.Option(help="Only of this source.")] = "",
    day: Annotated[str, typer.Option(help="Only of this day (YYYY-MM-DD).")] = "",
    state: Annotated[str, typer.Option(help="open, replayed or discarded.")] = "open",
    show_id: Annotated[str, typer.Option("--show", help="Show one with its content.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List refused records with their reasons; their content only with --show, one at a time."""
    on = read_day(day, field="day")
    with connect(url, key) as client:
        if show_id:
            show_json([client.feed_rejects.get_feed_rejects_by_reject_id(reject_id=show_id)])
            return
        found = list(_all_rejects(client.feed_rejects, source, on, state))
    if as_json:
        show_json(found)
        return
    for one in found:
        place = f"{one.source_id} {one.day} 第 {one.place} 条 {one.field}".rstrip()
        show(f"{one.id} {place}：{one.message}；{one.remedy}（{one.code}，{one.state}）")
    if not found:
        show("没有被拒记录")


def _all_rejects(
    client: "FeedRejectsApi", source: str, day: date | None, state: str
) -> "Iterator[RejectOut]":
    after = None
    while True:
        page = client.get_feed_rejects(
            source=source or None, day=day, state=state or None, after=after, limit=PAGE
        )
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def replay(
    reject: Annotated[str, typer.Argument(help="Id of the refused record.")],
    *,
    record: Annotated[
        Path | None, typer.Option(help="The corrected record (JSON), instead of what was sent.")
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Try a refused record again: as it was, after the mapping was corrected, or a corrected one."""
    body = {} if record is None else {"record": read_json(record, field="record")}
    with connect(url, key) as client:
        done = client.feed_rejects.post_feed_rejects_by_reject_id_replay(body, reject_id=reject)
    if as_json:
        show_json([done])
        return
    show(f"{reject} 已补收：{'、'.join(part.id for part in done.parts) or '不产生事件'}（{done.outcome}）")


def discard(
    reject: Annotated[str, typer.Argument(help="Id of the refused record.")],
    reason: Annotated[str, typer.Option(help="Why it is given up.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Give a refused record up; it stays, with the reason."""
    with connect(url, key) as client:
        client.feed_rejects.delete_feed_rejects_by_reject_id({"reason": reason}, reject_id=reject)
    show(f"{reject} 已作废")


def reconcile(  # noqa: PLR0913 - each is an option of the command.
    *,
    source: Annotated[str, typer.Option(help="Only of this source.")] = "",
    day: Annotated[str, typer.Option(help="Only this day (YYYY-MM-DD).")] = "",
    stated: Annotated[
        int | None, typer.Option(min=0, help="Note first how many the source says that it sent on the day.")
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Reconcile 对账: received, taken, refused by source and day, against what the source says it sent."""
    if stated is not None and not (source and day):
        message = "登记自报条数（--stated）须同时给出 --source 和 --day"
        raise Invalid(message, code="reconcile.which", field="stated")
    on = read_day(day, field="day")
    with connect(url, key) as client:
        counts = client.feed_reconciliation
        if stated is not None and on is not None:
            told = {"count": stated}
            found = [counts.put_feed_reconciliation_by_source_by_day(told, source=source, day=on)]
        else:
            found = counts.get_feed_reconciliation(source=source or None, day=on)
    if as_json:
        show_json(found)
        return
    heads = ("来源", "日期", *WORDS.values(), "未处理", "自报", "差")
    for line in table(heads, [_day(one) for one in found]):
        show(line)


def _day(one: "Reconciled") -> tuple[str, ...]:
    counts = (str(getattr(one, name)) for name in COUNTS)
    told = ("—" if count is None else str(count) for count in (one.stated, one.difference))
    return one.source, str(one.day), *counts, str(one.rejects["open"]), *told


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban feed`."""
    for command in (rejects, replay, discard, reconcile):
        app.command()(command)
