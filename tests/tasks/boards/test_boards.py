"""A public list shows what was promised and whether it was kept; a promise is a row of data and nothing else."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.tasks.boards.domain import OUTCOME_WORDS, Outcome, outcome_of
from services.tasks.boards.views import BoardView, show_board
from services.tasks.ledger.by_hand import Entry, register_by_hand
from services.tasks.ledger.commands import MoveCommand, Report
from services.tasks.ledger.domain import Move
from services.tasks.ledger.service import move_task
from shared.clock import at_local, end_of_day
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.testing import FakeClock
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, B, unit_id

DUE = end_of_day(date(2023, 6, 30))
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
KEPT = (Move.ASSIGN, Move.ACCEPT, Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE)


async def promise(db: Database, *moves: Move, unit: str = A, **said: Any) -> str:  # noqa: ANN401 - any field.
    given: dict[str, Any] = {
        "title": "证照办理压缩至一日",
        "source": "post_promise",
        "deadline": date(2023, 6, 30),
    }
    fields = {"promised_by": "post", "post": "窗口负责人", "measure": "一日内办结"}
    entry = Entry(
        **given
        | {"kind": "promise", "body": "", "units": (("lead", unit_id(unit)),), "fields": fields}
        | said
    )
    async with db.transaction() as tx:
        act = make.act(at=tx.now)
        task = await register_by_hand(tx, entry, act)
        for move in moves:
            await move_task(tx, MoveCommand(task_id=task.id, move=move, report=Report(evidence=("a",))), act)
        return task.id


async def board(db: Database, now: datetime, unit: str = "") -> BoardView:
    async with db.reading() as session:
        return await show_board(session, "promise", unit, now)


@pytest.mark.parametrize(
    ("submitted", "done", "now", "outcome"),
    [
        (BEFORE, AFTER, AFTER, Outcome.KEPT),
        (AFTER, AFTER, AFTER, Outcome.KEPT_LATE),
        (None, None, BEFORE, Outcome.OPEN),
        (BEFORE, None, AFTER, Outcome.OPEN),
        (None, None, AFTER, Outcome.OVERDUE),
    ],
)
def test_a_promise_is_kept_late_open_or_overdue(
    submitted: datetime | None, done: datetime | None, now: datetime, outcome: Outcome
) -> None:
    assert outcome_of(due_at=DUE, submitted_at=submitted, done_at=done, now=now) is outcome
    assert OUTCOME_WORDS[outcome]


def test_a_promise_without_a_date_is_never_late() -> None:
    assert outcome_of(due_at=None, submitted_at=None, done_at=None, now=AFTER) is Outcome.OPEN


async def test_the_list_shows_every_unit_with_what_it_promised(ledger: Database, clock: FakeClock) -> None:
    await promise(ledger, *KEPT)
    await promise(ledger, Move.ASSIGN, unit=B)
    await promise(ledger, unit=B)  # Nobody was told of it yet.

    shown, theirs = (
        await board(ledger, clock.now() + timedelta(days=60)),
        await board(ledger, clock.now(), unit_id(B)),
    )

    assert (shown.word, [one.unit_name for one in shown.units]) == ("承诺兑现晾晒榜", sorted([A, B]))
    kept = next(one for one in shown.units if one.unit_name == A)
    [item] = kept.items
    assert (item.outcome_word, item.source_word, kept.counts[Outcome.KEPT]) == ("按期兑现", "依岗承诺", 1)
    assert [field.value_word for field in item.fields] == ["岗位", "窗口负责人", "一日内办结"]
    assert [(one.unit_name, one.counts[Outcome.OPEN]) for one in theirs.units] == [(B, 1)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "field.missing"),
        ({"promised_by": "  "}, "field.missing"),
        ({"promised_by": "crowd"}, "field.choice_unknown"),
        ({"promised_by": "unit", "measure": "字" * 501}, "field.too_long"),
        ({"promised_by": "unit", "weather": "fine"}, "field.unknown"),
    ],
)
async def test_a_promise_that_does_not_say_whose_it_is_is_refused(
    ledger: Database, fields: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await promise(ledger, fields=fields)

    assert refused.value.code == code


async def test_a_kind_without_a_list_says_so(ledger: Database) -> None:
    async with ledger.reading() as session:
        with pytest.raises(NotFound, match="promise"):
            await show_board(session, "action", "", at_local(date(2023, 6, 20)))


async def test_the_list_is_served_over_http(filled: Caller) -> None:
    said = {"kind": "promise", "title": "证照", "source": "credit_promise", "fields": {"promised_by": "unit"}}
    made = await filled.post("/tasks", json=said | {"units": [{"role": "lead", "unit_id": unit_id(A)}]})
    await filled.post(f"/tasks/{made.json()['id']}/moves", json={"move": "assign"})

    [shown] = (await filled.get("/boards/promise", unit=unit_id(A))).json()["units"]

    assert (shown["items"][0]["title"], shown["counts"]["open"]) == ("证照", 1)
