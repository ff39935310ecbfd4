"""A unit asks for more time before its date, the supervision office answers, and the first date stays known."""

# ruff: noqa: ANN401 - a factory takes any field.

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.tasks.ledger.domain import FINISH, SIGN, Move
from services.tasks.ledger.domain_extensions import (
    EXTENSION_WORDS,
    Answer,
    Asked,
    ExtensionState,
    check_pending,
    check_request,
    granted_day,
    slip_days,
)
from services.tasks.ledger.domain_parties import Actor
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension, withdraw_extension
from services.tasks.models import ClockRow, ExtensionRow, RevisionRow, TaskRow
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.supervision import ClockStarted, ExtensionDecided, ExtensionRequested
from shared.principal import Principal
from shared.testing import DRILL_START, events_of, published
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import JUNE, OFFICE, A, B, C, head, liaison, unit_id

LATER, LATEST = date(2023, 7, 31), date(2023, 8, 31)
DUE = end_of_day(JUNE)


async def ask(
    db: Database, actor: Actor | None = None, *, at: datetime | None = None, **said: Any
) -> TaskRow:
    given: dict[str, Any] = {"task_id": make.task_id("1"), "wanted_on": LATER, "reason": "等待上级批复"}
    wanted = Request(**given | said)
    async with db.transaction() as tx:
        return await ask_extension(tx, wanted, make.act(actor or head(A), at or tx.now))


async def decide(db: Database, actor: Actor = OFFICE, *, number: int = 1, **said: Any) -> TaskRow:
    async with db.transaction() as tx:
        answer = Answer(**{"grant": True} | said)
        return await decide_extension(tx, make.task_id("1"), number, answer, make.act(actor, tx.now))


async def withdraw(db: Database, actor: Actor | None = None) -> TaskRow:
    async with db.transaction() as tx:
        act = make.act(actor or head(A), tx.now)
        return await withdraw_extension(tx, make.task_id("1"), 1, act)


async def clock(db: Database, name: str = FINISH) -> ClockRow:
    found = [
        row for row in await make.rows(db, ClockRow) if (row.task_id, row.name) == (make.task_id("1"), name)
    ]
    return found[0]  # type: ignore[no-any-return]  # Rows of any model.


async def states(db: Database) -> list[str]:
    return [row.state for row in await make.rows(db, ExtensionRow)]


