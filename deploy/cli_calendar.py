"""`duban calendar`: the working days of a year, and the import of the official 放假安排 once it is published."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.client import DEFAULT_URL, ApiKey, AsJson, Url, ask, connect, read_file, show, show_json

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
        said = ask(client, "GET", f"/api/v1/calendar/{year}").json()
    if as_json:
        show_json([said])
        return
    show(f"{year} 年工作日历（{'暂定，官方安排未导入' if said['provisional'] else '官方'}）")
    show("休：" + "、".join(said["days_off"]))
    show("班：" + "、".join(said["workdays"]))


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
    content = sys.stdin.buffer.read() if str(file) == "-" else read_file(file)
    query = {"confirm": str(confirm).lower()}
    headers = {"content-type": "application/octet-stream"}
    with connect(url, key) as client:
        answer = ask(
            client, "POST", "/api/v1/calendar/imports", params=query, content=content, headers=headers
        )
    outcome = answer.json()
    if as_json:
        show_json([outcome])
        return
    for line in _told(outcome):
        show(line)


def _told(outcome: dict[str, Any]) -> list[str]:
    """Say in Chinese what an import changed, or would change."""
    days, clocks = outcome["days"], outcome["clocks"]
    news = "，由暂定转为官方" if outcome["became_official"] else ""
    moved = [
        f"  期限 {one['task_id']}（{one['clock']}）{one['old_due_at']} → {one['new_due_at']}"
        for one in clocks[:SHOWN]
    ]
    more = [f"  …… 另有 {len(clocks) - SHOWN} 个期限"] if len(clocks) > SHOWN else []
    changed = [f"  {one['day']} 改为{'班' if one['is_workday'] else '休'}" for one in days]
    head = f"{outcome['year']} 年工作日历：变动 {len(days)} 天，移动 {len(clocks)} 个在办期限{news}"
    end = "已写入日历" if outcome["confirmed"] else "只是试算，加 --confirm 写入日历"
    return [head, *changed, *moved, *more, end]
