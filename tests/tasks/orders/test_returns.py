"""退单 within its limit, decided by another than its unit; 改派, hops, and 疑难工单 in two named steps."""

from datetime import date, timedelta

import pytest

from services.tasks.acts import Act
from services.tasks.ledger.commands import MoveCommand
from services.tasks.ledger.domain import CONTACT, FINISH, Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.service import move_task
from services.tasks.models import ClockRow, OrderHopRow, OrderProposalRow, OrderStepRow, TaskRow
from services.tasks.orders.dispatching import Dispatch, dispatch_by_hand
from services.tasks.orders.service_answers import Answer, Contact, answer, contact
from services.tasks.orders.service_returns import (
    Naming,
    Return,
    Ruling,
    decide_return,
    name_handler,
    name_industry,
    return_order,
)
from shared.clock import end_of_day
from shared.database import Database, Tx
from shared.events.orders import OrderDispatched, OrderReturned
from shared.events.supervision import ClockStopped
from shared.testing import FakeClock, events_of
from tests.tasks.orders import made
from tests.tasks.orders.made import (
    CITY,
    HOUSING,
    LEADER,
    ORGANISATION,
    STREET,
    TRANSPORT,
    WATER,
    head,
    hear,
    order,
    task,
)

GRANT = Ruling(grant=True, opinion="确非其职责")
REFUSE = Ruling(grant=False, opinion="属其职责")
BACK = Return(reason="duty", note="应由水务局办理")


@pytest.fixture
async def ready(db: Database) -> Database:
    """One order, dispatched to the city office."""
    await made.set_up(db, organisation_unit=ORGANISATION, shirk_hops=3)
    await hear(db, order())
    return db


async def give_back(db: Database, unit: str = CITY) -> None:
    await made.do(db, return_order, task(), BACK, by=head(unit))


async def clocks(db: Database) -> dict[str, ClockRow]:
    return {one.name: one for one in await made.rows(db, ClockRow)}


async def hop_twice(db: Database) -> None:
    """Let two units give the order back, and both be right."""
    await give_back(db)
    await made.do(db, decide_return, task(), Ruling(grant=True, opinion="改派", unit_id=WATER))
    await give_back(db, WATER)
    await made.do(db, decide_return, task(), GRANT)


async def test_a_return_waits_with_its_reason_while_the_clock_goes_on(ready: Database) -> None:
    await give_back(ready)

    [told] = await events_of(ready, OrderReturned)
    assert (told.unit_id, told.reason, told.hop, told.granted) == (CITY, "duty", 1, None)
    assert await made.state(ready) == "objected"
    assert (await clocks(ready))[FINISH].stopped_at is None


async def test_a_granted_return_goes_back_to_the_list_without_unit_and_clock(ready: Database) -> None:
    await give_back(ready)

    await made.do(ready, decide_return, task(), GRANT)

    found = await made.read(ready)
    [row] = await made.rows(ready, TaskRow)
    assert (found.blocked, row.state, row.answering_unit, row.due_at) == (
        "returned",
        "registered",
        None,
        None,
    )
    assert await clocks(ready) == {}
    assert [one.clock for one in await events_of(ready, ClockStopped)] == ["contact", "finish"]


async def test_a_granted_return_may_go_on_to_the_next_unit_with_fresh_limits(
    ready: Database, clock: FakeClock
) -> None:
    await give_back(ready)
    clock.advance(timedelta(days=1))

    await made.do(ready, decide_return, task(), Ruling(grant=True, opinion="改派", unit_id=WATER))

    told = (await events_of(ready, OrderDispatched))[-1]
    again = (await clocks(ready))[FINISH]
    assert (told.unit_id, told.hop, told.by_directory, told.due_at) == (WATER, 2, False, again.due_at)
    assert (again.started_at, again.original_due_at) == (clock.now(), again.due_at)
    assert [hop.granted for hop in await made.rows(ready, OrderHopRow)] == [True, None]


