"""整改, 回复, 回访, 办结: what a unit owes, who asks the rater again, and when a case may be closed."""

from datetime import date
from typing import Any

import pytest

from services.tasks.ledger.domain import Move
from services.tasks.ledger.domain_extensions import Answer
from services.tasks.ledger.extensions import Request, ask_extension, decide_extension
from services.tasks.rectifications.domain_rules import is_sampled, shipped
from services.tasks.rectifications.ruling import RulesOrder, set_rules
from shared.errors import Conflict, DubanError
from shared.events.rectifications import (
    RectificationCalledBack,
    RectificationRectified,
    RectificationReplied,
)
from shared.events.supervision import TaskClosed, TaskRegistered
from shared.testing import events_of
from tests.tasks import factories as make
from tests.tasks.factories import A, C, head, unit_id
from tests.tasks.rectifications.made import ANNA, DORA, INSIDER, Desk

CHOSEN = next(name for name in map(str, range(99)) if is_sampled(name, 20))
LEFT_OUT = next(name for name in map(str, range(99)) if not is_sampled(name, 20))


async def test_a_case_goes_its_way_to_the_end(desk: Desk) -> None:
    task = await desk.rate()

    row = await desk.walk(task, "found", "rectify", "reply", "satisfied", "close")

    [rectified], [called] = (
        await events_of(desk.db, RectificationRectified),
        await events_of(desk.db, RectificationCalledBack),
    )
    [closed] = await events_of(desk.db, TaskClosed)
    assert (row.stage, rectified.mode, rectified.late) == ("closed", "at_once", False)
    assert (called.attempt, called.reached, called.level) == (1, True, 4)
    assert (closed.late, len(await events_of(desk.db, RectificationReplied))) == (False, 1)


async def test_what_is_put_right_after_the_limit_is_late(desk: Desk) -> None:
    task = await desk.rate()
    await desk.do("found", task)
    desk.later(9)

    row = await desk.do("rectify", task)

    [rectified] = await events_of(desk.db, RectificationRectified)
    assert (row.late, rectified.late) == (True, True)


async def test_the_clock_runs_until_the_rater_is_answered(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify")
    running = (await desk.clocks(task))["rectify"].stopped_at

    await desk.do("reply", task)

    assert (running, (await desk.clocks(task))["rectify"].stopped_at) == (None, desk.clock.instant)


async def test_a_ledger_comes_before_what_is_done_by_it(desk: Desk) -> None:
    task = await desk.rate()
    await desk.do("found", task, grade="complex")

    assert await desk.refusal("rectify", task, mode="at_once") == "rectification.ledger_needed"
    assert await desk.refusal("rectify", task, mode="ledger") == "rectification.ledger_missing"
    row = await desk.do("ledger", task, due_on=date(2023, 7, 12))
    assert (row.measures, row.owner, row.ledger_due) == ("优化流程", "窗口负责人", date(2023, 7, 12))
    assert (await desk.do("rectify", task, mode="ledger")).stage == "reply"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"due_on": date(2023, 6, 29)}, "rectification.ledger_day"),
        ({"due_on": date(2023, 6, 19)}, "rectification.ledger_day"),
        ({"measures": ""}, "rectification.measures_missing"),
        ({"owner": " "}, "rectification.owner_missing"),
    ],
)
async def test_a_ledger_has_measures_a_post_and_a_day_within_the_limit(
    desk: Desk, said: dict[str, Any], code: str
) -> None:
    task = await desk.rate()
    await desk.do("found", task)

    assert await desk.refusal("ledger", task, **said) == code


async def test_more_time_is_asked_for_as_for_any_clock(desk: Desk) -> None:
    task = await desk.rate()
    await desk.do("found", task)
    async with desk.db.transaction() as tx:
        wanted = Request(task_id=task, wanted_on=date(2023, 7, 5), reason="需更换设备", clock="rectify")
        await ask_extension(tx, wanted, make.act(head(A), tx.now))
        await decide_extension(tx, task, 1, Answer(grant=True), make.act(ANNA, tx.now))
    desk.later(9)

    row = await desk.do("rectify", task)

    case = await desk.case(task)
    assert (row.late, case.held.task.due_at) == (False, case.held.clocks["rectify"].due_at)


