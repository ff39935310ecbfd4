"""The dispatch directory in the ledger: added, cut short, ended, and read on a day."""

from datetime import date

import pytest

from services.tasks.dispatch.domain import APPROVAL, Rule, Wanted
from services.tasks.dispatch.service import add_rules, end_rule, find_unit
from services.tasks.models import DispatchRuleRow, UnitRow
from shared.database import Database
from shared.errors import Conflict, DubanError, Forbidden, Invalid, NotFound
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, head, unit_id

JANUARY, JUNE = date(2023, 1, 1), date(2023, 6, 1)


def rule(unit: str = A, starts_on: date = JANUARY, **said: str) -> Rule:
    return Rule(unit_id=unit_id(unit), starts_on=starts_on, **({"item": "1161"} | said))  # type: ignore[arg-type]


async def add(db: Database, *rules: Rule) -> list[DispatchRuleRow]:
    async with db.transaction() as tx:
        return await add_rules(tx, rules, make.act(OFFICE, tx.now))


async def found_on(db: Database, day: date) -> str | None:
    async with db.reading() as session:
        wanted = Wanted(item_code="116100", unit_code="", region_code="", on=day)
        return (await find_unit(session, wanted)).unit_id


async def test_a_new_row_about_the_same_ends_the_older_one_the_day_before(ledger: Database) -> None:
    await add(ledger, rule())
    await add(ledger, rule(B, JUNE))

    rows = sorted(await make.rows(ledger, DispatchRuleRow), key=lambda row: row.starts_on)
    assert [row.ends_on for row in rows] == [date(2023, 5, 31), None]
    assert await found_on(ledger, date(2023, 5, 31)) == unit_id(A)
    assert await found_on(ledger, JUNE) == unit_id(B)
    assert await found_on(ledger, date(2022, 12, 31)) is None


async def test_rows_of_one_purpose_say_nothing_about_another(ledger: Database) -> None:
    await add(ledger, rule(), rule(B, purpose=APPROVAL))

    assert await found_on(ledger, JUNE) == unit_id(A)
    async with ledger.reading() as session:
        wanted = Wanted(item_code="116100", unit_code="", region_code="", on=JUNE, purpose=APPROVAL)
        assert (await find_unit(session, wanted)).unit_id == unit_id(B)
    assert len({row.id for row in await make.rows(ledger, DispatchRuleRow)}) == 2


async def test_loading_the_same_again_changes_nothing(ledger: Database) -> None:
    rules = [rule(), rule(B, JUNE)]
    await add(ledger, *rules)
    before = [(row.id, row.ends_on) for row in await make.rows(ledger, DispatchRuleRow)]

    await add(ledger, *rules)

    assert [(row.id, row.ends_on) for row in await make.rows(ledger, DispatchRuleRow)] == before


async def test_what_begins_before_a_row_about_the_same_is_refused_and_nothing_is_added(
    ledger: Database,
) -> None:
    await add(ledger, rule(B, JUNE))

    with pytest.raises(Conflict, match="第 2 行"):
        await add(ledger, rule(A, item="1162"), rule(A))

    assert len(await make.rows(ledger, DispatchRuleRow)) == 1


async def test_a_row_ends_with_a_day(ledger: Database) -> None:
    [row] = await add(ledger, rule())
    async with ledger.transaction() as tx:
        await end_rule(tx, row.id, date(2023, 3, 31), make.act(OFFICE, tx.now))

    assert await found_on(ledger, date(2023, 3, 31)) == unit_id(A)
    assert await found_on(ledger, date(2023, 4, 1)) is None


async def test_a_merged_unit_in_the_directory_means_its_successor(ledger: Database) -> None:
    await add(ledger, rule())
    async with ledger.transaction() as tx:
        unit = await tx.session.get_one(UnitRow, unit_id(A))
        unit.successor = unit_id(B)

    assert await found_on(ledger, JUNE) == unit_id(B)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (rule(make.EVERYONE), Invalid),
        (rule("没有"), Invalid),
        (Rule(unit_id=unit_id(A), starts_on=JANUARY), Invalid),
    ],
)
async def test_a_row_without_a_unit_that_can_answer_is_refused(
    ledger: Database, said: Rule, error: type[DubanError]
) -> None:
    with pytest.raises(error):
        await add(ledger, said)


async def test_only_the_office_keeps_the_directory(ledger: Database) -> None:
    [row] = await add(ledger, rule())
    async with ledger.transaction() as tx:
        with pytest.raises(Forbidden):
            await add_rules(tx, [rule()], make.act(head(A), tx.now))
        with pytest.raises(NotFound):
            await end_rule(tx, "dr-none", JUNE, make.act(OFFICE, tx.now))
        with pytest.raises(Invalid):
            await end_rule(tx, row.id, date(2022, 1, 1), make.act(OFFICE, tx.now))
