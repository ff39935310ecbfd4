"""`duban plan parse`: read a plan document here, without any service, and print what was read."""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.catalogue import UNITS_FILE
from deploy.cli import plan_check

if TYPE_CHECKING:
    from services.tasks.importer.records import Parsed

app = typer.Typer(no_args_is_help=True)
app.command("check")(plan_check.check)

_SHOWN_DOUBTS = 40


class What(StrEnum):
    """The kinds of records that a document yields."""

    TASKS = "tasks"
    TARGETS = "targets"
    MILESTONES = "milestones"
    CADENCES = "cadences"
    UNITS = "units"
    DOUBTS = "doubts"


@app.callback()
def _plan() -> None:
    """方案: parse or check a plan document, or import it through the gateway."""


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="The plan document: .txt, .md or .docx.")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line instead of a summary.")
    ] = False,
    what: Annotated[What, typer.Option(help="Which records to print as JSON.")] = What.TASKS,
    aliases: Annotated[
        Path, typer.Option(help="Units with their aliases (JSON); edit a copy of the default.")
    ] = UNITS_FILE,
) -> None:
    """Read a plan document and print its tasks (or targets, stage goals, cadences, units), each with its lines."""
    from services.tasks.importer import (  # noqa: PLC0415 - `duban --help` stays fast.
        parse as read,
    )
    from services.tasks.importer import read_directory_file, read_document, to_json_lines  # noqa: PLC0415 - the same.

    parsed = read(read_document(file), read_directory_file(aliases))
    lines = to_json_lines(getattr(parsed, what.value)) if as_json else _summary(parsed)
    for line in lines:
        typer.echo(line)


def _summary(parsed: "Parsed") -> list[str]:
    """Say in Chinese what was read: counts for each plan, then the doubts with their lines."""
    issued = f"，{parsed.issued_on:%Y-%m-%d} 印发" if parsed.issued_on else ""
    head = f"{parsed.name}（{parsed.document_number or '无文号'}{issued}）"
    units = len({unit.canonical for unit in parsed.units})
    total = f"方案 {len(parsed.plans)} 个，任务 {len(parsed.tasks)} 项，单位 {units} 个"
    return [head, total, *_plans(parsed), *_doubts(parsed)]


def _plans(parsed: "Parsed") -> list[str]:
    tasks, targets, goals, cadences = (
        Counter(record.plan_id for record in records)
        for records in (parsed.tasks, parsed.targets, parsed.milestones, parsed.cadences)
    )
    return [
        f"  {plan.id} {plan.title}（第{plan.lines[0]}—{plan.lines[1]}行）：任务 {tasks[plan.id]}，"
        f"指标 {targets[plan.id]}，阶段目标 {goals[plan.id]}，周期事项 {cadences[plan.id]}"
        for plan in parsed.plans
    ]


def _doubts(parsed: "Parsed") -> list[str]:
    """List the doubts, most telling first: those that stand on few tasks before those that stand on many."""
    often = Counter(doubt.code for doubt in parsed.doubts)
    ordered = sorted(parsed.doubts, key=lambda doubt: (often[doubt.code], doubt.code, doubt.lines))
    shown = [
        f"  第{doubt.lines[0]}—{doubt.lines[1]}行 {doubt.task_id or ''} [{doubt.code}] {doubt.message}"
        for doubt in ordered[:_SHOWN_DOUBTS]
    ]
    counts = "，".join(f"{code} {count}" for code, count in sorted(often.items()))
    more = (
        [f"  … 其余 {len(ordered) - len(shown)} 条用 --what doubts --json 查看"]
        if len(ordered) > len(shown)
        else []
    )
    return [f"存疑 {len(ordered)} 条（{counts}）：" if ordered else "无存疑", *shown, *more]
