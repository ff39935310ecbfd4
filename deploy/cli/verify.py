"""`duban verify`: the archive's chain and anchors, through the gateway; `--state`: the ledger's tables, beside it."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, Url, connect, show_json
from shared.errors import Invalid


def verify(  # noqa: PLR0913 - each is an option of the command.
    *,
    first: Annotated[int, typer.Option("--from", min=1, help="First archive position.")] = 1,
    last: Annotated[int | None, typer.Option("--to", min=1, help="Last archive position.")] = None,
    anchor: Annotated[
        str, typer.Option(help="What a paper prints 存证, to compare: 12345:0123456789abcdef.")
    ] = "",
    state: Annotated[
        bool,
        typer.Option("--state", help="Compare the ledger's own tables with what its events say; reads only."),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            help="For --state, data directory of `duban up`; else DUBAN_TASKS_DATABASE_URL, else var/duban."
        ),
    ] = None,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Check the archive's hash chain and anchors; name the first broken entry and end with 1 when there is one."""
    if state:
        _verify_state(data)
        return
    printed = _read_anchor(anchor) if anchor else None
    begin: int | None = first
    with connect(url, key) as client:
        while begin is not None:  # One call checks a part of a long archive and says where the next begins.
            found = client.ops.get_ops_gateway_archive_verify(from_=begin, to=last)
            show_json([found])
            if found["broken"] is not None:
                raise typer.Exit(1)
            begin = found["next"]
        if printed is None:
            return
        kept = client.archive.get_archive_hashes_by_position(position=printed[0]).hash
    matches = kept.startswith(printed[1])
    show_json([{"anchor": printed[0], "expected": printed[1], "found": kept, "matches": matches}])
    if not matches:
        raise typer.Exit(1)


def _read_anchor(text: str) -> tuple[int, str]:
    position, _, hashed = text.strip().lower().partition(":")
    if not position.isdecimal() or len(hashed) < 8 or set(hashed) - set("0123456789abcdef"):
        message = f"--anchor 的值 {text[:80]} 无效：请写成 档案位置:哈希前16位，如 12345:0123456789abcdef"
        raise Invalid(message, code="anchor.invalid", field="anchor")
    return int(position), hashed


def _verify_state(data: Path | None) -> None:
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from deploy.stating import verify_state  # noqa: PLC0415 - the same.

    found = asyncio.run(verify_state(data, os.environ))
    show_json(found.lines())
    if found.differences:
        first = found.differences[0]
        sys.stderr.write(f"duban: {len(found.differences)} 处与事件不符，首处：{first.words()}\n")
        raise typer.Exit(1)
