"""Moves change the task, its history, its light and the stream in one transaction."""

from datetime import date

import pytest
from sqlalchemy import Delete, Update, delete, update
from sqlalchemy.exc import DBAPIError

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_parties import Actor
from services.tasks.models import RevisionRow
from shared.clock import at_local
from shared.database import Database
from shared.errors import Conflict, Forbidden, NotFound
from shared.events.supervision import (
    TaskAccepted,
    TaskAssigned,
    TaskClosed,
    TaskLit,
    TaskProgressed,
    TaskReturned,
    TaskSubmitted,
    TaskVerified,
)
from shared.testing import DRILL_START, FakeClock, events_of, published
from tests.tasks import factories as make
from tests.tasks.factories import OFFICE, A, B, worker

TO_SUBMITTED = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT)
TO_CLOSED = (*TO_SUBMITTED, Move.VERIFY, Move.CLOSE)


async def test_a_task_goes_from_assigned_to_closed(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)
    await make.move(ledger, Move.ACCEPT, worker(A))
    await make.move(ledger, Move.PROGRESS, worker(A), progress=40)
    await make.move(ledger, Move.SUBMIT, worker(A))
    await make.walk(ledger, Move.VERIFY, Move.CLOSE)

    task = await make.get(ledger)

    assert (task.state, task.progress, task.revision) == ("closed", 100, 7)
    assert task.closed_at == DRILL_START


async def test_every_move_is_published_with_the_revision_that_it_made(ledger: Database) -> None:
    await make.walk(ledger, *TO_SUBMITTED, Move.RETURN, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)

    steps = (
        TaskAssigned,
        TaskAccepted,
        TaskProgressed,
        TaskSubmitted,
        TaskReturned,
        TaskVerified,
        TaskClosed,
    )
    told = [(type(one.data), one.revision) for one in await published(ledger) if isinstance(one.data, steps)]

    kinds = [*steps[:5], TaskProgressed, TaskSubmitted, TaskVerified, TaskClosed]
    assert told == list(zip(kinds, range(2, 11), strict=True))


async def test_the_history_says_who_when_why_and_for_whom(ledger: Database) -> None:
    await make.walk(ledger, *TO_SUBMITTED, at=at_local(date(2023, 5, 8), 10))
    await make.move(ledger, Move.RETURN, reason=" 佐证不全 ")

    history = await make.rows(ledger, RevisionRow)
    first, accepted, last = history[0], history[2], history[5]

    assert (first.move, first.from_state, first.to_state) == ("register", None, "registered")
    assert (accepted.by, accepted.on_behalf_of, accepted.at) == (
        "office",
        make.unit_id(A),
        at_local(date(2023, 5, 8), 10),
    )
    assert (last.reason, last.from_state, last.to_state) == ("佐证不全", "submitted", "returned")
    assert last.entered_at > last.at


async def test_an_illegal_move_leaves_no_trace(ledger: Database) -> None:
    before = len(await published(ledger))

    refused = await make.refusal(ledger, Move.CLOSE)

    assert (refused.code, len(await published(ledger))) == ("task.move_illegal", before)
    assert len(await make.rows(ledger, RevisionRow)) == 3


async def test_a_task_without_any_unit_cannot_be_assigned(db: Database) -> None:
    await make.confirm(db, make.document([make.task(lead=(), responsible=())]))

    assert (await make.refusal(db, Move.ASSIGN)).code == "task.no_unit"


async def test_a_task_with_a_collective_alone_cannot_be_assigned(db: Database) -> None:
    await make.confirm(db, make.document([make.task(lead=(), responsible=(make.EVERYONE,))]))

    assert (await make.refusal(db, Move.ASSIGN)).code == "task.no_unit"


async def test_a_supervisor_does_not_verify_the_task_of_their_own_unit(ledger: Database) -> None:
    await make.walk(ledger, *TO_SUBMITTED)
    insider = Actor(id="insider", role="supervisor", unit=make.unit_id(B))

    refused = await make.refusal(ledger, Move.VERIFY, insider)

    assert isinstance(refused, Forbidden)


async def test_a_move_on_a_task_that_has_changed_is_refused(ledger: Database) -> None:
    await make.move(ledger, Move.ASSIGN)

    refused = await make.refusal(ledger, Move.ACCEPT, if_revision=1)

    assert (refused.code, refused.details) == ("task.changed", {"revision": 2})
    assert isinstance(refused, Conflict)


async def test_a_move_on_the_revision_seen_is_made(ledger: Database) -> None:
    assert (await make.move(ledger, Move.ASSIGN, if_revision=1)).revision == 2


async def test_a_task_that_is_not_there_is_named(ledger: Database) -> None:
    refused = await make.refusal(ledger, Move.ASSIGN, number="99")

    assert isinstance(refused, NotFound)
    assert make.task_id("99") in refused.message


async def test_progress_without_a_number_keeps_the_last_one(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)
    await make.move(ledger, Move.PROGRESS, progress=30)
    await make.move(ledger, Move.PROGRESS)

    assert [event.progress for event in await events_of(ledger, TaskProgressed)] == [30, 30]


async def test_a_unit_may_submit_less_than_all(ledger: Database) -> None:
    await make.walk(ledger, *TO_SUBMITTED[:3])

    assert (await make.move(ledger, Move.SUBMIT, progress=90)).progress == 90


async def test_a_return_takes_the_submission_back(ledger: Database) -> None:
    await make.walk(ledger, *TO_SUBMITTED, Move.RETURN)

    assert (await make.get(ledger)).submitted_at is None


async def test_closing_after_the_due_instant_is_late(ledger: Database) -> None:
    await make.walk(ledger, *TO_CLOSED, at=at_local(date(2023, 7, 1)))

    [closed] = await events_of(ledger, TaskClosed)
    assert (closed.late, closed.closed_at) == (True, at_local(date(2023, 7, 1)))


@pytest.mark.parametrize("number", ["1", "3"])
async def test_closing_in_time_or_without_a_date_is_not_late(ledger: Database, number: str) -> None:
    await make.walk(ledger, *TO_CLOSED, number=number)

    assert [closed.late for closed in await events_of(ledger, TaskClosed)] == [False]


async def test_a_move_that_changes_the_light_says_so(ledger: Database, clock: FakeClock) -> None:
    clock.instant = at_local(date(2023, 7, 3))
    await make.walk(ledger, *TO_CLOSED)

    lights = [event.light for event in await events_of(ledger, TaskLit) if event.task_id == make.task_id("1")]

    assert lights == ["green", "red", "done"]


@pytest.mark.parametrize("statement", [update(RevisionRow).values(reason="改写"), delete(RevisionRow)])
async def test_the_database_refuses_to_rewrite_history(ledger: Database, statement: Update | Delete) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with ledger.transaction() as tx:
            await tx.session.execute(statement)

    assert OFFICE.id in {row.by for row in await make.rows(ledger, RevisionRow)}