async def test_a_refused_return_stays_with_its_unit_under_the_same_limit(ready: Database) -> None:
    before = (await clocks(ready))[FINISH].due_at
    await give_back(ready)

    await made.do(ready, decide_return, task(), REFUSE)

    assert (await made.state(ready), (await clocks(ready))[FINISH].due_at) == ("assigned", before)
    assert [told.granted for told in await events_of(ready, OrderReturned)] == [None, False]


async def test_a_unit_that_had_spoken_with_the_caller_owes_no_second_contact_after_a_refusal(
    ready: Database,
) -> None:
    await made.do(ready, contact, task(), Contact(note="已联系"), by=head(CITY))
    await give_back(ready)

    await made.do(ready, decide_return, task(), REFUSE)

    assert CONTACT not in await clocks(ready)


async def test_a_return_is_refused_after_its_limit(ready: Database, clock: FakeClock) -> None:
    limit = (await made.read(ready)).return_due_at
    clock.instant = (limit or clock.instant) + timedelta(seconds=1)

    assert limit == end_of_day(date(2023, 6, 25))
    assert await made.refusal(ready, return_order, task(), BACK, by=head(CITY)) == "order.return_late"


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        (Return(reason="mood"), head(CITY), "order.reason_unknown"),
        (Return(reason="other"), head(CITY), "order.text_missing"),
        (BACK, head(WATER), "task.not_yours"),
        (BACK, LEADER, "task.not_yours"),
    ],
)
async def test_a_return_by_somebody_else_or_without_a_reason_is_refused(
    ready: Database, said: Return, by: Actor, code: str
) -> None:
    assert await made.refusal(ready, return_order, task(), said, by=by) == code


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        (Ruling(grant=True, opinion=" "), made.OFFICE, "order.text_missing"),
        (Ruling(grant=False, opinion="不同意", unit_id=WATER), made.OFFICE, "order.unit_senseless"),
        (GRANT, Actor(id="insider", role="supervisor", unit=CITY), "task.own_unit"),
        (GRANT, head(CITY), "task.supervisor_only"),
        (Ruling(grant=True, opinion="派街道", unit_id=STREET), made.OFFICE, "order.grass_roots"),
    ],
)
async def test_a_decision_by_the_unit_itself_or_without_an_opinion_is_refused(
    ready: Database, said: Ruling, by: Actor, code: str
) -> None:
    await give_back(ready)

    assert await made.refusal(ready, decide_return, task(), said, by=by) == code
    assert await made.state(ready) == "objected"


async def test_nothing_is_decided_where_no_return_waits(ready: Database) -> None:
    await hear(ready, order(2, category=("无",)))

    assert await made.refusal(ready, decide_return, task(), GRANT) == "order.no_return"
    assert await made.refusal(ready, decide_return, task(2), GRANT) == "order.no_return"


async def test_after_so_many_hops_an_order_is_settled_by_two_named_steps(ready: Database) -> None:
    await hop_twice(ready)
    assert ((await made.read(ready)).blocked, (await made.read(ready)).hard) == ("hard", "industry")
    handler, industry = (
        Naming(unit_id=TRANSPORT, reason="三定方案"),
        Naming(unit_id=HOUSING, reason="职能相近"),
    )

    await made.do(ready, name_industry, task(), industry, by=head(ORGANISATION))
    await made.do(ready, name_handler, task(), handler, by=head(HOUSING))

    hops = [(hop.unit_id, hop.how) for hop in await made.rows(ready, OrderHopRow)]
    steps = [(one.step, one.by, one.unit_id) for one in await made.rows(ready, OrderStepRow)][-2:]
    assert hops[-1] == (TRANSPORT, "hard")
    assert steps == [
        ("name_industry", f"head of {ORGANISATION}", ORGANISATION),
        ("name_handler", f"head of {HOUSING}", HOUSING),
    ]
    assert await made.refusal(ready, return_order, task(), BACK, by=head(TRANSPORT)) == "order.settled"


async def test_a_hard_order_is_dispatched_by_nobody_else_and_named_by_nobody_else(ready: Database) -> None:
    await hop_twice(ready)
    naming = Naming(unit_id=HOUSING, reason="职能")

    codes = [
        await made.refusal(ready, dispatch_by_hand, task(), Dispatch(unit_id=HOUSING, reason="派")),
        await made.refusal(ready, name_industry, task(), naming, by=head(CITY)),
        await made.refusal(ready, name_handler, task(), naming),
        await made.refusal(ready, name_industry, task(), Naming(unit_id=STREET, reason="派")),
    ]

    assert codes == ["order.hard", "task.not_yours", "order.not_hard", "order.grass_roots"]


