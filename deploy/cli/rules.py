"""`duban notice rules`: the rules that hold or held, and setting others, with a dry run; through the gateway."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json
from deploy.cli.instants import minute
from deploy.cli.rules_words import field_lines, rule_lines, rung_rows, scope_words, when_messages_leave
from deploy.cli.tables import table
from shared.errors import DubanError, Invalid

app = typer.Typer(invoke_without_command=True)
TIMEOUT = 150.0  # Seconds; a quarter of a large ledger takes a while.
LONGEST = 92  # Days of a forecast.
Json = Mapping[str, Any]
RUNGS = {"warned": "提前预警", "due": "到时提醒", "overdue": "超时通报"}


@app.callback()
def show_rules(
    context: typer.Context,
    *,
    version: Annotated[
        int | None, typer.Option(min=1, help="A version; the one that holds when left out.")
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show the rules: when whom is told of which tasks; who set them, when and why.

    With --json: a copy that can be changed and handed to `duban notice rules set`.
    """
    if context.invoked_subcommand is not None:
        return
    with connect(url, key) as client:
        rules = client.rules
        said = rules.get_rules() if version is None else rules.get_rules_versions_by_version(version=version)
    found = said.to_json()
    if as_json:
        show_json([found])
        return
    show(f"提醒规则{_about(found)}")
    heads = ("适用范围", "提醒档", "何时", "告知")
    rows = ((scope_words(rule), *row) for rule in found["rules"] for row in rung_rows(rule))
    for line in (*table(heads, rows), when_messages_leave(found["parcels"])):
        show(line)


@app.command("versions")
def list_versions(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List all versions of the rules, the newest first, which holds: who set each, when and why."""
    with connect(url, key) as client:
        found = [one.to_json() for one in client.calls.every(client.rules.get_rules_versions)]
    if as_json:
        show_json(found)
        return
    rows = [(str(one["version"]), minute(one["made_at"]), _author(one), one["reason"]) for one in found]
    for line in table(("版本", "时间", "设定人", "理由"), rows):
        show(line)


@app.command("set")
def set_rules(  # noqa: PLR0913 - each is an option of the command.
    file: Annotated[
        Path, typer.Argument(help="The whole rulebook (JSON): a changed copy of what --json shows.")
    ],
    *,
    reason: Annotated[str, typer.Option(help="Why; needed unless this is a dry run.")] = "",
    made_from: Annotated[
        int | None,
        typer.Option(help="The version that it is a change of; the `version` in the file when left out."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    days: Annotated[
        int | None,
        typer.Option(
            min=1, max=LONGEST, help="With --dry-run: also the notices of so many days that would change."
        ),
    ] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Let other rules hold from now on, as a new version; every fault of the file is named.

    Refused when somebody else has set rules since the version that the file was made from.
    """
    rules = read_json(file)
    body = {"rules": rules, "made_from": _made_from(rules, made_from), "reason": reason}
    with connect(url, key) as client:
        client.http.timeout = httpx.Timeout(TIMEOUT)
        try:
            said = client.rules.put_rules(body, dry_run=dry_run or None, days=days).to_json()
        except DubanError as error:
            _tell_faults(error)
            raise
    if as_json:
        show_json([said])
        return
    for line in _told(said):
        show(line)


def _made_from(rules: Any, stated: int | None) -> int:  # noqa: ANN401 - JSON.
    found = stated if stated is not None else rules.get("version") if isinstance(rules, dict) else None
    if not isinstance(found, int):
        message = (
            "不知道文件由哪一版修改而来：请用 --made-from 指明版本号（duban notice rules versions 可查）"
        )
        raise Invalid(message, code="rules.made_from", field="made_from")
    return found


def _tell_faults(error: DubanError) -> None:
    """Name every fault on standard error where there are several; the error itself names the first."""
    problem = error.details.get("problem")
    faults: Sequence[Json] = problem.get("faults", ()) if isinstance(problem, dict) else ()
    for one in faults if len(faults) > 1 else ():
        sys.stderr.write(f"  {one['field']} 的值 {one['value']}：{one['message']}\n")


def _about(version: Json) -> str:
    reason = f"：{version['reason']}" if version["reason"] else ""
    return f"第 {version['version']} 版（{minute(version['made_at'])} {_author(version)}{reason}）"


def _author(version: Json) -> str:
    return "随版本发布" if version["shipped"] else str(version["made_by"])


def _told(said: Json) -> Iterator[str]:
    """Say in Chinese what rules change, or would change."""
    difference = said["difference"]
    for rule in difference["rules"]:
        yield from rule_lines(rule)
    yield from field_lines("修改 每日消息", difference["parcels"])
    if said["notices"] is not None:
        yield from _notices(said["notices"])
    yield _end(said)


def _notices(found: Json) -> Iterator[str]:
    yield f"{found['first']} 至 {found['last']}：{found['summary']}（{found['assumes']}）"
    for word, name in (("新增", "added"), ("减少", "dropped")):
        yield from (f"  {word} {_notice(one)}" for one in found[name])
    for one in found["moved"]:
        yield f"  改期 {_notice(one['before'])} → {minute(one['after']['planned_at'])}"


def _notice(one: Json) -> str:
    return f"{minute(one['planned_at'])} {one['recipient']} {RUNGS[one['rung']]} {one['task_id']}"


def _end(said: Json) -> str:
    if not said["changed"]:
        return f"与现行规则（第 {said['version']} 版）相同，无需更改"
    if said["dry_run"]:
        return "只是试算，去掉 --dry-run 即生效"
    return f"已生效：第 {said['version']} 版"
