"""`duban order …`: 12345工单, listed, shown, and moved step by step; through the gateway."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json, tell_more
from deploy.cli.instants import minute
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.orders import OrderDetail, OrderView

app = typer.Typer(no_args_is_help=True)
HEADS = ("编号", "工单号", "类别", "承办单位", "状态", "期限", "退派", "催办")
Task = Annotated[str, typer.Argument(help="Id of the order's task.")]
Behalf = Annotated[str, typer.Option("--on-behalf-of", help="Unit id, where you act for it.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the order's steps.")]
Resolved = Annotated[str, typer.Option(help="yes, partly or no.")]


@app.command("list")
def list_orders(  # noqa: PLR0913 - each is an option of the command.
    *,
    unit: Annotated[str, typer.Option(help="Unit id.")] = "",
    state: Annotated[
        str,
        typer.Option(help="undispatched, returned, hard, open, closed, visit, refused, merged or recalled."),
    ] = "",
    number: Annotated[str, typer.Option(help="The platform's number of the order.")] = "",
    category: Annotated[str, typer.Option(help="A category.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only those past their limit.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 100,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List orders."""
    with connect(url, key) as client:
        found = client.orders.get_orders(
            unit=unit or None,
            stage=state or None,
            order_no=number or None,
            category=category or None,
            late=late or None,
            limit=limit,
        )
        tell_more(client)
    if as_json:
        show_json(found)
        return
    for line in table(HEADS, [_row(one) for one in found]):
        show(line)


def _row(one: "OrderView") -> tuple[str, ...]:
    due, unit = minute(one.due_at), one.unit_name or "（待派单）"
    told = (one.task_id, one.order_no, one.category, unit, one.state_word)
    return (*told, due, str(one.hop), str(one.urged or ""))


@app.command("show")
def show_order(task: Task, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show one order with its steps."""
    with connect(url, key) as client:
        order = client.orders.get_orders_by_task_id(task_id=task)
    if as_json:
        show_json([order])
        return
    show(f"{order.order_no}（{order.task_id}）：{order.state_word}，{order.unit_name or '待派单'}")
    rows = [(minute(one.at), one.step_word, one.unit_name, one.by, one.reason) for one in order.steps]
    for line in table(("时间", "步骤", "单位", "经办", "说明"), rows):
        show(line)


@app.command("dispatch")
def dispatch(  # noqa: PLR0913 - each is an option of the command.
    task: Task,
    *,
    unit: Annotated[str, typer.Option(help="Unit id 主办.")],
    reason: Reason,
    with_: Annotated[list[str] | None, typer.Option("--with", help="Unit id 协办; may be repeated.")] = None,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Dispatch an order to a unit, or to another one 派单、改派."""
    body = {"unit_id": unit, "reason": reason, "cooperating": with_ or []}
    with connect(url, key) as client:
        _tell(client.orders.post_orders_by_task_id_dispatch(body, task_id=task))


@app.command("contact")
def contact(
    task: Task,
    *,
    note: Annotated[str, typer.Option(help="What was said.")] = "",
    on_behalf_of: Behalf = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Note that the unit spoke with the caller 联系."""
    with connect(url, key) as client:
        _tell(
            client.orders.post_orders_by_task_id_contact(
                {"note": note, "on_behalf_of": on_behalf_of or None}, task_id=task
            )
        )


@app.command("answer")
def answer(  # noqa: PLR0913 - each is an option of the command.
    task: Task,
    *,
    text: Annotated[str, typer.Option(help="The answer.")],
    resolved: Resolved = "",
    on_behalf_of: Behalf = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Hand in the unit's answer 答复."""
    body = {"text": text, "resolved": resolved or None, "on_behalf_of": on_behalf_of or None}
    with connect(url, key) as client:
        _tell(client.orders.post_orders_by_task_id_answer(body, task_id=task))


@app.command("close")
def close(
    task: Task,
    *,
    resolved: Resolved,
    on_behalf_of: Behalf = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Close an order 办结."""
    with connect(url, key) as client:
        _tell(
            client.orders.post_orders_by_task_id_closing(
                {"resolved": resolved, "on_behalf_of": on_behalf_of or None}, task_id=task
            )
        )


@app.command("return")
def give_back(  # noqa: PLR0913 - each is an option of the command.
    task: Task,
    *,
    reason: Annotated[str, typer.Option(help="Code of the reason, as GET /order-rules lists them.")],
    note: Annotated[str, typer.Option(help="In words.")] = "",
    on_behalf_of: Behalf = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Give an order back 退单; a named reviewer decides."""
    body = {"reason": reason, "note": note, "on_behalf_of": on_behalf_of or None}
    with connect(url, key) as client:
        _tell(client.orders.post_orders_by_task_id_return(body, task_id=task))


@app.command("decide")
def decide(  # noqa: PLR0913 - each is an option of the command.
    task: Task,
    *,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="Whether the unit may give it back.")],
    opinion: Annotated[str, typer.Option(help="Why.")],
    unit: Annotated[str, typer.Option(help="Unit id that gets it instead.")] = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Decide about a return 派单异议审核."""
    with connect(url, key) as client:
        _tell(
            client.orders.post_orders_by_task_id_return_decision(
                {"grant": grant, "opinion": opinion, "unit_id": unit or None}, task_id=task
            )
        )


@app.command("merge")
def merge(
    task: Task,
    *,
    into: Annotated[str, typer.Option(help="Id of the task in which it is dealt with.")],
    reason: Reason,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Deal with an order in another one 并单."""
    with connect(url, key) as client:
        _tell(client.orders.post_orders_by_task_id_merge({"into": into, "reason": reason}, task_id=task))


@app.command("refuse")
def refuse(
    task: Task,
    *,
    reason: Annotated[str, typer.Option(help="Code of the reason, as GET /order-rules lists them.")],
    note: Annotated[str, typer.Option(help="In words.")] = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Do not take an order up 不受理."""
    with connect(url, key) as client:
        _tell(client.orders.post_orders_by_task_id_refusal({"reason": reason, "note": note}, task_id=task))


@app.command("extend")
def extend(  # noqa: PLR0913 - each is an option of the command.
    task: Task,
    *,
    until: Annotated[str, typer.Option(help="The day that is asked for (YYYY-MM-DD).")],
    reason: Reason,
    on_behalf_of: Behalf = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Ask for more time 延期; somebody else decides."""
    body = {"wanted_on": until, "reason": reason, "on_behalf_of": on_behalf_of or None}
    with connect(url, key) as client:
        client.tasks.post_tasks_by_task_id_extensions(body, task_id=task)
    show(f"已为 {task} 申请延期至 {until}，等待批复")


def _tell(order: "OrderDetail") -> None:
    show(f"{order.order_no}（{order.task_id}）：{order.state_word}，{order.unit_name or '待派单'}")
