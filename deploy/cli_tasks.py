"""`duban task …`, `duban plan import` and `duban rating post`: the ledger and the intake, through the gateway."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli_registry import add_to, find_unit
from deploy.client import DEFAULT_URL, ApiKey, AsJson, Url, ask, connect, given, read_file, show, show_json

task_app = typer.Typer(no_args_is_help=True)
rating_app = typer.Typer(no_args_is_help=True)
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
    query = given(plan=plan, state=state, light=light, q=text, due_to=due_to, sort=sort)
    with connect(url, key) as client:
        if unit:
            query["unit"] = find_unit(ask(client, "GET", "/api/v1/units").json(), unit)
        left, after = limit, ""
        while left > 0:
            page = ask(
                client, "GET", "/api/v1/tasks", params=query | given(limit=min(left, 200), after=after)
            ).json()
            _show_tasks(page["items"], as_json=as_json)
            left, after = left - len(page["items"]), page["next"]
            if not after:
                break


def _show_tasks(tasks: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show_json(tasks)
        return
    for task in tasks:
        due = task["deadline"] or task["deadline_raw"] or "—"
        light = LIGHTS.get(task["light"], task["light"])
        unit = task["answering_unit_name"] or "未定单位"
        show(f"{task['id']:<22} {light} {due:<10} {task['state_word']} {unit} {task['title']}")


@task_app.command()
def units(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List the units with their aliases."""
    with connect(url, key) as client:
        found = ask(client, "GET", "/api/v1/units").json()
    items = found["items"] if isinstance(found, dict) else found
    if as_json:
        show_json(items)
        return
    for unit in items:
        show(f"{unit['id']}  {unit['name']}  {'、'.join(unit.get('aliases', ()))}".rstrip())


@task_app.command("show")
def show_task(task: str, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show one task with its units, clock, light, source lines and revisions, as JSON."""
    with connect(url, key) as client:
        show_json([ask(client, "GET", f"/api/v1/tasks/{task}").json()])


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
        answer = ask(client, "POST", f"/api/v1/tasks/{task}/moves", json=body).json()
    if as_json:
        show_json([answer])
    else:
        show(f"{answer['id']} → {answer['state_word']}（第 {answer['revision']} 版）")
        for other in answer.get("followed", ()):
            show(f"  联动事项 {other} 同步办理")
        for other in answer.get("not_followed", ()):
            show(f"  联动事项 {other['task_id']} 未同步：{other['message']}")


@rating_app.command()
def post(
    file: Annotated[Path, typer.Argument(help="One rating as JSON; - reads standard input.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Send one rating; posted twice, it counts once."""
    body = sys.stdin.buffer.read() if str(file) == "-" else read_file(file)
    with connect(url, key) as client:
        headers = {"content-type": "application/json"}
        show_json([ask(client, "POST", "/api/v1/ratings", content=body, headers=headers).json()])


def plan_import(
    file: Annotated[Path, typer.Argument(help="The plan document: .txt, .md or .docx.")],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Put it into the ledger.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Import a plan document into the ledger; without --confirm it only says what it would do."""
    query = {"filename": file.name, "confirm": str(confirm).lower()}
    headers = {"content-type": "application/octet-stream"}
    content = read_file(file)
    with connect(url, key) as client:
        outcome = ask(client, "POST", "/api/v1/plans", params=query, content=content, headers=headers).json()
    if as_json:
        show_json([outcome])
        return
    for line in _told(outcome):
        show(line)


def _told(outcome: dict[str, Any]) -> list[str]:
    """Say in Chinese what an import did, or would do."""
    diff = outcome["diff"]
    counts = "，".join(f"{name} {count}" for name, count in outcome["counts"].items())
    lines = [f"读出：{counts}"]
    lines += [f"  {plan['title']}：任务 {plan['tasks']} 项" for plan in outcome["plans"]]
    for word, name in (("新增", "added"), ("变更", "changed"), ("不再列出", "removed")):
        lines.append(f"{word} {len(diff[name])} 项")
        lines += [f"  {task['number']} {task['title']}" for task in diff[name][:SHOWN] if name != "added"]
    lines.append(f"存疑 {len(outcome['doubts'])} 条")
    lines += [
        f"  第{doubt['lines'][0]}—{doubt['lines'][1]}行 [{doubt['code']}] {doubt['message']}"
        for doubt in outcome["doubts"][:SHOWN]
    ]
    done = "已写入台账" if outcome["confirmed"] else "只是试算，加 --confirm 写入台账"
    return [*lines, done]
