"""Made-up projects, and what people do with them."""

# ruff: noqa: ANN401 - a factory takes any field.

from datetime import date
from decimal import Decimal
from typing import Any

from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import RevisionRow
from services.tasks.projects import repository
from services.tasks.projects.domain import Node, Project, Stage
from services.tasks.projects.domain_nodes import Confirmation
from services.tasks.projects.repository import Listed
from services.tasks.projects.service import Advance, advance_project, confirm_node, register_project
from shared.database import Database
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, unit_id

YEAR = 2023
JANUARY, MARCH, MAY, JUNE = date(2023, 1, 10), date(2023, 3, 31), date(2023, 5, 31), date(2023, 6, 20)
FILED = {"filed": "示例统〔2023〕7号"}


def project(**changes: Any) -> Project:
    """Make a project of 10 亿元, 3.65 of them this year, led by 甲部门 with 乙部门; it lacks nothing to start."""
    said: dict[str, Any] = {
        "title": "示例电池项目",
        "units": (("lead", unit_id(A)), ("responsible", unit_id(B))),
        "leader_post": "leader-2",
        "total": Decimal(10),
        "annual": Decimal("3.65"),
        "year": YEAR,
        "approval_ref": "示例备〔2023〕1号",
        "starts_on": date(2023, 5, 1),
        "completes_on": date(2023, 12, 1),
        "listed_on": JANUARY,
    }
    return Project(**said | changes)


async def register(db: Database, actor: Actor = OFFICE, **changes: Any) -> str:
    """Register a project; give its id."""
    async with db.transaction() as tx:
        task = await register_project(tx, project(**changes), make.act(actor, tx.now))
        return task.id


async def started(db: Database, on: date = MARCH, **changes: Any) -> str:
    """Register a project under 开工 whose start is confirmed."""
    task_id = await register(db, **{"stage": Stage.STARTED} | changes)
    await confirm(db, task_id, Confirmation(node=Node.START, reached_on=on, evidence=FILED))
    return task_id


async def advance(db: Database, task_id: str, said: Advance, actor: Actor = OFFICE) -> None:
    async with db.transaction() as tx:
        await advance_project(tx, task_id, said, make.act(actor, tx.now))


async def confirm(db: Database, task_id: str, said: Confirmation, actor: Actor = OFFICE) -> None:
    async with db.transaction() as tx:
        await confirm_node(tx, task_id, said, make.act(actor, tx.now))


async def get(db: Database, task_id: str) -> Listed:
    async with db.reading() as session:
        return await repository.get_project(session, task_id)


async def steps(db: Database, task_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the steps of a project's task after its registration, with what each changed."""
    found = [row for row in await make.rows(db, RevisionRow) if row.task_id == task_id]
    return [(row.move, row.changes) for row in found[1:]]
