"""People decide which unit a printed name means."""

import pytest

from services.tasks.models import AliasRow, TaskUnitRow
from services.tasks.units.service import UnitEdit, edit_unit
from shared.database import Database
from shared.errors import Conflict, Invalid, NotFound
from shared.events.supervision import UnitRegistered
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.factories import A, B, unit_id


async def edit(
    db: Database, unit: str, *aliases: str, name: str | None = None, take_over: bool = False
) -> None:
    async with db.transaction() as tx:
        wanted = UnitEdit(unit_id=unit_id(unit), name=name, aliases=aliases, take_over=take_over)
        await edit_unit(tx, wanted, make.act())


async def aliases(db: Database) -> dict[str, str]:
    return {row.alias: row.unit_id for row in await make.rows(db, AliasRow)}


async def test_an_alias_is_used_at_the_next_import(ledger: Database) -> None:
    await edit(ledger, A, "甲部", "甲局")
    await make.confirm(ledger, make.document([make.task(lead=("甲局",))]), content="b")

    assert (await make.get(ledger)).answering_unit == unit_id(A)
    assert "甲局" not in await make.units(ledger)


async def test_setting_the_same_names_twice_says_nothing(ledger: Database) -> None:
    await edit(ledger, A, "甲部")
    await edit(ledger, A, " 甲部 ", A)

    assert len(await events_of(ledger, UnitRegistered)) == 4
    assert [name for name, owner in (await aliases(ledger)).items() if owner == unit_id(A)] == sorted(
        [A, "甲部"]
    )


async def test_a_renamed_unit_is_published_with_a_new_revision(ledger: Database) -> None:
    await edit(ledger, A, A, name="甲委员会")

    last = (await events_of(ledger, UnitRegistered))[-1]
    assert (last.unit_id, last.name) == (unit_id(A), "甲委员会")


async def test_a_renamed_unit_is_still_found_by_its_old_name_if_people_keep_it(ledger: Database) -> None:
    await edit(ledger, A, A, name="甲委员会")
    outcome = await make.confirm(ledger, make.document(), content="b")

    assert (outcome.new_units, outcome.changed) == ([], [])


async def test_a_name_of_another_unit_is_refused_unless_it_is_taken_over(ledger: Database) -> None:
    with pytest.raises(Conflict, match="take_over"):
        await edit(ledger, A, B)

    assert (await aliases(ledger))[B] == unit_id(B)


async def test_taking_over_a_name_merges_the_units_at_the_next_confirmation(ledger: Database) -> None:
    await edit(ledger, A, B, take_over=True)
    outcome = await make.confirm(ledger, make.document())

    assert (outcome.unchanged, len(outcome.changed)) == (False, 3)
    assert {row.unit_id for row in await make.rows(ledger, TaskUnitRow)} == {unit_id(A)}


async def test_two_units_never_have_one_name(ledger: Database) -> None:
    with pytest.raises(Conflict, match="已有名为"):
        await edit(ledger, A, name=B, take_over=True)


async def test_an_empty_name_is_refused(ledger: Database) -> None:
    with pytest.raises(Invalid, match="不能为空"):
        await edit(ledger, A, " ")


async def test_an_unknown_unit_is_named(ledger: Database) -> None:
    with pytest.raises(NotFound, match=unit_id("无此单位")):
        await edit(ledger, "无此单位")
