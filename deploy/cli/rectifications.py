"""`duban rectification …`: 差评整改, listed and shown; through the gateway."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json
from deploy.cli.instants import minute
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.rectifications import CaseView

app = typer.Typer(no_args_is_help=True)
HEADS = ("编号", "办件编号", "承办单位", "环节", "类别", "结论", "期限", "超期")


@app.command("list")
def list_cases(  # noqa: PLR0913 - each is an option of the command.
    *,
    unit: Annotated[str, typer.Option(help="Unit id.")] = "",
    stage: Annotated[str, typer.Option(help="verify, rectify, call_back …")] = "",
    verdict: Annotated[str, typer.Option(help="founded, unreasonable, malicious or mistaken.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their limit.")] = False,
    without_unit: Annotated[bool, typer.Option("--without-unit", help="Only those to dispatch.")] = False,
    done: Annotated[bool, typer.Option("--done", help="Also those that are closed.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List rectifications, the earliest due first."""
    with connect(url, key) as client:
        cases = client.calls.every(
            client.rectifications.get_rectifications,
            unit=unit or None,
            stage=stage or None,
            verdict=verdict or None,
            overdue=overdue or None,
            without_unit=without_unit or None,
            done=done or None,
        )
    if as_json:
        show_json(cases)
        return
    for line in table(HEADS, (_row(one) for one in cases)):
        show(line)


def _row(case: "CaseView") -> tuple[str, ...]:
    due = minute(case.due_at)[:10]
    unit = case.unit_name or "（待派单）"
    words = (case.stage_word, case.grade_word, case.verdict_word)
    return (case.id, case.project_no, unit, *words, due, "是" if case.overdue else "")


@app.command("show")
def show_case(
    task: Annotated[str, typer.Argument(help="Id of the task.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show one rectification with its steps."""
    with connect(url, key) as client:
        case = client.rectifications.get_rectifications_by_task_id(task_id=task)
        steps = client.rectifications.get_rectifications_by_task_id_steps(task_id=task)
    if as_json:
        show_json([case.to_json() | {"steps": [one.to_json() for one in steps]}])
        return
    show(f"{case.title}（{case.id}）：{case.stage_word}，{case.verdict_word}")
    show(f"承办：{case.unit_name or case.doubt}；可办：{'、'.join(case.legal.values()) or '无'}")
    rows = ((minute(one.at), one.step_word, one.to_stage_word, one.by, one.reason) for one in steps)
    for line in table(("时间", "步骤", "之后", "经办", "说明"), rows):
        show(line)
