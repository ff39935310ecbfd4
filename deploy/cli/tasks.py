"""`duban task …` and `duban plan import`: the ledger, through the gateway."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    given,
    read_file,
    show,
    show_json,
)
from deploy.cli.registry import add_to, find_unit

if TYPE_CHECKING:
    from deploy.api_client.common import TaskView
    from deploy.api_client.plans import ImportView

task_app = typer.Typer(no_args_is_help=True)
add_to(task_app)
LIGHTS = {"green": "绿", "yellow": "黄", "red": "红", "undated": "未定时限", "done": "完成"}
SHOWN = 20  # Doubts and changes that a person reads; --json has all.

Unit = Annotated[str, typer.Option(help="Unit id or name.")]


@task_app.command("list")
def list_tasks(  # noqa: PLR0913 - each is an option of the command.
    *,
    plan: Annotated[str, typer.Option(help="Plan id.")] = "",
    state: Annotated[str, typer.Option(help="registered, assigned, accepted, in_progress …")] = "",
    unit: Unit = "",
    light: Annotated[str, typer.Option(help="green, yellow, red, undated or done.")] = "",
    text: Annotated[str, typer.Option("--text", help="Words of the title.")] = "",
    due_to: Annotated[str, typer.Option(help="Due on this day or before (YYYY-MM-DD).")] = "",
    sort: Annotated[
        str, typer.Option(help="due: by the day of the deadline; the ledger's order without it.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List tasks of the ledger."""
    asked = {"plan": plan, "state": state, "light": light, "q": text, "due_to": due_to, "sort": sort}
    with connect(url, key) as client:
        if unit:
            asked["unit"] = find_unit(client.units.get_units(), unit)
        left, after = limit, ""
        while left > 0:
            size = str(min(left, 200))
            page = client.tasks.get_tasks(**given(**asked, limit=size, after=after))
            _show_tasks(page.items, as_json=as_json)
            left, after = left - len(page.items), page.next or ""
            if not after:
                break


def _show_tasks(tasks: "list[TaskView]", *, as_json: bool) -> None:
    if as_json:
        show_json(tasks)
        return
    for task in tasks:
        due = str(task.deadline or task.deadline_raw or "—")
        light = LIGHTS.get(task.light, task.light)
        unit = task.answering_unit_name or "未定单位"
        show(f"{task.id:<22} {light} {due:<10} {task.state_word} {unit} {task.title}")


@task_app.command()
def units(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List the units with their aliases."""
    with connect(url, key) as client:
        items = client.units.get_units()
    if as_json:
        show_json(items)
        return
    for unit in items:
        show(f"{unit.id}  {unit.name}  {'、'.join(unit.aliases)}".rstrip())


@task_app.command("show")
def show_task(task: str, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show one task with its units, clock, light, source lines and revisions, as JSON."""
    with connect(url, key) as client:
        show_json([client.tasks.get_tasks_by_task_id(task_id=task)])


@task_app.command()
def move(  # noqa: PLR0913 - each is an option of the command.
    task: str,
    step: Annotated[str, typer.Argument(help="assign, accept, progress, submit, return, verify, close …")],
    *,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    progress: Annotated[int | None, typer.Option(min=0, max=100, help="Progress in %.")] = None,
    on_behalf_of: Annotated[str, typer.Option(help="Unit id that this is entered for.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Move a task: 交办、签收、办理、报审、退回、复核、完成, and the rest; an illegal move names the legal ones."""
    body = {"move": step, "reason": reason, "progress": progress, "on_behalf_of": on_behalf_of or None}
    with connect(url, key) as client:
        answer = client.tasks.post_tasks_by_task_id_moves(body, task_id=task)
    if as_json:
        show_json([answer])
    else:
        show(f"{answer.id} → {answer.state_word}（第 {answer.revision} 版）")
        for other in answer.followed:
            show(f"  联动事项 {other} 同步办理")
        for left in answer.not_followed:
            show(f"  联动事项 {left.task_id} 未同步：{left.message}")


def plan_import(
    file: Annotated[Path, typer.Argument(help="The plan document: .txt, .md or .docx.")],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Put it into the ledger.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Import a plan document into the ledger; without --confirm it only says what it would do."""
    content = read_file(file)
    with connect(url, key) as client:
        outcome = client.plans.post_plans(content, filename=file.name, confirm=confirm)
    if as_json:
        show_json([outcome])
        return
    for line in _told(outcome):
        show(line)


def _told(outcome: "ImportView") -> list[str]:
    """Say in Chinese what an import did, or would do."""
    diff = outcome.diff
    counts = "，".join(f"{name} {count}" for name, count in outcome.counts.items())
    lines = [f"读出：{counts}"]
    lines += [f"  {plan.title}：任务 {plan.tasks} 项" for plan in outcome.plans]
    lines.append(f"新增 {len(diff.added)} 项")
    for word, tasks in (("变更", diff.changed), ("不再列出", diff.removed)):
        lines.append(f"{word} {len(tasks)} 项")
        lines += [f"  {task.number} {task.title}" for task in tasks[:SHOWN]]
    lines.append(f"存疑 {len(outcome.doubts)} 条")
    lines += [
        f"  第{doubt.lines[0]}—{doubt.lines[1]}行 [{doubt.code}] {doubt.message}"
        for doubt in outcome.doubts[:SHOWN]
    ]
    done = "已写入台账" if outcome.confirmed else "只是试算，加 --confirm 写入台账"
    return [*lines, done]