async def test_a_granted_extension_moves_the_clock_and_keeps_its_first_day(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    await ask(ledger)
    task = await decide(ledger)
    finish = await clock(ledger)

    assert (finish.due_at, finish.original_due_at, finish.printed) == (end_of_day(LATER), DUE, False)
    assert (task.deadline, task.due_at) == (JUNE, end_of_day(LATER))


async def test_a_clock_that_was_extended_is_started_again(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)

    await decide(ledger)
    started = [one for one in await events_of(ledger, ClockStarted) if one.clock == FINISH]

    assert [one.due_at for one in started] == [DUE, end_of_day(LATER)]


async def test_each_step_is_one_revision_and_one_event(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)
    await decide(ledger, granted_on=LATEST, opinion="同意到八月底")

    steps = [row.move for row in await make.rows(ledger, RevisionRow) if row.task_id == make.task_id("1")]
    told = [
        (type(one.data), one.revision)
        for one in await published(ledger)
        if isinstance(one.data, ExtensionRequested | ExtensionDecided)
    ]

    assert steps == ["register", "assign", "extension.ask", "extension.grant"]
    assert told == [(ExtensionRequested, 3), (ExtensionDecided, 4)]
    assert (await events_of(ledger, ExtensionDecided))[0].granted_on == LATEST


async def test_the_history_says_who_asked_for_whom_and_why(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger, OFFICE)

    last = next(row for row in await make.rows(ledger, RevisionRow) if row.move == "extension.ask")

    assert (last.by, last.on_behalf_of, last.unit_id, last.reason) == (
        "office",
        unit_id(A),
        unit_id(A),
        "等待上级批复",
    )
    assert last.changes == {"number": 1, "clock": "finish", "wanted_on": "2023-07-31"}
    assert last.snapshot["state"] == "assigned"


async def test_the_light_follows_the_granted_day(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, at=at_local(date(2023, 6, 28), 9))
    before = (await make.get(ledger)).light
    await ask(ledger, at=at_local(date(2023, 6, 28), 10))

    after = (await decide(ledger)).light

    assert (before, after) == ("yellow", "green")


async def test_a_refused_extension_moves_nothing(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)

    await decide(ledger, grant=False, opinion="须按期完成")

    assert await states(ledger) == ["refused"]
    assert (await clock(ledger)).due_at == DUE
    assert (await events_of(ledger, ExtensionDecided))[0].outcome == "refused"


async def test_a_second_extension_is_asked_for_once_the_first_is_answered(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)
    with pytest.raises(Conflict, match="待批复"):
        await ask(ledger)
    await decide(ledger)

    await ask(ledger, wanted_on=LATEST)
    await decide(ledger, number=2)

    assert await states(ledger) == ["granted", "granted"]
    assert (await clock(ledger)).original_due_at == DUE


async def test_a_request_can_be_taken_back_by_its_unit(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)

    await withdraw(ledger)

    assert await states(ledger) == ["withdrawn"]
    with pytest.raises(Conflict, match="撤回"):
        await decide(ledger)


async def test_only_the_head_of_the_answering_unit_asks(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    for actor in (liaison(A), head(B), head(C), Actor(id="leader", role="leader")):
        with pytest.raises(Forbidden):
            await ask(ledger, actor)
    with pytest.raises(Invalid, match="名义"):
        await ask(ledger, OFFICE, on_behalf_of=unit_id(B))
    with pytest.raises(Forbidden):
        await withdraw_by_another(ledger)


async def withdraw_by_another(db: Database) -> None:
    await ask(db)
    await withdraw(db, head(B))


async def test_nobody_decides_about_their_own_unit(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)

    for actor in (head(A), Actor(id="leader", role="leader")):
        with pytest.raises(Forbidden, match="只有督查人员"):
            await decide(ledger, actor)
    with pytest.raises(Forbidden, match="其他单位的人员"):
        await decide(ledger, Actor(id="own", role="supervisor", unit=unit_id(B)))


async def test_a_clock_that_does_not_run_is_not_extended(ledger: Database) -> None:
    with pytest.raises(Conflict, match="没有在计时"):
        await ask(ledger)
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT)

    with pytest.raises(Conflict, match="没有在计时"):
        await ask(ledger, clock=SIGN)


async def test_other_clocks_than_the_last_are_extended_too(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger, clock=SIGN)

    task = await decide(ledger)

    assert (await clock(ledger, SIGN)).due_at == end_of_day(LATER)
    assert task.due_at == DUE


@pytest.mark.parametrize("end", [Move.CANCEL, Move.REASSIGN])
async def test_a_waiting_request_falls_void_when_the_task_ends_or_goes_to_others(
    ledger: Database, end: Move
) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)

    units = (("lead", unit_id(C)),) if end is Move.REASSIGN else ()
    await make.move(ledger, end, reason="职能调整", units=units)

    assert await states(ledger) == ["void"]
    assert (await make.rows(ledger, RevisionRow))[-1].snapshot is not None
    assert [one.outcome for one in await events_of(ledger, ExtensionDecided)] == ["void"]
    with pytest.raises(Conflict, match="失效"):
        await decide(ledger)


async def test_a_closed_task_has_no_waiting_request(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS)
    await ask(ledger)

    await make.walk(ledger, Move.SUBMIT, Move.VERIFY)
    assert await states(ledger) == ["pending"]
    await make.walk(ledger, Move.CLOSE)

    assert await states(ledger) == ["void"]
    closing = next(row for row in await make.rows(ledger, RevisionRow) if row.move == "close")
    assert closing.changes == {"extension_void": 1}


async def test_a_document_read_again_leaves_an_extension_unless_it_prints_another_date(
    ledger: Database,
) -> None:
    await make.walk(ledger, Move.ASSIGN)
    await ask(ledger)
    await decide(ledger)

    await make.confirm(ledger, make.document([make.task("1", title="新标题")]), content="second")
    kept = (await make.get(ledger)).due_at
    await make.confirm(ledger, make.document([make.task("1", deadline=LATEST)]), content="third")

    assert (kept, (await make.get(ledger)).due_at) == (end_of_day(LATER), end_of_day(LATEST))


async def test_a_clock_that_stands_still_goes_on_to_the_granted_day(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN, Move.ACCEPT, Move.PROGRESS)
    await ask(ledger)
    await make.walk(ledger, Move.SUBMIT)

    await decide(ledger)
    assert (await clock(ledger)).stopped_at is not None
    await make.walk(ledger, Move.RETURN)

    assert ((await clock(ledger)).due_at, (await clock(ledger)).stopped_at) == (end_of_day(LATER), None)


