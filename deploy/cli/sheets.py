"""`duban task export`, `import-sheet`, `form` and `import-form`: the ledger and a unit's form as Excel workbooks."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

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
    write_file,
)
from deploy.cli.registry import find_unit
from shared.errors import Permanent

Json = Mapping[str, Any]
SHOWN = 50  # Faults and changes that a person reads; --json has all.

Output = Annotated[Path, typer.Argument(help="The workbook to write (.xlsx).")]
Sheet = Annotated[Path, typer.Argument(help="The workbook to read (.xlsx).")]
Confirm = Annotated[
    bool, typer.Option("--confirm", help="Write it; without this it only says what it would do.")
]


def export(  # noqa: PLR0913 - each is an option of the command.
    file: Output,
    *,
    plan: Annotated[str, typer.Option(help="Plan id.")] = "",
    kind: Annotated[str, typer.Option(help="action, instruction …")] = "",
    state: Annotated[str, typer.Option(help="registered, assigned, accepted, in_progress …")] = "",
    unit: Annotated[str, typer.Option(help="Unit id or name.")] = "",
    role: Annotated[str, typer.Option(help="lead, responsible or cooperating.")] = "",
    light: Annotated[str, typer.Option(help="green, yellow, red, undated or done.")] = "",
    text: Annotated[str, typer.Option("--text", help="Words of the title.")] = "",
    due_from: Annotated[str, typer.Option(help="Due on this day or later (YYYY-MM-DD).")] = "",
    due_to: Annotated[str, typer.Option(help="Due on this day or before (YYYY-MM-DD).")] = "",
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", help="The ledger as it was: a day (its end) or an instant, 2023-06-30T12:00."
        ),
    ] = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Export the ledger 督办台账: a sheet to print on A3, and a data sheet that can be imported again."""
    query = given(
        plan=plan,
        kind=kind,
        state=state,
        role=role,
        light=light,
        q=text,
        due_from=due_from,
        due_to=due_to,
        as_of=as_of,
    )
    with connect(url, key) as client:
        if unit:
            query["unit"] = find_unit(client.units.get_units(), unit)
        _save(file, client.ledger_xlsx.get_ledger_xlsx(**query))


def import_sheet(
    file: Sheet,
    *,
    confirm: Confirm = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Import a ledger sheet 台账; every fault is told by sheet, row and column, and one fault stops it all."""
    content = read_file(file)
    with connect(url, key) as client, _telling_faults(as_json=as_json):
        answer = client.ledger.post_ledger_import(content, confirm=confirm)
    _tell(answer.to_json(), as_json=as_json)


def form(
    unit: Annotated[str, typer.Argument(help="Unit id or name.")],
    file: Output,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Export the progress form 进展填报表 of a unit: its open tasks, with columns to fill in."""
    with connect(url, key) as client:
        found = find_unit(client.units.get_units(), unit)
        _save(file, client.forms.get_forms_progress_xlsx(unit=found))


def import_form(
    file: Sheet,
    *,
    confirm: Confirm = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Import a progress form that was filled in: it signs, reports and hands in for its unit."""
    content = read_file(file)
    with connect(url, key) as client, _telling_faults(as_json=as_json):
        answer = client.forms.post_forms_progress(content, confirm=confirm)
    _tell(answer.to_json(), as_json=as_json)


@contextmanager
def _telling_faults(*, as_json: bool) -> Iterator[None]:
    """Show the faults of a refusal before it ends the command."""
    try:
        yield
    except Permanent as refusal:
        problem: Any = refusal.details.get("problem", {})
        _show_faults(problem.get("faults", ()), as_json=as_json)
        raise


def _tell(answer: Json, *, as_json: bool) -> None:
    if as_json:
        show_json([answer])
    else:
        _show_difference(answer)
    if answer["diff"]["faults"]:
        raise typer.Exit(1)


def _show_difference(answer: Json) -> None:
    """Say what a sheet changed, or would change; the two kinds of sheets differ in what they may say."""
    diff = answer["diff"]
    for word, name in (("新增", "added"), ("变更", "changed")):
        if name in diff:
            show(f"{word} {len(diff[name])} 项")
            for one in diff[name][:SHOWN]:
                what = "、".join(one.get("fields") or one.get("moves") or ())
                show(f"  {one['task_id']} {one.get('title', '')} {what}".rstrip())
    for one in diff.get("followed", ())[:SHOWN]:
        show(f"  联动事项 {one['task_id']} 同步办理 {'、'.join(one['moves'])}")
    for one in diff.get("not_followed", ()):
        show(f"  联动事项 {one['task_id']} 未同步：{one['message']}")
    show(f"不变 {diff['unchanged']} 项")
    _show_faults(diff["faults"], as_json=False)
    if answer["confirmed"]:
        show("已写入台账")
    elif not diff["faults"]:
        show("只是试算，加 --confirm 写入台账")


def _show_faults(faults: Iterable[Json], *, as_json: bool) -> None:
    found = list(faults)
    if as_json:
        show_json(found)
        return
    if found:
        show(f"问题 {len(found)} 处，没有写入任何内容：")
    for one in found[:SHOWN]:
        place = f"“{one['sheet']}”第 {one['row']} 行 {one['column']} 列（{one['header']}）"
        show(f"  {place} 值“{one['value']}”：{one['reason']}；{one['remedy']}")
    if len(found) > SHOWN:
        show(f"  … 其余 {len(found) - SHOWN} 处用 --json 查看")


def _save(file: Path, content: bytes) -> None:
    write_file(file, content)
    show(f"已写入 {file}（{len(content) // 1024} KB）")


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban task`."""
    app.command("export")(export)
    app.command("import-sheet")(import_sheet)
    app.command("form")(form)
    app.command("import-form")(import_form)
