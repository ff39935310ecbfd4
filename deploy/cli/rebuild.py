"""`duban rebuild metrics`: the database of metrics anew from the archive, without the gateway; see `deploy.rebuild`."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import AsJson, show, show_json
from deploy.cli.instants import read_instant
from shared.errors import Conflict, Invalid

if TYPE_CHECKING:
    from deploy.rebuild.running import Rebuilt

app = typer.Typer(no_args_is_help=True)


@app.callback()
def main() -> None:
    """Recompute a service's database from the archive."""


@app.command()
def metrics(
    *,
    as_of: Annotated[
        str,
        typer.Option(
            help="Only what was told by then, in business time: 2023-07-01 (its end) or 2023-07-01T18:00."
            " Into a file of its own, which is not swapped in."
        ),
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(
            help="Data directory of `duban up`; when left out, DUBAN_METRICS_DATABASE_URL, else var/duban."
        ),
    ] = None,
    into: Annotated[
        str, typer.Option(help="URL of an empty database to build in; PostgreSQL needs it.")
    ] = "",
    check: Annotated[
        bool,
        typer.Option(help="Change nothing: compare table by table with the present one, show what differs."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recompute the facts of metrics from the archive and swap them in; metrics has to be stopped meanwhile.

    What people set (schemes, scores, lists, reported values, rules, summaries) is taken over from the present database.
    """
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from deploy.rebuild.filling import Wish  # noqa: PLC0415 - the same.
    from deploy.rebuild.places import places  # noqa: PLC0415 - the same.
    from deploy.rebuild.running import rebuild  # noqa: PLC0415 - the same.

    if check and as_of:
        message = "--check 与 --as-of 不能同用：现库含此后的事件，无从比较"
        raise Invalid(message, code="rebuild.unclear", field="check")
    instant = datetime.fromisoformat(read_instant(as_of, field="as-of", ends=True)) if as_of else None
    with places(data, os.environ, alone=instant is None) as found:
        done = asyncio.run(rebuild(found, Wish(instant, into, check)))
    _tell(done, as_json=as_json)


def _tell(done: "Rebuilt", *, as_json: bool) -> None:
    if as_json:
        show_json([done.summary()])
    else:
        _say(done)
    for one in done.filled.compared:
        if one.difference:
            here, there = one.difference
            message = f"表 {one.table} 与重建结果不同：现库 {here}，重建 {there}"
            raise Conflict(message, code="rebuild.differs", field=one.table)


def _say(done: "Rebuilt") -> None:
    filled = done.filled
    for one in filled.compared:
        show(f"{one.table} {one.rows} {one.digest or 'DIFFERS'}")
    if done.where:
        show(f"{filled.events} 个事件，{filled.seconds:.1f} 秒，已重建到 {done.where}")
    if done.kept:
        show(f"原库保留为 {done.kept}")
    if filled.parked:
        show(f"{filled.parked} 个事件未能处理，启动后可用 duban dead list metrics 查看")