async def test_a_request_that_is_none_is_not_found(ledger: Database) -> None:
    with pytest.raises(NotFound, match="第 1 号"):
        await decide(ledger)


async def test_a_request_made_on_an_old_view_is_refused(ledger: Database) -> None:
    await make.walk(ledger, Move.ASSIGN)

    with pytest.raises(Conflict, match="刷新"):
        await ask(ledger, if_revision=1)


def asked(**changes: Any) -> Asked:
    said: dict[str, Any] = {
        "clock": FINISH,
        "due_at": DUE,
        "wanted_on": LATER,
        "reason": "理由",
        "pending": False,
    }
    return Asked(**said | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"due_at": None}, "extension.no_clock"),
        ({"due_at": DRILL_START}, "extension.too_late"),
        ({"pending": True}, "extension.pending"),
        ({"reason": "  "}, "extension.reason_missing"),
        ({"wanted_on": JUNE}, "extension.not_later"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises((Conflict, Invalid)) as refused:
        check_request(asked(**changes), DRILL_START)

    assert refused.value.code == code


def test_a_request_is_in_time_until_the_due_instant() -> None:
    last = DUE - timedelta(seconds=1)

    assert check_request(asked(), last) == DUE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(grant=True, granted_on=JUNE), "extension.not_later"),
        (Answer(grant=False, granted_on=LATER, opinion="不同意"), "extension.day_senseless"),
        (Answer(grant=False, opinion=" "), "extension.opinion_missing"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(answer: Answer, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        granted_day(answer, LATER, DUE)

    assert refused.value.code == code


def test_an_answer_grants_the_day_asked_for_another_or_none() -> None:
    answers = (Answer(grant=True), Answer(grant=True, granted_on=LATEST), Answer(grant=False, opinion="按期"))

    assert [granted_day(one, LATER, DUE) for one in answers] == [LATER, LATEST, None]


def test_only_a_waiting_request_is_answered() -> None:
    check_pending("pending")
    for state in set(ExtensionState) - {ExtensionState.PENDING}:
        with pytest.raises(Conflict, match=EXTENSION_WORDS[state]):
            check_pending(state)


def test_the_slip_is_counted_in_calendar_days() -> None:
    assert slip_days(DUE, end_of_day(LATER)) == 31


async def assigned(filled: Caller) -> str:
    """Bring task 1, whose date of 2023 has long passed, to its units with a date to come."""
    filled.clock.instant = filled.clock.instant.replace(microsecond=0)
    task = make.task_id("3")
    day = (filled.clock.instant + timedelta(days=30)).date().isoformat()
    await filled.post(f"/tasks/{task}/moves", json={"move": "assign"})
    said = {"tasks": [task], "deadline": day, "reason": "人工设定", "confirm": True}
    assert (await filled.post("/tasks/deadlines", json=said)).status_code == 200
    return task


async def test_the_task_shows_its_extensions_with_count_and_slip(filled: Caller) -> None:
    task = await assigned(filled)
    day = (filled.clock.instant + timedelta(days=40)).date().isoformat()
    head_of_a = filled.as_(Principal(id="a", role="unit_lead", unit=unit_id(A), scopes=filled.who.scopes))

    said = await head_of_a.post(f"/tasks/{task}/extensions", json={"wanted_on": day, "reason": "等待批复"})
    [waiting] = (await filled.get("/extensions", state="pending")).json()["items"]
    answer = await filled.post(f"/tasks/{task}/extensions/1/decision", json={"grant": True})

    assert (said.status_code, waiting["title"], waiting["state_word"]) == (200, "第3项示例任务", "待批复")
    extensions = answer.json()["extensions"]
    assert (extensions["granted"], extensions["slip_days"], len(extensions["items"])) == (1, 10, 1)
    assert (await filled.get("/extensions")).json()["items"] == []


async def test_a_request_is_withdrawn_over_http(filled: Caller) -> None:
    task = await assigned(filled)
    day = (filled.clock.instant + timedelta(days=40)).date().isoformat()
    await filled.post(f"/tasks/{task}/extensions", json={"wanted_on": day, "reason": "等待批复"})

    bare = await filled.post(f"/tasks/{task}/extensions/1/withdrawal")
    again = await filled.post(f"/tasks/{task}/extensions/1/withdrawal", json={"on_behalf_of": unit_id(A)})

    assert bare.json()["extensions"]["items"][0]["state"] == "withdrawn"
    assert (again.status_code, again.json()["code"]) == (409, "extension.decided")
