"""Measures over HTTP: lists, plates, decisions, and what a unit may see of them."""

from datetime import timedelta
from typing import Any

import pytest_asyncio

from shared.clock import local_date
from shared.principal import Principal
from tests.tasks import factories as make
from tests.tasks.apps import Caller
from tests.tasks.factories import A, C, unit_id

SCOPES = frozenset({"tasks:read", "tasks:write"})
LEADER = Principal(id="leader-1", role="leader", scopes=SCOPES)
NUMBER = "〔2023〕督字第015号"
TASK = make.task_id("1")


def head(name: str) -> Principal:
    return Principal(id=f"head of {name}", role="unit_lead", unit=unit_id(name), scopes=SCOPES)


@pytest_asyncio.fixture
async def assigned(filled: Caller) -> Caller:
    await filled.post(f"/tasks/{TASK}/moves", json={"move": "assign"})
    return filled


async def enter(caller: Caller, kind: str = "talk") -> Any:  # noqa: ANN401 - JSON.
    said = {"kind": kind, "reason": "进展缓慢"}
    return (await caller.post(f"/tasks/{TASK}/measures", json=said)).json()


async def decide(caller: Caller, measure: dict[str, Any], **said: Any) -> Any:  # noqa: ANN401 - JSON.
    body = {"take": True, "paper_number": NUMBER, "record": "已约谈"} | said
    return (await caller.as_(LEADER).post(f"/measures/{measure['id']}/decision", json=body)).json()


async def test_a_measure_is_entered_decided_and_listed(assigned: Caller) -> None:
    entered = await enter(assigned)

    decided = await decide(assigned, entered)
    listed = (await assigned.get("/measures", kind="talk", state="taken", unit=unit_id(A))).json()

    assert (entered["state_word"], decided["state_word"], decided["kind_word"]) == (
        "待决定",
        "已采取",
        "约谈",
    )
    assert [(one["id"], one["task_title"]) for one in listed] == [(entered["id"], "第1项示例任务")]


async def test_a_unit_sees_what_was_taken_about_its_own_tasks(assigned: Caller) -> None:
    entered = await enter(assigned)
    path = f"/tasks/{TASK}/measures"
    before = (await assigned.as_(head(A)).get(path)).json()

    await decide(assigned, entered)

    seen = [len((await assigned.as_(head(name)).get(path)).json()) for name in (A, C)]
    assert (before, seen) == ([], [1, 0])


async def test_what_is_published_is_seen_by_every_unit(assigned: Caller) -> None:
    await decide(assigned, await enter(assigned), published=True)

    assert len((await assigned.as_(head(C)).get("/measures")).json()) == 1


async def test_plates_are_listed_with_the_days_left_until_they_come_off(assigned: Caller) -> None:
    due_on = local_date(assigned.clock.now()) + timedelta(days=30)
    plate = await decide(assigned, await enter(assigned, "plate"), due_on=due_on.isoformat())
    hanging = (await assigned.get("/plates")).json()

    said = {"reason": "事权上收", "decided_by_name": "主任"}
    await assigned.post(f"/measures/{plate['id']}/lift", json=said)

    lifted = (await assigned.get("/plates", state="lifted")).json()
    assert [(one["days_left"], one["may_lift"]) for one in hanging] == [(30, False)]
    assert (await assigned.get("/plates")).json() == []
    assert [one["lifted_by_name"] for one in lifted] == ["主任"]


async def test_the_rules_are_shown_with_their_version(assigned: Caller) -> None:
    shown = (await assigned.get("/measure-rules")).json()

    assert (shown["version"], shown["rules"][0]["id"]) == (1, "urge-overdue")


async def test_measures_of_an_unknown_task_are_not_found(assigned: Caller) -> None:
    answer = await assigned.get("/tasks/t-none/measures")

    assert (answer.status_code, answer.json()["code"]) == (404, "task.not_found")


async def test_a_unit_takes_no_measures(assigned: Caller) -> None:
    answer = await assigned.as_(head(A)).post(
        f"/tasks/{TASK}/measures", json={"kind": "urge", "reason": "催一催"}
    )

    assert answer.status_code == 403
