"""The catalogue: the facts of published plans (no body text) in a folder, loaded and assigned as of a past day.

Invariant: loading is repeatable; what is there already is left alone, what is missing is added.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import select

from services.tasks.acts import Act
from services.tasks.importer import read_directory_file, records
from services.tasks.ledger import repository
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.deeds import begin
from services.tasks.ledger.domain import Move, State, find_answering
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import make_move
from services.tasks.models import TaskRow
from services.tasks.plans.service import confirm_plan
from services.tasks.plans.study import Origin
from shared.database import Database, Tx
from shared.errors import Invalid, NotFound

T = TypeVar("T")
ACTOR = Actor(id="catalogue", role="supervisor")
DOCUMENT, UNITS = "document.json", "units.json"
PARTS: Mapping[str, type[Any]] = {
    "plans": records.Plan,
    "sections": records.Section,
    "tasks": records.Task,
    "targets": records.Target,
    "milestones": records.Milestone,
    "cadences": records.Cadence,
}
# What the documents say at length stays in the documents.
LEFT_OUT: Mapping[str, object] = {"body": "", "raw": ""}


async def load(db: Database, folder: Path, *, as_of: datetime, now: datetime) -> int:
    """Load the catalogue in `folder` and assign its tasks as of `as_of`; give the number of its tasks.

    Args:
        db: The registry's database.
        folder: What `write` made, and `units.json`.
        as_of: Business time of the import and the assignment: the day of issue.
        now: Business time at which the ledger learns of them; earlier notices are skipped, not late.

    Raises:
        NotFound: A file is missing.
        Invalid: A file can't be read.
    """
    parsed, origin = read(folder)
    act = Act(actor=ACTOR, at=as_of, recorded_at=now, entered_at=db.clock.real_now())
    async with db.transaction() as tx:
        await confirm_plan(tx, parsed, origin, act)
    async with db.transaction() as tx:
        await assign_registered(tx, act)
    return len(parsed.tasks)


async def assign_registered(tx: Tx, act: Act) -> int:
    """Assign every registered task that has a unit to answer for it; give how many."""
    registered = select(TaskRow.id).where(TaskRow.state == State.REGISTERED).order_by(TaskRow.sort_key)
    ids = (await tx.session.scalars(registered)).all()
    held = await repository.hold_all(tx.session, ids)
    able = [task_id for task_id in ids if find_answering(held[task_id].units)]
    deed = await begin(tx, act)
    for task_id in able:
        await make_move(deed, held[task_id], MoveCommand(task_id=task_id, move=Move.ASSIGN))
    return len(able)


def read(folder: Path) -> tuple[records.Parsed, Origin]:
    """Read a catalogue as if its document had just been parsed.

    Raises:
        NotFound: A file is missing.
        Invalid: A file can't be read.
    """
    digest = hashlib.sha256()
    texts = {name: _text(folder, name, digest) for name in (DOCUMENT, UNITS, *map(_file, PARTS))}
    said = TypeAdapter(dict[str, Any]).validate_json(texts[DOCUMENT])
    parts = {name: tuple(_records(texts[_file(name)], _file(name), model)) for name, model in PARTS.items()}
    parsed = records.Parsed(
        name=said["name"],
        document_number=said["document_number"],
        issued_on=date.fromisoformat(said["issued_on"]) if said["issued_on"] else None,
        units=_units(folder / UNITS),
        doubts=(),
        **parts,
    )
    return parsed, Origin(name=parsed.name, sha256=digest.hexdigest())


def _text(folder: Path, name: str, digest: "hashlib._Hash") -> str:
    path = folder / name
    if not path.is_file():
        message = f"目录缺少文件 {path}，请用 duban catalogue build 重新生成"
        raise NotFound(message, code="catalogue.missing", field=name)
    content = path.read_bytes()
    digest.update(content)
    return content.decode()


def _records(text: str, name: str, model: type[T]) -> Iterable[T]:
    adapter, names = TypeAdapter(model), set(getattr(model, "__dataclass_fields__", ()))
    left_out = {key: value for key, value in LEFT_OUT.items() if key in names}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield adapter.validate_python(left_out | json.loads(line))
        except ValueError as error:
            message = f"目录文件 {name} 第 {number} 行无法读取，请重新生成"
            raise Invalid(message, code="catalogue.unreadable", field=name, line=number) from error


def _units(path: Path) -> tuple[records.Unit, ...]:
    directory = read_directory_file(path)
    return tuple(
        records.Unit(
            name=alias, canonical=canonical, kind=directory.kinds[canonical], mentions=0, lines=(0, 0)
        )
        for alias, canonical in directory.aliases.items()
    )


def write(parsed: records.Parsed, folder: Path) -> dict[str, int]:
    """Write the facts of a document into `folder`; give the number of records by part.

    The units file is not written: people edit it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = {"name": parsed.name, "document_number": parsed.document_number, "issued_on": parsed.issued_on}
    (folder / DOCUMENT).write_text(_line(said) + "\n", "utf-8")
    for name in PARTS:
        lines = [_line(_facts(one)) for one in getattr(parsed, name)]
        (folder / _file(name)).write_text("".join(line + "\n" for line in lines), "utf-8")
    return {name: len(getattr(parsed, name)) for name in PARTS}


def _file(part: str) -> str:
    return f"{part}.jsonl"


def _facts(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any record of the importer.
    """Leave out long text and what the record's own defaults say."""
    return {
        one.name: getattr(record, one.name)
        for one in fields(record)
        if one.name not in LEFT_OUT and getattr(record, one.name) != one.default
    }


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, default=str)
