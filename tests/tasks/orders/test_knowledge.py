"""知识库: what a unit stands for until a day, found by words; whatever waits for a review is stale."""

from datetime import date, timedelta

import pytest

from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import KnowledgeRow
from services.tasks.orders.knowledge import (
    Entry,
    Search,
    add_entry,
    edit_entry,
    is_valid,
    review_entry,
    search,
    withdraw_entry,
)
from shared.database import Database
from shared.paging import Asked
from shared.testing import FakeClock
from tests.tasks.orders import made
from tests.tasks.orders.made import CITY, WATER, head

ENTRY = Entry(
    title="夜间施工怎么投诉",
    category=("生态环境", "噪声"),
    answer="请拨打 12345，注明 GPS 地址。",
    unit_id=CITY,
)


@pytest.fixture
async def ready(db: Database) -> Database:
    await made.set_up(db)
    return db


async def add(db: Database, **said: object) -> str:
    given = {name: getattr(ENTRY, name) for name in ("title", "category", "answer", "unit_id")}
    return (await made.do(db, add_entry, Entry(**given | said))).id


async def find(
    db: Database, clock: FakeClock, words: str = "", *, stale: bool = False, **more: str
) -> list[str]:
    wanted = Search(words=words, stale=stale, category=more.get("category", ""), unit=more.get("unit", ""))
    async with db.reading() as session:
        return [row.id for row in (await search(session, wanted, clock.now().date(), Asked())).items]


async def test_an_entry_is_found_once_its_unit_has_reviewed_it_until_it_runs_out(
    ready: Database, clock: FakeClock
) -> None:
    entry = await add(ready)
    assert (await find(ready, clock), await find(ready, clock, stale=True)) == ([], [entry])

    await made.do(ready, review_entry, entry, date(2023, 6, 30), by=head(CITY))

    assert (await find(ready, clock), await find(ready, clock, stale=True)) == ([entry], [])
    clock.advance(timedelta(days=11))
    assert (await find(ready, clock), await find(ready, clock, stale=True)) == ([], [entry])
    [row] = await made.rows(ready, KnowledgeRow)
    assert not is_valid(row, clock.now())


async def test_all_words_have_to_stand_in_an_entry_whatever_their_letters(
    ready: Database, clock: FakeClock
) -> None:
    entry = await add(ready)
    other = await add(ready, title="停水", category=("水务",), answer="查公告，50%_", unit_id=WATER)
    await made.do(ready, review_entry, entry, None, by=head(CITY))
    await made.do(ready, review_entry, other, None, by=head(WATER))

    found = [await find(ready, clock, words) for words in ("施工 gps", "施工 停水", "%_", "")]

    assert found == [[entry], [], [other], sorted((entry, other), key=[other, entry].index)]
    assert await find(ready, clock, category="水务") == await find(ready, clock, unit=WATER) == [other]


async def test_an_edit_takes_the_review_away(ready: Database, clock: FakeClock) -> None:
    entry = await add(ready)
    await made.do(ready, review_entry, entry, None, by=head(CITY))

    await made.do(ready, edit_entry, entry, ENTRY, by=head(CITY), if_version=1)

    [row] = await made.rows(ready, KnowledgeRow)
    assert (row.version, row.reviewed_at, is_valid(row, clock.now())) == (2, None, False)
    assert await made.refusal(ready, edit_entry, entry, ENTRY, if_version=1) == "knowledge.changed"


async def test_a_withdrawn_entry_is_gone(ready: Database, clock: FakeClock) -> None:
    entry = await add(ready)

    await made.do(ready, withdraw_entry, entry)

    assert await find(ready, clock, stale=True) == []
    assert await made.refusal(ready, withdraw_entry, entry) == "knowledge.withdrawn"


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        ({"title": " "}, made.OFFICE, "order.text_missing"),
        ({"answer": ""}, made.OFFICE, "order.text_missing"),
        ({"unit_id": "u-none"}, made.OFFICE, "knowledge.unit"),
        ({"valid_until": date(2023, 6, 19)}, made.OFFICE, "knowledge.over"),
        ({}, head(WATER), "task.not_yours"),
    ],
)
async def test_an_entry_that_says_too_little_or_of_another_unit_is_refused(
    ready: Database, said: dict[str, object], by: Actor, code: str
) -> None:
    given = {name: getattr(ENTRY, name) for name in ("title", "category", "answer", "unit_id")}

    refused = await made.refusal(ready, add_entry, Entry(**given | said), by=by)

    assert refused == code


async def test_only_its_own_unit_reviews_an_entry(ready: Database) -> None:
    entry = await add(ready)

    codes = [
        await made.refusal(ready, review_entry, entry, None),
        await made.refusal(ready, review_entry, entry, None, by=head(WATER)),
        await made.refusal(ready, review_entry, entry, date(2023, 1, 1), by=head(CITY)),
        await made.refusal(ready, review_entry, "none", None, by=head(CITY)),
    ]

    assert codes == ["knowledge.own_review", "task.not_yours", "knowledge.over", "knowledge.not_found"]
