"""统一社会信用代码 of units: checked, set, told, and handed over with a merger."""

import pytest

from services.tasks.models import UnitCodeRow
from services.tasks.units.codes import CodesEdit, set_codes
from services.tasks.units.domain_codes import check_sign, read_code
from services.tasks.units.domain_succession import ChangeKind, ChangeOrder
from services.tasks.units.repository import get_unit
from services.tasks.units.succession import order_change, rename
from shared.clock import local_date
from shared.database import Database
from shared.errors import Conflict, Invalid
from shared.events.supervision import UnitRegistered
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import OFFICE, A, B, unit_id

REAL = "11370800MB2855926Y"  # Of a public body; it stands in a public register.
ONE, TWO = (f"1161000000000000{n}" for n in "12")
ONE, TWO = ONE + check_sign(ONE), TWO + check_sign(TWO)


async def put(db: Database, unit: str, *codes: str, take_over: bool = False) -> None:
    async with db.transaction() as tx:
        said = CodesEdit(unit_id=unit_id(unit), codes=codes, take_over=take_over)
        await set_codes(tx, said, make.act(OFFICE, tx.now))


async def kept(db: Database) -> dict[str, str]:
    return {row.code: row.unit_id for row in await make.rows(db, UnitCodeRow)}


async def told(db: Database, unit: str) -> list[tuple[str, ...]]:
    return [one.codes for one in await events_of(db, UnitRegistered) if one.unit_id == unit_id(unit)]


@pytest.mark.parametrize("code", [REAL, "11310000MB2F30661Y", " 11370800mb2855926y "])
def test_real_codes_check(code: str) -> None:
    assert read_code(code) == code.strip().upper()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("1137", "unit.code_length"),
        ("11370800MB2855926X", "unit.code_check"),
        ("11370800MB2855962Y", "unit.code_check"),
        ("11370800MI2855926Y", "unit.code_sign"),
    ],
)
def test_a_code_that_is_mistyped_is_refused(code: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_code(code)

    assert refused.value.code == wrong


async def test_codes_are_set_and_told_and_the_same_again_is_not(ledger: Database) -> None:
    for _ in range(2):
        await put(ledger, A, TWO, ONE)

    assert await kept(ledger) == {ONE: unit_id(A), TWO: unit_id(A)}
    assert await told(ledger, A) == [(), (ONE, TWO)]


async def test_a_code_of_another_unit_is_taken_only_when_somebody_says_so(ledger: Database) -> None:
    await put(ledger, A, ONE, TWO)
    with pytest.raises(Conflict, match=ONE):
        await put(ledger, B, ONE)

    await put(ledger, B, ONE, take_over=True)

    assert await kept(ledger) == {ONE: unit_id(B), TWO: unit_id(A)}
    assert (await told(ledger, A))[-1] == (TWO,)
    assert (await told(ledger, B))[-1] == (ONE,)


async def test_a_renamed_unit_keeps_its_codes(ledger: Database) -> None:
    await put(ledger, A, ONE)
    async with ledger.transaction() as tx:
        unit = await get_unit(tx.session, unit_id(A))
        await rename(tx, unit, "甲局", make.act(OFFICE, tx.now))

    assert (await told(ledger, A))[-1] == (ONE,)


async def test_the_codes_of_a_merged_unit_mean_its_successor(ledger: Database) -> None:
    await put(ledger, A, ONE)
    async with ledger.transaction() as tx:
        order = ChangeOrder(
            kind=ChangeKind.MERGE,
            unit_id=unit_id(A),
            to=unit_id(B),
            effective_on=local_date(tx.now),
            reason="机构改革",
        )
        await order_change(tx, order, make.act(OFFICE, tx.now))

    assert await kept(ledger) == {ONE: unit_id(B)}
    assert ((await told(ledger, A))[-1], (await told(ledger, B))[-1]) == ((), (ONE,))
    with pytest.raises(Conflict, match="并入"):
        await put(ledger, A, TWO)


async def test_codes_are_set_and_listed_over_http(filled: Caller) -> None:
    answer = await filled.put(f"/units/{unit_id(A)}/codes", {"codes": [REAL]})
    wrong = await filled.put(f"/units/{unit_id(A)}/codes", {"codes": ["1"]})

    listed = {unit["id"]: unit["codes"] for unit in (await filled.get("/units")).json()}
    assert (answer.json()["codes"], listed[unit_id(A)], listed[unit_id(B)]) == ([REAL], [REAL], [])
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (
        422,
        "unit.code_length",
        "codes",
    )
