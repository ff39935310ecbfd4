"""`duban units load`: the units with their aliases, through the gateway, before the first plan is imported."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_json, show, show_json

if TYPE_CHECKING:
    from deploy.api_client.units import LoadingOut

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _units() -> None:
    """单位: load a list of units with their aliases."""


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="JSON list of {canonical, kind, aliases}; - reads standard input.")
    ],
    *,
    confirm: Annotated[bool, typer.Option("--confirm", help="Put it into the ledger.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Load units with the names that documents print for them; without --confirm only say what would change.

    Safe to repeat. Nothing is renamed, merged or removed: what the ledger says otherwise is told.
    """
    listed = read_json(file)
    with connect(url, key) as client:
        outcome = client.units.post_units(listed, confirm=confirm)
    if as_json:
        show_json([outcome])
        return
    for line in _told(outcome):
        show(line)


def _told(outcome: "LoadingOut") -> list[str]:
    """Say in Chinese what a list changed, or would change."""
    changes = [
        *(f"新增单位 {unit.name}（{unit.kind}，{unit.id}）" for unit in outcome.new),
        *(f"新增别名 {name.name} → {name.unit_id}" for name in outcome.names),
        *(f"类别改为 {unit.kind}：{unit.unit_id}" for unit in outcome.kinds),
    ]
    notes = [
        *(f"台账另称 {one.listed} 为 {one.unit}（{one.unit_id}），不改" for one in outcome.differing),
        *(
            f"冲突 {one.name} 清单归 {one.listed}，台账归 {one.unit}（{one.unit_id}）"
            for one in outcome.conflicts
        ),
    ]
    head = f"清单 {outcome.listed} 个单位：新增 {len(outcome.new)} 个，新别名 {len(outcome.names)} 个"
    return [head, *(f"  {line}" for line in (*changes, *notes)), _end(outcome, changes)]


def _end(outcome: "LoadingOut", changes: list[str]) -> str:
    if outcome.conflicts:
        return "有冲突，不能写入：请先合并单位，或修改该单位的别名"
    if not changes:
        return "台账已是如此，无需更改"
    return "已写入台账" if outcome.confirmed else "只是试算，加 --confirm 写入台账"
