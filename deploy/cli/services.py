"""`duban service …`: services 办件 with their limits, as notify watches them; through the gateway."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json, tell_more
from deploy.cli.instants import minute
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.services import ServiceView

app = typer.Typer(no_args_is_help=True)
STATES = {
    "unheard": "未受理",
    "open": "办理中",
    "overdue": "已超时",
    "paused": "暂停",
    "unlimited": "不计时",
    "completed": "已办结",
    "completed_late": "超时办结",
}
RUNGS = {"warned": "提前预警", "due": "到时提醒", "overdue": "超时通报"}


@app.callback()
def _services() -> None:
    """Show services 办件: what was promised, what paused them, when they are due and who was told."""


@app.command("list")
def list_services(  # noqa: PLR0913 - each is an option of the command.
    *,
    unit: Annotated[str, typer.Option(help="Id of the unit that answers for them; all when left out.")] = "",
    state: Annotated[str, typer.Option(help="open (not finished), overdue or paused.")] = "open",
    limit: Annotated[int, typer.Option(min=1, max=500, help="So many at most.")] = 100,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List services that are not finished, the first accepted first."""
    with connect(url, key) as client:
        found = client.services.get_services(unit=unit or None, state=state, limit=limit)
        tell_more(client)
    if as_json:
        show_json(found.items)
        return
    for line in table(("编号", "单位", "状态", "受理", "应办结", "提醒"), map(_row, found.items)):
        show(line)


@app.command("show")
def show_service(
    service: Annotated[str, typer.Argument(help="Id of the service.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show a service: how its limit was computed, its pauses, and what was told to whom."""
    with connect(url, key) as client:
        found = client.services.get_services_by_service_id(service_id=service)
    if as_json:
        show_json([found])
        return
    for line in _shown(found):
        show(line)


def _row(one: "ServiceView") -> tuple[str, ...]:
    unit = one.unit or f"未登记的代码 {one.unit_code or '（空）'}"
    return one.service_id, unit, STATES[one.state], *_times(one), str(len(one.notices))


def _times(one: "ServiceView") -> tuple[str, str]:
    accepted, due = minute(one.accepted_at), minute(one.due_at)
    return accepted, f"{due}（暂定）" if one.provisional else due


def _shown(one: "ServiceView") -> Iterator[str]:
    accepted, due = _times(one)
    yield f"{one.service_id}（{one.project_no}）{STATES[one.state]}"
    yield f"受理 {accepted}，应办结 {due}"
    yield one.explanation
    for pause in one.pauses:
        until = minute(pause.resumed_at) if pause.resumed_at else "未恢复"
        yield f"暂停{pause.number}：{minute(pause.paused_at)} 至 {until}"
    for notice in one.notices:
        late = "（补发）" if notice.late else ""
        yield f"{minute(notice.decided_at)} {RUNGS[notice.rung]}{late} → {notice.recipient}"
