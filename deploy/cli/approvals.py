"""`duban approvals …`: 审管联动, results of approvals listed, claimed and reconciled; through the gateway."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json
from deploy.cli.instants import minute, read_day
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.approvals import RecordView

app = typer.Typer(no_args_is_help=True)
HEADS = ("编号", "办件编号", "版本", "结果", "事项编码", "单位", "状态", "流转", "期限", "超期")
COUNTS = {
    "received": "收到",
    "recorded": "登记",
    "difference": "差",
    "routed": "已推送",
    "claimed": "已认领",
    "unclaimed": "未认领",
    "overdue": "超期",
    "unroutable": "待指派",
    "declined": "已退回",
    "superseded": "被替代",
}


@app.command("list")
def list_records(  # noqa: PLR0913 - each is an option of the command.
    *,
    state: Annotated[str, typer.Option(help="unclaimed, pending, unrouted, declined, claimed …")] = "",
    unit: Annotated[str, typer.Option(help="Unit id.")] = "",
    source: Annotated[str, typer.Option(help="Id of the feed source.")] = "",
    project: Annotated[str, typer.Option(help="办件编号.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their limit.")] = False,
    after: Annotated[str, typer.Option(help="Go on behind this id.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 100,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List results, the earliest received first."""
    with connect(url, key) as client:
        page = client.approvals.get_approvals(
            state=state or None,
            unit=unit or None,
            source=source or None,
            project_no=project or None,
            overdue=overdue or None,
            after=after or None,
            limit=limit,
        )
    if as_json:
        show_json(page.items)
        return
    for line in table(HEADS, (_row(one) for one in page.items)):
        show(line)
    if page.next:
        show(f"还有更多：--after {page.next}")


def _row(one: "RecordView") -> tuple[str, ...]:
    unit = one.unit_name or "（督查室）"
    about = (one.id, one.project_no, str(one.version), one.result_word, one.item_code, unit)
    return (
        *about,
        one.state_word,
        str(one.hop),
        minute(one.due_at)[:10],
        "是" if one.overdue else "",
    )


@app.command("claim")
def claim(
    records: Annotated[
        list[str], typer.Argument(help="Ids of results, as `duban approvals list` shows them.")
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Claim results for the unit that has them; the first that is refused ends the command."""
    with connect(url, key) as client:
        for record in records:
            done = client.approvals.post_approvals_by_record_id_claim(record_id=record)
            if as_json:
                show_json([done])
            else:
                late = "（超期）" if done.late else ""
                show(f"{done.id} {done.project_no} 已由{done.unit_name}认领{late}")


@app.command("reconcile")
def reconcile(
    *,
    day: Annotated[str, typer.Option(help="Of which day (YYYY-MM-DD); today by default.")] = "",
    source: Annotated[str, typer.Option(help="Only of this source.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Set what came in on a day against what was routed and claimed; a difference ends with an error."""
    on = read_day(day, field="day")
    with connect(url, key) as client:
        rows = client.approval_reconciliation.get_approval_reconciliation(day=on, source=source or None)
    if as_json:
        show_json(rows)
    else:
        shown = ((one.source, *(str(getattr(one, name)) for name in COUNTS)) for one in rows)
        for line in table(("来源", *COUNTS.values()), shown):
            show(line)
    if any(one.difference for one in rows):
        raise typer.Exit(1)
