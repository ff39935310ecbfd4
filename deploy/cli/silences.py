"""`duban notice silence …`: orders of the office that nobody covered is told for a while; through the gateway."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json
from deploy.cli.instants import minute, read_instant
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.silences import SilenceView

app = typer.Typer(no_args_is_help=True)
SCOPES = {"all": "全部", "kind": "类型", "plan": "方案", "task": "事项", "unit": "单位"}
Json = Mapping[str, Any]


@app.command()
def add(  # noqa: PLR0913 - each is an option of the command.
    scope: Annotated[str, typer.Argument(help="all, kind, plan, task or unit.")],
    value: Annotated[
        str, typer.Argument(help="Id of the plan, task or unit, or the kind; none for all.")
    ] = "",
    *,
    until: Annotated[str, typer.Option(help="Its last day, or its end: 2023-07-01, 2023-07-01T18:00.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    begin: Annotated[
        str, typer.Option("--from", help="Its first day, or its beginning; now when left out.")
    ] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Silence notices 静默: nobody covered is told until it ends, nor afterwards; 督查室 always is."""
    body = {"scope": scope, "value": value, "until": read_instant(until, field="until", ends=True)}
    body |= {"reason": reason} | ({"from": read_instant(begin, field="from")} if begin else {})
    with connect(url, key) as client:
        made = client.silences.post_silences(body)
    _tell(made, f"已静默 {made.id}：{_covered(made)}，至 {minute(made.until_at)}", as_json=as_json)


@app.command("list")
def list_silences(
    *,
    over: Annotated[bool, typer.Option("--over", help="Those that are over too.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List silences that hold or will: what each covers, from when to when, who set it and why."""
    with connect(url, key) as client:
        found = client.calls.every(client.silences.get_silences, over=over or None)
    if as_json:
        show_json(found)
        return
    for line in table(("编号", "范围", "起", "止", "设定人", "提前结束", "原因"), map(_row, found)):
        show(line)


@app.command()
def end(
    silence: Annotated[str, typer.Argument(help="Id of the silence.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """End a silence now, before its time."""
    with connect(url, key) as client:
        ended = client.silences.post_silences_by_silence_id_end(silence_id=silence)
    _tell(ended, f"已结束静默 {ended.id}：{_covered(ended)}", as_json=as_json)


def _row(one: "SilenceView") -> tuple[str, ...]:
    times = minute(one.from_at), minute(one.until_at)
    return one.id, _covered(one), *times, one.by, one.ended_by or "—", one.reason


def _covered(silence: "SilenceView") -> str:
    return f"{SCOPES[silence.scope]} {silence.value}".rstrip()


def _tell(answer: "SilenceView", line: str, *, as_json: bool) -> None:
    if as_json:
        show_json([answer])
    else:
        show(line)
