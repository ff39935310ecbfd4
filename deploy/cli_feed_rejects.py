"""`duban feed rejects`, `replay`, `discard` and `reconcile`: what was refused, and whether a day is complete."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.client import DEFAULT_URL, ApiKey, AsJson, Url, ask, connect, given, read_json, show, show_json
from deploy.feed_files import COUNTS, WORDS
from deploy.tables import table
from shared.errors import Invalid

Json = dict[str, Any]
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
    with connect(url, key) as client:
        if show_id:
            show_json([ask(client, "GET", f"/api/v1/feed-rejects/{show_id}").json()])
            return
        found = _all_rejects(client, given(source=source, day=day, state=state))
    if as_json:
        show_json(found)
        return
    for one in found:
        place = f"{one['source_id']} {one['day']} 第 {one['place']} 条 {one['field']}".rstrip()
        show(f"{one['id']} {place}：{one['message']}；{one['remedy']}（{one['code']}，{one['state']}）")
    if not found:
        show("没有被拒记录")


def _all_rejects(client: Any, query: dict[str, str]) -> list[Json]:  # noqa: ANN401 - the client of `connect`.
    found: list[Json] = []
    while True:
        after = found[-1]["id"] if found else ""
        page = ask(
            client, "GET", "/api/v1/feed-rejects", params=query | {"after": after, "limit": str(PAGE)}
        ).json()
        found += page
        if len(page) < PAGE:
            return found


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
        done = ask(client, "POST", f"/api/v1/feed-rejects/{reject}/replay", json=body).json()
    if as_json:
        show_json([done])
        return
    show(
        f"{reject} 已补收：{'、'.join(part['id'] for part in done['parts']) or '不产生事件'}（{done['outcome']}）"
    )


def discard(
    reject: Annotated[str, typer.Argument(help="Id of the refused record.")],
    reason: Annotated[str, typer.Option(help="Why it is given up.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Give a refused record up; it stays, with the reason."""
    with connect(url, key) as client:
        ask(client, "DELETE", f"/api/v1/feed-rejects/{reject}", json={"reason": reason})
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
    with connect(url, key) as client:
        if stated is not None:
            path = f"/api/v1/feed-reconciliation/{source}/{day}"
            found = [ask(client, "PUT", path, json={"count": stated}).json()]
        else:
            query = given(source=source, day=day)
            found = ask(client, "GET", "/api/v1/feed-reconciliation", params=query).json()
    if as_json:
        show_json(found)
        return
    heads = ("来源", "日期", *WORDS.values(), "未处理", "自报", "差")
    for line in table(heads, [_day(one) for one in found]):
        show(line)


def _day(one: Json) -> tuple[str, ...]:
    counts = (str(one[name]) for name in COUNTS)
    told = ("—" if one[name] is None else str(one[name]) for name in ("stated", "difference"))
    return one["source"], one["day"], *counts, str(one["rejects"]["open"]), *told


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban feed`."""
    for command in (rejects, replay, discard, reconcile):
        app.command()(command)
