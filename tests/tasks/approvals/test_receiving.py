"""Results as they come in: recorded once, routed by item, to who claimed before, or to the office; in any order."""

from datetime import date, timedelta

from services.tasks.approvals.domain import State
from services.tasks.approvals.rules import set_rules
from services.tasks.approvals.service import claim, decline
from services.tasks.handlers import on_approval_received
from services.tasks.models import ApprovalRow, TaskRow, UnitRow
from services.tasks.workdays.domain import YearRevision
from services.tasks.workdays.service import revise_calendar
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.events.claims import ApprovalRouted, ApprovalSuperseded
from shared.testing import FakeClock, deliver_twice, events_of, published
from tests.tasks import factories as make
from tests.tasks.approvals import made
from tests.tasks.approvals.made import CITY, LICENSING, MARKET, OTHER, SIGNS, head, hear, record, result


async def test_a_result_is_one_record_of_the_unit_that_supervises_its_item(db: Database) -> None:
    await made.set_up(db)

    await hear(db, result(1), result(2, item_code=SIGNS))

    food, signs = await events_of(db, ApprovalRouted)
    assert (food.record_id, food.unit_id, food.how, food.hop) == (record(1), MARKET, "directory", 1)
    assert (signs.unit_id, signs.approval_id, signs.result) == (CITY, "sp.2", "granted")
    assert [row.state for row in await make.rows(db, ApprovalRow)] == [State.PENDING] * 2
    assert await make.rows(db, TaskRow) == []  # A result is no task.
    assert await made.steps(db) == ["routed"]


async def test_the_limit_is_three_workdays_from_its_arrival_however_late_it_is_read(
    db: Database, clock: FakeClock
) -> None:
    await made.set_up(db)
    arrived = made.received(result(), at=at_local(made.TUESDAY, 16))
    clock.instant = at_local(date(2023, 6, 21), 9)

    await deliver_twice(db, on_approval_received(clock), *arrived)

    # 21, 25 (make-up) and 26 June.
    row = await made.read(db)
    assert (row.started_at, row.due_at) == (at_local(made.TUESDAY, 16), end_of_day(date(2023, 6, 26)))
    [routed] = await events_of(db, ApprovalRouted)
    assert (routed.limit, routed.due_at, routed.recorded_at) == (3, row.due_at, clock.now())
    assert row.received_on == made.TUESDAY


async def test_without_a_row_the_approving_department_has_it_and_without_a_code_the_office(
    db: Database,
) -> None:
    await made.set_up(db)

    await hear(db, result(1, item_code=OTHER), result(2, item_code=OTHER, unit_code="unknown"))

    own, nobody = await made.read(db, 1), await made.read(db, 2)
    assert (own.state, own.unit_id, own.how) == (State.PENDING, LICENSING, "code")
    assert (nobody.state, nobody.unit_id, nobody.how, nobody.hop) == (State.UNROUTED, None, "", 0)
    assert [one.unit_id for one in await events_of(db, ApprovalRouted)] == [LICENSING, None]


async def test_where_a_licensing_department_approves_for_others_the_office_finds_the_unit(
    db: Database,
) -> None:
    await made.set_up(db)
    await made.do(db, set_rules, {"approver_supervises": False}, "审批局集中审批")

    await hear(db, result(1, item_code=OTHER), result(2))

    assert [(await made.read(db, one)).state for one in (1, 2)] == [State.UNROUTED, State.PENDING]


async def test_what_amends_a_claimed_result_goes_to_the_unit_that_claimed_it(db: Database) -> None:
    await made.set_up(db)
    await hear(db, result(1))
    await made.do(db, claim, record(1), by=head(MARKET))

    await hear(db, result(1, 2, result="revoked", item_code=SIGNS), result(7, amends="sp.1", item_code=SIGNS))

    revoked, changed = await made.read(db, 1, 2), await made.read(db, 7)
    assert [(one.unit_id, one.how, one.state) for one in (revoked, changed)] == [
        (MARKET, "earlier", State.PENDING)
    ] * 2
    assert (await made.read(db, 1)).state == State.CLAIMED  # What was claimed stays so.


async def test_a_claimer_that_was_merged_has_an_heir(db: Database) -> None:
    await made.set_up(db)
    await hear(db, result(1))
    await made.do(db, claim, record(1), by=head(MARKET))
    async with db.transaction() as tx:
        (await tx.session.get_one(UnitRow, MARKET)).successor = CITY

    await hear(db, result(1, 2))

    assert (await made.read(db, 1, 2)).unit_id == CITY


async def test_an_unclaimed_result_gives_way_to_a_later_one_in_either_order(db: Database) -> None:
    await made.set_up(db)

    await hear(db, result(1), result(1, 2), result(2, 3), result(2, 1))

    states = [(await made.read(db, *one)).state for one in ((1, 1), (1, 2), (2, 3), (2, 1))]
    assert states == [State.SUPERSEDED, State.PENDING, State.PENDING, State.SUPERSEDED]
    told = [(one.approval_id, one.version, one.by) for one in await events_of(db, ApprovalSuperseded)]
    assert told == [("sp.1", 1, 2), ("sp.2", 1, 3)]
    assert await made.steps(db, 2, 1) == ["routed", "superseded"]


async def test_events_of_a_record_count_its_revisions(db: Database) -> None:
    await made.set_up(db)
    await hear(db, result())
    await made.do(db, decline, record(), "不属本单位职责", by=head(MARKET))

    found = [(one.subject, one.revision) for one in await published(db) if ".approval." in one.type]

    assert found == [(record(), 1), (record(), 2)]


async def test_a_calendar_moves_the_limit_of_what_nobody_claimed(db: Database, clock: FakeClock) -> None:
    await made.set_up(db)
    await hear(db, result(1), result(2), result(3))
    await made.do(db, claim, record(2), by=head(MARKET))
    async with db.transaction() as tx:
        (await tx.session.get_one(ApprovalRow, record(3))).due_at = clock.now() - timedelta(days=1)
    before, off = await made.read(db), frozenset({clock.now().date() + timedelta(days=1)})

    said = YearRevision(clock.now().year, frozenset(), off, complete=False)
    await made.do(db, revise_calendar, said)

    after = await made.read(db)
    assert after.due_at > before.due_at
    assert [(await made.read(db, one)).due_at for one in (2, 3)] == [
        before.due_at,
        clock.now() - timedelta(days=1),
    ]
    assert [one.due_at for one in await events_of(db, ApprovalRouted)][3:] == [after.due_at]
    assert await made.steps(db) == ["routed", "recounted"]
