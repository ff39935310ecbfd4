"""A folder into which files are dropped: each is sent once, and moved to `done` or `failed` with what became of it.

Invariant: a file leaves the folder only after the gateway has answered for all of it; a crash sends it again, which is
safe. What became of it is written without the values of its fields, since these may be a person's own.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.api_client import Duban
from deploy.cli.feed_files import COUNTS, TYPES, Target, send_file
from shared.errors import DubanError, Retryable

SETTLED_S = 2.0  # A file that was written within this time may still grow.


def sweep(
    client: Duban, folder: Path, target: Target, *, now: Callable[[], float] = time.time
) -> Iterator[dict[str, Any]]:
    """Send the files that lie in `folder` now, and give for each what became of it.

    Raises:
        Retryable: The gateway does not answer: the file stays, for the next time.
    """
    waiting = [one for one in folder.iterdir() if one.is_file() and _is_ready(one, now())]
    for file in sorted(waiting, key=lambda one: one.name):
        yield _handle(client, file, target)


def _is_ready(file: Path, now: float) -> bool:
    hidden = file.name.startswith(".") or file.suffix.lower() not in TYPES
    return not hidden and now - file.stat().st_mtime >= SETTLED_S


def _handle(client: Duban, file: Path, target: Target) -> dict[str, Any]:
    try:
        answer = send_file(client, file, target)
    except Retryable:
        raise
    except DubanError as error:
        return _move(file, "failed", {"code": error.code, "message": error.message})
    shown = ("line", "sheet", "outcome", "field", "code", "reject_id")
    refused = [
        {name: one.get(name, "") for name in shown} for one in answer["records"] if one.get("reject_id")
    ]
    return _move(file, "done", {name: answer[name] for name in COUNTS} | {"refused": refused})


def _move(file: Path, where: str, told: dict[str, Any]) -> dict[str, Any]:
    folder = file.parent / where
    folder.mkdir(exist_ok=True)
    place = _free(folder / file.name)
    place.with_name(f"{place.name}.answer.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1), "utf-8"
    )
    file.rename(place)
    return {"file": file.name, "moved_to": str(place), **told}


def _free(place: Path) -> Path:
    """Give a name that no file has: the same name may be dropped every day."""
    number, found = 1, place
    while found.exists():
        number += 1
        found = place.with_name(f"{place.stem}.{number}{place.suffix}")
    return found