async def test_without_a_configured_organisation_office_the_remedy_is_named(db: Database) -> None:
    await made.set_up(db, hops=1)
    await hear(db, order())
    await give_back(db)
    await made.do(db, decide_return, task(), GRANT)

    code = await made.refusal(db, name_industry, task(), Naming(unit_id=HOUSING, reason="职能"))

    assert code == "order.organisation_unset"


async def test_an_order_of_the_list_is_dispatched_by_a_person_with_a_reason(db: Database) -> None:
    await made.set_up(db)
    await hear(db, order(category=("教育",)))

    await made.do(
        db, dispatch_by_hand, task(), Dispatch(unit_id=WATER, cooperating=(CITY,), reason="目录缺项")
    )

    [hop] = await made.rows(db, OrderHopRow)
    assert (hop.unit_id, hop.cooperating, hop.how, hop.reason) == (WATER, [CITY], "manual", "目录缺项")
    assert (await made.state(db), (await made.read(db)).blocked) == ("assigned", "")


@pytest.mark.parametrize(
    ("said", "by", "code"),
    [
        (Dispatch(unit_id=STREET, reason="就近"), made.OFFICE, "order.grass_roots"),
        (Dispatch(unit_id="u-none", reason="试"), made.OFFICE, "unit.not_found"),
        (Dispatch(unit_id=WATER, reason=" "), made.OFFICE, "order.text_missing"),
        (Dispatch(unit_id=CITY, reason="同"), made.OFFICE, "order.same_unit"),
        (Dispatch(unit_id=WATER, reason="改"), head(CITY), "task.supervisor_only"),
    ],
)
async def test_a_dispatch_that_may_not_be_is_refused(
    ready: Database, said: Dispatch, by: Actor, code: str
) -> None:
    assert await made.refusal(ready, dispatch_by_hand, task(), said, by=by) == code


async def test_a_reassignment_counts_as_a_hop_and_waits_for_a_return_to_be_decided(ready: Database) -> None:
    await made.do(ready, dispatch_by_hand, task(), Dispatch(unit_id=WATER, reason="改派"))
    third = Dispatch(unit_id=HOUSING, reason="再改派")
    too_far = await made.refusal(ready, dispatch_by_hand, task(), third)
    await give_back(ready, WATER)

    waiting = await made.refusal(ready, dispatch_by_hand, task(), third)

    assert ((await made.read(ready)).hop, too_far, waiting) == (2, "order.hard", "order.return_waits")


async def test_a_done_order_is_dispatched_no_more(ready: Database) -> None:
    await made.do(ready, answer, task(), Answer(text="已处理", resolved="yes"), by=head(CITY))

    code = await made.refusal(ready, dispatch_by_hand, task(), Dispatch(unit_id=WATER, reason="改派"))

    assert code == "task.move_illegal"


async def test_a_return_against_a_decision_is_proposed_as_shirking_once(ready: Database) -> None:
    await give_back(ready)
    await made.do(ready, decide_return, task(), REFUSE)
    for _ in range(2):
        await give_back(ready)
        await made.do(ready, decide_return, task(), REFUSE)

    [proposal] = await made.rows(ready, OrderProposalRow)
    assert (proposal.kind, proposal.about, proposal.inputs["refusals"]) == ("shirking", task(), 1)


@pytest.mark.parametrize("move", [move for move in Move if move is not Move.ACCEPT])
async def test_the_common_door_of_moves_is_shut_for_orders(ready: Database, move: Move) -> None:
    units = (("lead", STREET),) if move is Move.REASSIGN else ()

    async def go(tx: Tx, act: Act) -> TaskRow:
        return await move_task(tx, MoveCommand(task_id=task(), move=move, reason="绕过", units=units), act)  # type: ignore[arg-type]

    assert await made.refusal(ready, go) == "task.move_illegal"
