"""核实, two persons, refusals and appeals: who may find what, and what holds then."""

from typing import Any

import pytest

from services.tasks.rectifications.domain import Stage
from shared.events.rectifications import RectificationJudged
from shared.testing import events_of
from tests.tasks.factories import A, B, head, liaison, unit_id
from tests.tasks.rectifications.made import ANNA, BEN, CLEO, DORA, EMIL, INSIDER, Desk


async def judged(desk: Desk) -> list[tuple[str, bool]]:
    return [(one.verdict, one.stands) for one in await events_of(desk.db, RectificationJudged)]


async def test_what_the_unit_admits_holds_at_once(desk: Desk) -> None:
    task = await desk.rate()

    row = await desk.do("found", task)

    assert (row.stage, row.verdict, row.stands) == ("rectify", "founded", True)
    assert await judged(desk) == [("founded", True)]
    assert (await desk.clocks(task))["sign"].stopped_at is not None


async def test_what_has_no_legal_basis_is_explained_and_still_counts(desk: Desk) -> None:
    task = await desk.rate()

    row = await desk.do("explain", task)

    assert (row.stage, await judged(desk)) == ("reply", [("unreasonable", True)])


@pytest.mark.parametrize("verdict", ["malicious", "mistaken"])
async def test_two_persons_of_the_office_find_that_a_rating_does_not_count(desk: Desk, verdict: str) -> None:
    task = await desk.rate()
    await desk.do(verdict, task)
    await desk.do("support", task, ANNA)
    assert await judged(desk) == []

    row = await desk.do("confirm", task, BEN)

    assert (row.stage, row.stands, row.judges) == ("reply", False, ["anna", "ben"])
    assert await judged(desk) == [(verdict, False)]
    assert [one.by for one in await events_of(desk.db, RectificationJudged)] == [("anna", "ben")]


async def test_neither_person_is_of_the_rated_unit_nor_the_same_twice(desk: Desk) -> None:
    task = await desk.rate()
    await desk.do("malicious", task)
    assert await desk.refusal("support", task, INSIDER) == "rectification.own_unit"
    assert await desk.refusal("support", task, head(A)) == "task.supervisor_only"

    await desk.do("support", task, ANNA)

    assert await desk.refusal("confirm", task, ANNA) == "rectification.same_person"
    assert await desk.refusal("confirm", task, INSIDER) == "rectification.own_unit"
    assert await desk.refusal("refuse", task, ANNA) == "rectification.same_person"


async def test_who_spoke_for_the_unit_does_not_judge(desk: Desk) -> None:
    task = await desk.rate()

    await desk.do("malicious", task, ANNA, on_behalf_of=unit_id(A))

    assert await desk.refusal("support", task, ANNA) == "rectification.same_person"


async def test_a_supervisor_who_finds_it_himself_is_the_first_of_the_two(desk: Desk) -> None:
    task = await desk.rate()
    assert await desk.refusal("malicious", task, INSIDER) == "rectification.own_unit"

    row = await desk.do("malicious", task, ANNA)

    assert (row.stage, row.first_judge) == ("second_review", "anna")
    assert await desk.refusal("confirm", task, ANNA) == "rectification.same_person"
    assert (await desk.do("confirm", task, BEN)).stands is False


async def test_a_refused_unit_may_appeal_but_not_say_the_same_again(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "refuse")

    assert await desk.refusal("mistaken", task) == "rectification.refused_before"
    row = await desk.do("appeal", task)

    assert (row.stage, row.appeal_side) == ("appeal", "unit")
    assert await desk.refusal("decide", task, ANNA, upheld=True) == "rectification.same_person"


async def test_an_appeal_of_the_unit_that_is_dismissed_lets_the_rating_count_for_good(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "refuse", "appeal")

    row = await desk.do("decide", task, upheld=False)

    assert (row.stage, await judged(desk)) == ("rectify", [("founded", True)])


