"""Rules of a release give way to those of the next one, and never take the place of rules that people set."""

import asyncio
import json

import pytest
from sqlalchemy import select

from services.notify import handlers
from services.notify.models import ClockRow, RulebookRow
from services.notify.rulebooks.service import Author, HandedIn, Proposal, adopt_shipped, set_rules
from services.notify.rules import Rulebook, shipped_rules
from shared.database import Database
from shared.errors import Conflict, Invalid, NotFound
from shared.events.supervision import UnitRegistered
from shared.testing import FakeClock
from tests.notify.conftest import ON_BOTH, OpenDatabase
from tests.notify.made import at, clock_started, tell
from tests.notify.rulebooks.books import Json, begin, book, with_rule

NOON = book(at="12:00")
NEXT_RELEASE = json.dumps(book(at="08:00"))


async def hand_in(db: Database, document: Json, made_from: int = 1, reason: str = "中午提醒") -> Proposal:
    async with db.transaction() as tx:
        return await set_rules(tx, HandedIn(document, made_from), Author("s1", reason))


async def start(db: Database, text: str = shipped_rules()) -> Rulebook:
    """Start a release that ships these rules."""
    async with db.transaction() as tx:
        return await adopt_shipped(tx, text)


async def stored(db: Database) -> list[tuple[int, str, str]]:
    async with db.reading() as session:
        rows = await session.scalars(select(RulebookRow).order_by(RulebookRow.version))
        return [(row.version, row.made_by, row.reason) for row in rows]


@ON_BOTH
async def test_rules_that_are_handed_in_are_a_new_version_and_the_old_one_stays(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    await begin(db)

    proposal = await hand_in(db, NOON, reason=" 中午提醒 ")

    assert (proposal.row.version, proposal.changes_anything) == (1, True)
    assert await stored(db) == [(1, "", ""), (2, "s1", "中午提醒")]


async def test_clocks_are_planned_anew_by_new_rules_and_rungs_of_the_past_are_skipped(
    open_database: OpenDatabase,
) -> None:
    clock = FakeClock()
    db = open_database(clock)
    await begin(db)
    await tell(db, handlers.on_clock_started, clock_started())
    clock.instant = at(clock.now().date(), 15)

    await hand_in(db, NOON)

    async with db.reading() as session:
        assert await session.scalar(select(ClockRow.next_at)) == clock.now()
        assert await session.scalar(select(RulebookRow.since).where(RulebookRow.version == 2)) == clock.now()


async def test_the_rules_of_the_next_release_take_the_place_of_those_that_nobody_edited(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    versions = [(await start(db, text)).version for text in (shipped_rules(), NEXT_RELEASE, NEXT_RELEASE)]

    assert versions == [1, 2, 2]
    assert await stored(db) == [(1, "", ""), (2, "", "")]


async def test_rules_that_people_set_survive_every_start(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await begin(db)
    await hand_in(db, NOON)

    kept = [await start(db), await start(db, NEXT_RELEASE)]

    assert [(one.version, f"{one.rules[0].at:%H:%M}") for one in kept] == [(2, "12:00")] * 2


async def test_whoever_sets_the_shipped_rules_makes_them_their_own(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await begin(db)
    await hand_in(db, book(), reason="经研究沿用")

    assert (await start(db, NEXT_RELEASE)).version == 2
    assert await stored(db) == [(1, "", ""), (2, "s1", "经研究沿用")]


async def test_the_same_rules_set_again_are_no_new_version(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await begin(db)
    await hand_in(db, NOON)

    again = await hand_in(db, NOON, made_from=2)

    assert not again.changes_anything
    assert len(await stored(db)) == 2


async def test_rules_made_from_a_version_that_holds_no_longer_are_refused(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    await begin(db)
    await hand_in(db, NOON)

    with pytest.raises(Conflict, match="made_from 的值 1 不是现行版本：现行为第 2 版（s1）") as refused:
        await hand_in(db, book(), made_from=1)

    assert (refused.value.code, refused.value.details["version"]) == ("rules.stale", 2)


@ON_BOTH
async def test_of_two_that_set_rules_at_once_one_is_told_that_it_was_late(
    open_database: OpenDatabase,
) -> None:
    db = open_database(FakeClock())
    await begin(db)

    outcomes = await asyncio.gather(hand_in(db, NOON), hand_in(db, book(at="07:00")), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Proposal"]
    assert len(await stored(db)) == 2


@ON_BOTH
async def test_two_replicas_that_start_at_once_adopt_one_version(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())

    books = await asyncio.gather(start(db), start(db))

    assert [one.version for one in books] == [1, 1]
    assert await stored(db) == [(1, "", "")]


async def test_rules_without_a_reason_or_with_faults_change_nothing(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await begin(db)

    for document, reason in ((NOON, " "), (book(kind="orders"), "x")):
        with pytest.raises(Invalid):
            await hand_in(db, document, reason=reason)

    assert await stored(db) == [(1, "", "")]


async def test_nothing_can_be_set_before_the_first_rules_are_there(open_database: OpenDatabase) -> None:
    with pytest.raises(NotFound, match="请等待服务启动完成"):
        await hand_in(open_database(FakeClock()), NOON)


async def test_a_rule_for_a_unit_that_was_merged_is_a_fault(open_database: OpenDatabase) -> None:
    db = open_database(FakeClock())
    await begin(db)
    await hand_in(db, with_rule(unit="u1"))
    merged = UnitRegistered(unit_id="u1", name="行政审批局", kind="bureau", successor="u2")
    await tell(db, handlers.on_unit_registered, merged, revision=2)

    with pytest.raises(Invalid, match=r"rules.1.unit 的值 u1：没有该单位，或已并入其他单位"):
        await hand_in(db, with_rule(unit="u1", at="12:00"), made_from=2)
