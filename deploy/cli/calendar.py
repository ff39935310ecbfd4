"""`duban calendar`: the working days of a year, and the import of the official 放假安排 once it is published."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_file, show, show_json

if TYPE_CHECKING:
    from deploy.api_client.calendar import ImportOut

app = typer.Typer(no_args_is_help=True)
SHOWN = 20  # Clocks that are listed; --json gives all.


@app.command("show")
def show_year(
    year: Annotated[int, typer.Argument(help="Year.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show the days of a year that differ from the plain five-day week."""
    with connect(url, key) as client:
        said = client.calendar.get_calendar_by_year(year=year)
    if as_json:
        show_json([said])
        return
    show(f"{year} 年工作日历（{'暂定，官方安排未导入' if said.provisional else '官方'}）")
    show("休：" + "、".join(map(str, said.days_off)))
    show("班：" + "、".join(map(str, said.workdays)))


@app.command("import")
def import_year(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or JSON list of date,kind (休/班), or JSON as of holiday-cn; - reads standard input."
        ),
    ],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Put it into the calendar.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Import the official days of a year; without --confirm only say which days and running limits would move."""
    content = read_file(file)
    with connect(url, key) as client:
        outcome = client.calendar.post_calendar_imports(content, confirm=confirm)
    if as_json:
        show_json([outcome])
        return
    for line in _told(outcome):
        show(line)


def _told(outcome: "ImportOut") -> list[str]:
    """Say in Chinese what an import changed, or would change."""
    days, clocks = outcome.days, outcome.clocks
    news = "，由暂定转为官方" if outcome.became_official else ""
    moved = [
        f"  期限 {one.task_id}（{one.clock}）{one.old_due_at.isoformat()} → {one.new_due_at.isoformat()}"
        for one in clocks[:SHOWN]
    ]
    more = [f"  …… 另有 {len(clocks) - SHOWN} 个期限"] if len(clocks) > SHOWN else []
    changed = [f"  {one.day} 改为{'班' if one.is_workday else '休'}" for one in days]
    head = f"{outcome.year} 年工作日历：变动 {len(days)} 天，移动 {len(clocks)} 个在办期限{news}"
    end = "已写入日历" if outcome.confirmed else "只是试算，加 --confirm 写入日历"
    return [head, *changed, *moved, *more, end]
