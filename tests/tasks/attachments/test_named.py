"""Whatever takes evidence takes attachments of its own task alone, and keeps what it names."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.tasks.arrears.dealings import leave_out
from services.tasks.arrears.service import DebtOrder, Payment, pay, register_debt
from services.tasks.attachments import service
from services.tasks.projects.domain import Node, Stage
from services.tasks.projects.domain_nodes import Confirmation
from services.tasks.projects.service import confirm_node, register_project
from services.tasks.projects.service_invest import Done, Element, add_element, finish_element
from shared.database import Database, Tx
from shared.errors import Conflict, NotFound
from tests.tasks import factories as make
from tests.tasks.attachments.files import PDF, in_pieces, shelf
from tests.tasks.factories import A, unit_id
from tests.tasks.projects.made import MARCH, project

DAY = date(2023, 5, 1)
Using = Callable[[Tx, str, str], Awaitable[object]]


async def a_debt(tx: Tx) -> str:
    said = DebtOrder(
        unit=unit_id(A),
        creditor="91610000MA6TEST00X",
        amount=Decimal(9),
        arisen_on=DAY,
        source="arrears_check",
    )
    return (await register_debt(tx, said, make.act(at=tx.now))).id


async def a_project(tx: Tx) -> str:
    task_id = (await register_project(tx, project(stage=Stage.STARTED), make.act(at=tx.now))).id
    await add_element(tx, task_id, Element(kind="land", item="供地", unit_id=unit_id(A)), make.act(at=tx.now))
    return task_id


async def as_voucher(tx: Tx, task_id: str, named: str) -> None:
    said = Payment(amount=Decimal(1), paid_on=DAY, voucher=named)
    await pay(tx, task_id, said, make.act(at=tx.now))


async def as_proof(tx: Tx, task_id: str, named: str) -> None:
    await leave_out(tx, task_id, named, make.act(at=tx.now))


async def for_a_node(tx: Tx, task_id: str, named: str) -> None:
    said = Confirmation(node=Node.START, reached_on=MARCH, evidence={"filed": named})
    await confirm_node(tx, task_id, said, make.act(at=tx.now))


async def for_an_element(tx: Tx, task_id: str, named: str) -> None:
    await finish_element(tx, task_id, Done(number=1, done_on=DAY, evidence=f" {named}"), make.act(at=tx.now))


@pytest.mark.parametrize(
    ("made", "use", "field"),
    [
        (a_debt, as_voucher, "voucher"),
        (a_debt, as_proof, "proof"),
        (a_project, for_a_node, "evidence"),
        (a_project, for_an_element, "evidence"),
    ],
)
async def test_an_unknown_attachment_is_refused_and_one_in_use_stays(
    ledger: Database, tmp_path: Path, made: Callable[[Tx], Awaitable[str]], use: Using, field: str
) -> None:
    stored = await service.store_file(shelf(tmp_path), "a.pdf", in_pieces(PDF))
    async with ledger.transaction() as tx:
        task_id, act = await made(tx), make.act(at=tx.now)
        row = await service.add_attachment(tx, task_id, stored, act)
        with pytest.raises(NotFound, match=field):
            await use(tx, task_id, "att-none")

        await use(tx, task_id, row.id)

        with pytest.raises(Conflict, match="须保留"):
            await service.withdraw_attachment(tx, row.id, "传错", act)
