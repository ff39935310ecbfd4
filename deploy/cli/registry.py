"""`duban task register`, `extend`, `extensions`, `decide` and `deadline set`: what people tell the registry."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.api_client import Duban
from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, given, show, show_json
from deploy.cli.instants import minute
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.tasks import TaskDetail
    from deploy.api_client.units import UnitOut

deadline_app = typer.Typer(no_args_is_help=True, help="人工设定时限.")
Reason = Annotated[str, typer.Option(help="Why.")]
OnBehalfOf = Annotated[str, typer.Option(help="Unit id that this is entered for.")]
Named = Annotated[list[str] | None, typer.Option(help="Unit id or name; may be given several times.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban task`."""
    for command in (register, extend, extensions, decide):
        app.command()(command)
    app.add_typer(deadline_app, name="deadline")


def find_unit(units: "list[UnitOut]", asked: str) -> str:
    """Give the id of the unit that somebody means by its id, name or alias.

    Raises:
        Invalid: There is none.
    """
    for unit in units:
        if asked in {unit.id, unit.name, *unit.aliases}:
            return unit.id
    raise Invalid(f"没有单位 {asked}，请用 duban task units 查看", code="unit.unknown", field="unit")


def register(  # noqa: PLR0913 - each is an option of the command.
    title: str,
    *,
    lead: Named = None,
    responsible: Named = None,
    cooperating: Named = None,
    kind: Annotated[str, typer.Option(help="Kind of task.")] = "instruction",
    source: Annotated[str, typer.Option(help="instruction, meeting, superior, manual …")] = "manual",
    ref: Annotated[str, typer.Option(help="Number of the paper that it comes from.")] = "",
    text: Annotated[str, typer.Option("--text", help="What is to be done.")] = "",
    deadline: Annotated[str, typer.Option(help="Due on this day (YYYY-MM-DD).")] = "",
    level: Annotated[str, typer.Option(help="normal, important or urgent.")] = "normal",
    plan: Annotated[str, typer.Option(help="Plan id that it is added to.")] = "",
    parent: Annotated[str, typer.Option(help="Task id whose subtask it is.")] = "",
    client_ref: Annotated[str, typer.Option(help="Your own word for it; a repeat is the same task.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Register a task by hand: 批示、会议议定、上级交办 and the like, or a subtask."""
    named = {"lead": lead, "responsible": responsible, "cooperating": cooperating}
    body: dict[str, Any] = {"kind": kind, "title": title, "body": text, "source": source, "level": level}
    body |= given(deadline=deadline, source_ref=ref, plan_id=plan, parent_id=parent, client_ref=client_ref)
    with connect(url, key) as client:
        body["units"] = _units(client, named)
        answer = client.tasks.post_tasks(body)
    _tell(answer, f"{answer.id} {answer.state_word} {answer.title}", as_json=as_json)


def _units(client: Duban, named: dict[str, list[str] | None]) -> list[dict[str, str]]:
    known = client.units.get_units()
    return [
        {"role": role, "unit_id": find_unit(known, unit)}
        for role, units in named.items()
        for unit in units or ()
    ]


def extend(  # noqa: PLR0913 - each is an option of the command.
    task: str,
    wanted_on: Annotated[str, typer.Argument(help="The later day that is asked for (YYYY-MM-DD).")],
    *,
    reason: Reason,
    clock: Annotated[str, typer.Option(help="Clock of the task.")] = "finish",
    on_behalf_of: OnBehalfOf = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Ask for an extension 延期 before the due day."""
    body = {"clock": clock, "wanted_on": wanted_on, "reason": reason} | given(on_behalf_of=on_behalf_of)
    with connect(url, key) as client:
        answer = client.tasks.post_tasks_by_task_id_extensions(body, task_id=task)
    _tell(answer, _last(answer), as_json=as_json)


def extensions(
    *,
    state: Annotated[str, typer.Option(help="pending, granted, refused, withdrawn or void.")] = "pending",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List requests for extensions, oldest first."""
    with connect(url, key) as client:
        items = client.calls.every(client.extensions.get_extensions, state=state or None)
    if as_json:
        show_json(items)
        return
    for one in items:
        old = minute(one.old_due_at)[:10]
        show(f"{one.task_id} {one.number} {old} → {one.wanted_on} {one.title}：{one.reason}")


def decide(  # noqa: PLR0913 - each is an option of the command.
    task: str,
    number: Annotated[int, typer.Argument(help="Number of the request.")],
    *,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="Grant or refuse it.")],
    until: Annotated[str, typer.Option(help="Another day than the one asked for (YYYY-MM-DD).")] = "",
    opinion: Annotated[str, typer.Option(help="Why; needed to refuse.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Decide on an extension 批复延期."""
    body = {"grant": grant, "opinion": opinion} | given(granted_on=until)
    with connect(url, key) as client:
        answer = client.tasks.post_tasks_by_task_id_extensions_by_number_decision(
            body, task_id=task, number=number
        )
    _tell(answer, _last(answer), as_json=as_json)


def _last(answer: "TaskDetail") -> str:
    last = answer.extensions.items[-1]
    due = answer.due_at.isoformat() if answer.due_at else "—"
    return f"{answer.id} 第 {last.number} 号延期申请：{last.state_word}，现时限 {due}"


@deadline_app.command("set")
def set_deadline(  # noqa: PLR0913 - each is an option of the command.
    day: Annotated[str, typer.Argument(help="The date (YYYY-MM-DD).")],
    tasks: Annotated[list[str] | None, typer.Argument(help="Task ids; none takes --plan.")] = None,
    *,
    reason: Reason,
    plan: Annotated[str, typer.Option(help="All undated tasks of this plan.")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Set it.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Set the missing deadline of tasks; without --confirm it only says what it would do."""
    body: dict[str, Any] = {"deadline": day, "reason": reason, "confirm": confirm}
    body |= {"tasks": tasks} if tasks else {"filter": {"plan": plan, "light": "undated"} if plan else None}
    with connect(url, key) as client:
        outcome = client.tasks.post_tasks_deadlines(body)
    if as_json:
        show_json([outcome])
        return
    for one in outcome.tasks:
        refused = f"  不能设定：{one.refused.message}" if one.refused else ""
        show(f"{one.task_id} {one.title}{refused}")
    done = f"已设定 {outcome.count} 项" if outcome.confirmed else "只是试算，加 --confirm 设定"
    show(f"时限 {outcome.deadline}：{done}，不能设定 {outcome.refused} 项")


def _tell(answer: "TaskDetail", line: str, *, as_json: bool) -> None:
    if as_json:
        show_json([answer])
    else:
        show(line)