async def test_nobody_of_the_rated_unit_calls_back_or_closes(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply")

    assert await desk.refusal("satisfied", task, INSIDER) == "rectification.own_unit"
    assert await desk.refusal("satisfied", task, head(A)) == "task.supervisor_only"
    await desk.do("satisfied", task)
    assert await desk.refusal("close", task, INSIDER) == "rectification.own_unit"


async def test_the_rated_unit_does_not_call_back_after_the_case_went_to_another(desk: Desk) -> None:
    task = await desk.rate()
    await desk.move(Move.REASSIGN, task, units=(("lead", unit_id(C)),))
    for step in ("found", "rectify", "reply"):
        await desk.do(step, task, head(C))

    assert await desk.refusal("satisfied", task, INSIDER) == "rectification.own_unit"


async def test_a_named_rater_is_called_back_or_tried_on_three_days(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply")
    assert await desk.refusal("close", task) == "rectification.call_back_owed"

    for _ in range(3):
        await desk.do("unreached", task)
    assert await desk.refusal("close", task) == "rectification.call_back_owed"  # All on one day.
    for _ in range(2):
        desk.later(1)
        await desk.do("unreached", task)

    row = await desk.do("close", task)
    assert (row.stage, (await desk.case(task)).steps[-1].details) == ("closed", {"call_back": "tried"})


async def test_a_sample_of_the_others_is_called_back(desk: Desk) -> None:
    owed = await desk.rate(rating_id=CHOSEN, is_named=False)
    free = await desk.rate(rating_id=LEFT_OUT, is_named=False, service_number=2)
    for task in (owed, free):
        await desk.walk(task, "found", "rectify", "reply")

    assert await desk.refusal("close", owed) == "rectification.call_back_owed"
    assert (await desk.do("close", free)).stage == "closed"


def test_the_sample_is_about_the_share_and_always_the_same() -> None:
    ids = [f"rating-{number}" for number in range(5000)]

    chosen = [one for one in ids if is_sampled(one, shipped().sample_percent)]

    assert 900 <= len(chosen) <= 1100
    assert chosen == [one for one in ids if is_sampled(one, 20)]
    assert [one for one in ids if is_sampled(one, 0)] == []
    assert all(is_sampled(one, 100) for one in ids)


async def test_who_is_still_unsatisfied_goes_one_level_up_with_a_fresh_limit(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        said = RulesOrder(region="61", reason="市里规定", rules={"escalate_to": unit_id(C)})
        await set_rules(tx, said, make.act(ANNA, tx.now))
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply")
    desk.later(7)

    row = await desk.do("unsatisfied", task)

    case, told = await desk.case(task), (await events_of(desk.db, TaskRegistered))[-1]
    assert (row.stage, row.round, case.held.task.state) == ("rectify", 2, "reopened")
    assert (told.level, [(one.unit_id, one.role) for one in told.units][-1]) == (
        "important",
        (unit_id(C), "cooperating"),
    )
    assert case.held.clocks["rectify"].started_at == desk.clock.instant


async def test_what_had_no_legal_basis_is_verified_again_when_the_rater_stays_unsatisfied(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "explain", "reply")

    assert (await desk.do("unsatisfied", task)).stage == "verify"


async def test_at_the_top_a_person_closes_it_with_a_reason(desk: Desk) -> None:
    task = await desk.rate()
    await desk.do("found", task)
    for _ in range(3):
        row = await desk.walk(task, "rectify", "reply", "unsatisfied")

    assert (row.stage, row.round, (await desk.case(task)).held.task.level) == ("closing", 3, "urgent")
    assert await desk.refusal("close", task) == "rectification.reason_missing"
    assert (await desk.do("close", task, reason="已穷尽办法，书面说明")).stage == "closed"


async def test_a_call_of_an_earlier_round_does_not_close_a_later_one(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply", "unsatisfied", "rectify", "reply")

    assert await desk.refusal("close", task) == "rectification.call_back_owed"


async def test_whoever_rated_for_nothing_is_called_back_but_goes_up_no_more(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm", "reply")

    row = await desk.do("unsatisfied", task)

    assert (row.stage, row.round) == ("closing", 1)
    assert (await desk.do("close", task)).stage == "closed"


@pytest.mark.parametrize("said", [{"reached": False, "level": 3}, {"reached": True, "level": 9}])
async def test_a_level_needs_somebody_who_gave_it(desk: Desk, said: dict[str, Any]) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply")

    assert await desk.refusal("call", task, **said) == "rectification.level_invalid"


async def test_what_was_closed_or_cancelled_is_opened_again_by_a_step_alone(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "found", "rectify", "reply", "satisfied", "close")
    with pytest.raises(Conflict):
        await desk.move(Move.REOPEN, task)

    await desk.do("reopen", task)
    await desk.move(Move.CANCEL, task)
    assert await desk.refusal("rectify", task) == "rectification.step_illegal"
    row = await desk.do("reopen", task)

    assert (row.stage, row.round) == ("rectify", 3)


async def test_moves_that_steps_check_are_none_of_people(desk: Desk) -> None:
    task = await desk.rate()
    refused = []
    for move in (Move.PROGRESS, Move.SUBMIT, Move.VERIFY, Move.CLOSE, Move.INSTRUCT, Move.NORMALISE):
        try:
            await desk.move(move, task)
        except DubanError as error:
            refused.append(error.code)

    assert refused == ["task.move_illegal"] * 6


async def test_later_rules_change_nothing_for_a_case_that_is_open(desk: Desk) -> None:
    task = await desk.rate()
    async with desk.db.transaction() as tx:
        said = RulesOrder(region="", reason="收紧", rules={"complex": 10, "general": 3})
        await set_rules(tx, said, make.act(ANNA, tx.now))
    later = await desk.rate(rating_id="r-2", service_number=2)

    await desk.do("classify", task)
    await desk.do("classify", later)

    old, new = (await desk.case(task)).row, (await desk.case(later)).row
    assert [(await desk.clocks(one))["rectify"].workdays for one in (task, later)] == [15, 10]
    assert (old.rules_version, new.rules_version) == (0, 1)


async def test_the_rules_of_the_nearest_place_hold(desk: Desk) -> None:
    for region, general in (("", 4), ("6104", 3), ("61", 2)):
        async with desk.db.transaction() as tx:
            said = RulesOrder(region=region, reason="本地规定", rules={"general": general, "simple": 1})
            await set_rules(tx, said, make.act(ANNA, tx.now))

    near = await desk.rate()
    far = await desk.rate(rating_id="r-2", service_number=2, region_code="110000")

    assert [(await desk.clocks(one))["rectify"].workdays for one in (near, far)] == [3, 4]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (RulesOrder(region="x", reason="依据"), "rectification.region"),
        (RulesOrder(region="", reason=" "), "rectification.reason_missing"),
        (RulesOrder(region="", reason="依据", rules={"general": 0}), "rectification.rules"),
        (RulesOrder(region="", reason="依据", rules={"simple": 9}), "rectification.rules_order"),
        (RulesOrder(region="", reason="依据", rules={"escalate_to": "nobody"}), "rectification.escalate_to"),
    ],
)
async def test_rules_that_make_no_sense_are_refused(desk: Desk, said: RulesOrder, code: str) -> None:
    async with desk.db.transaction() as tx:
        with pytest.raises(DubanError) as refused:
            await set_rules(tx, said, make.act(DORA, tx.now))

    assert refused.value.code == code