async def test_an_appeal_upheld_after_a_first_finding_makes_two_persons(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support")
    await desk.do("refuse", task, BEN)
    await desk.do("appeal", task)

    row = await desk.do("decide", task, CLEO, upheld=True)

    assert (row.stage, row.stands, await judged(desk)) == ("reply", False, [("malicious", False)])


async def test_an_appeal_upheld_after_a_first_refusal_needs_a_second_person_still(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "refuse", "appeal")
    row = await desk.do("decide", task, CLEO, upheld=True)
    assert (row.stage, await judged(desk)) == ("second_review", [])

    assert await desk.refusal("confirm", task, CLEO) == "rectification.same_person"
    assert await desk.refusal("confirm", task, ANNA) == "rectification.same_person"
    await desk.do("refuse", task, DORA)

    assert (await desk.case(task)).row.refused is False  # It has appealed already.
    assert await desk.refusal("appeal", task) == "rectification.step_illegal"


async def test_the_raters_side_appeals_through_the_office(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm")
    assert await desk.refusal("protest", task, head(A)) == "task.supervisor_only"
    assert await desk.refusal("appeal", task) == "rectification.appeal_side"

    await desk.do("protest", task)
    row = await desk.do("decide", task, CLEO, upheld=True)

    assert (row.stage, row.verdict, row.stands) == ("rectify", "founded", True)
    assert await judged(desk) == [("malicious", False), ("founded", True)]
    assert (await desk.clocks(task))["rectify"].stopped_at is None


async def test_a_dismissed_appeal_of_the_rater_leads_back_and_is_told(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm", "reply", "protest")

    row = await desk.do("decide", task, CLEO, upheld=False)

    assert (row.stage, await judged(desk)) == ("call_back", [("malicious", False), ("malicious", False)])


async def test_an_appeal_opens_a_closed_case_only_when_it_is_upheld(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm", "reply", "satisfied", "close", "protest")
    closed = await desk.case(task)

    await desk.do("decide", task, CLEO, upheld=True)

    case = await desk.case(task)
    assert (closed.row.stage, closed.held.task.state) == ("appeal", "closed")
    assert (case.row.stage, case.held.task.state, case.row.round) == ("rectify", "reopened", 2)


async def test_a_dismissed_appeal_leaves_a_closed_case_closed(desk: Desk) -> None:
    task = await desk.rate()
    await desk.walk(task, "malicious", "support", "confirm", "reply", "satisfied", "close", "protest")

    row = await desk.do("decide", task, CLEO, upheld=False)

    assert (row.stage, (await desk.case(task)).held.task.state) == (Stage.CLOSED, "closed")


async def test_the_time_with_the_office_is_not_the_units(desk: Desk) -> None:
    """Handed in on 21 June, refused on the 26th: Sunday the 25th and the 26th were worked, two 工作日 more."""
    task = await desk.rate()
    desk.later(1)
    await desk.do("malicious", task)
    before = (await desk.clocks(task))["rectify"]
    desk.later(5)
    await desk.do("refuse", task)

    clock = (await desk.clocks(task))["rectify"]
    assert before.stopped_at is not None
    assert (clock.stopped_at, (clock.due_at - before.due_at).days) == (None, 2)


async def test_the_class_sets_the_limit_since_the_dispatch(desk: Desk) -> None:
    """15 工作日 from 20 June 2023 end on 12 July."""
    task = await desk.rate()
    desk.later(1)

    await desk.do("found", task, grade="complex")
    refused = await desk.refusal("classify", task, INSIDER)
    row = await desk.do("classify", task, ANNA, grade="simple", reason="当场可改")

    clock = (await desk.clocks(task))["rectify"]
    steps = [(one.step, one.details) for one in (await desk.case(task)).steps if one.step == "classify"]
    assert (row.grade, refused, clock.workdays) == ("simple", "rectification.own_unit", 1)
    assert [one[1]["workdays"] for one in steps] == [15, 1]
    assert clock.due_at.date().isoformat() == "2023-06-21"


@pytest.mark.parametrize(
    ("step", "said", "code"),
    [
        ("propose", {"verdict": "silly"}, "rectification.verdict_unknown"),
        ("propose", {"reason": " "}, "rectification.reason_missing"),
        ("propose", {"grade": "huge"}, "rectification.grade_unknown"),
        ("propose", {"on_behalf_of": unit_id(B)}, "task.on_behalf_unknown"),
        ("support", {}, "rectification.step_illegal"),
        ("decide", {}, "rectification.step_illegal"),
        ("classify", {"reason": ""}, "rectification.reason_missing"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    desk: Desk, step: str, said: dict[str, Any], code: str
) -> None:
    task = await desk.rate()
    before = (await desk.case(task)).held.task.revision

    assert await desk.refusal(step, task, **said) == code

    assert (await desk.case(task)).held.task.revision == before


async def test_only_the_units_head_or_a_supervisor_speaks_for_it(desk: Desk) -> None:
    task = await desk.rate()

    assert await desk.refusal("found", task, liaison(A)) == "task.not_yours"
    assert await desk.refusal("found", task, head(B)) == "task.not_yours"
    assert await desk.refusal("found", "t-none", EMIL) == "rectification.not_found"
