"""The routes of results of approvals: lists by state and unit, who sees what, deeds, the reconciliation, the rules."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.gateway.roles import DEFAULT_SCOPES
from services.tasks.approvals.service import claim, decline
from services.tasks.models import ApprovalRow
from services.tasks.permissions import TABLE
from shared.clock import local_date
from shared.principal import Principal
from shared.testing import sqlite_database
from tests.tasks.approvals import made
from tests.tasks.approvals.made import CITY, LICENSING, MARKET, OTHER, SIGNS, head, hear, record, result
from tests.tasks.apps import Caller


def person(role: str, unit: str = "") -> Principal:
    return Principal(id=f"{role} {unit}", role=role, unit=unit, scopes=DEFAULT_SCOPES[role])


@pytest.fixture
async def desk(office: Caller, tmp_path: Path) -> Caller:
    """A supervisor who calls an app with six results: claimed, pending, given back, routed to nobody, superseded."""
    db = sqlite_database("tasks", tmp_path, office.clock)
    await made.set_up(db)
    await hear(
        db,
        result(1),
        result(2),
        result(3, item_code=SIGNS, source_id="other"),
        result(4, item_code=OTHER, unit_code="unknown"),
        result(5),
        result(5, 2, result="changed"),
    )
    await made.do(db, claim, record(1), by=head(MARKET))
    await made.do(db, decline, record(3), "不属本单位", by=head(CITY))
    await db.close()
    return office


async def ids(caller: Caller, **query: object) -> set[str]:
    answer = await caller.get("/approvals", **query)
    assert answer.status_code == 200
    return {one["id"] for one in answer.json()["items"]}


async def let_pass(caller: Caller, folder: Path, *records: str) -> None:
    """Let the limits of results be over since yesterday."""
    db = sqlite_database("tasks", folder, caller.clock)
    async with db.transaction() as tx:
        for one in records:
            (await tx.session.get_one(ApprovalRow, one)).due_at = tx.now - timedelta(days=1)
    await db.close()


@pytest.mark.slow
async def test_a_list_tells_where_results_stand_in_words(desk: Caller) -> None:
    items = (await desk.get("/approvals")).json()["items"]

    words = {one["id"]: (one["state_word"], one["unit_name"], one["result_word"]) for one in items}
    assert words == {
        record(1): ("已认领", "市场监管局", "准予"),
        record(2): ("待认领", "市场监管局", "准予"),
        record(3): ("已退回", "", "准予"),
        record(4): ("待指派", "", "准予"),
        record(5): ("被新结果替代", "市场监管局", "准予"),
        record(5, 2): ("待认领", "市场监管局", "变更"),
    }


async def test_the_unclaimed_the_overdue_and_those_of_a_unit_are_listed(desk: Caller, tmp_path: Path) -> None:
    unclaimed = {record(2), record(3), record(4), record(5, 2)}

    assert await ids(desk, state="unclaimed") == unclaimed
    assert await ids(desk, state="pending", unit=MARKET) == {record(2), record(5, 2)}
    assert await ids(desk, source="other") == await ids(desk, item="0117") == {record(3)}
    assert await ids(desk, project_no="4") == await ids(desk, approver="unknown") == {record(4)}
    assert await ids(desk, day=local_date(desk.clock.now()).isoformat(), state="claimed") == {record(1)}
    assert await ids(desk, overdue=True) == set()
    await let_pass(desk, tmp_path, record(1), record(3))
    assert await ids(desk, overdue=True) == {record(3)}
    assert (await desk.get("/approvals/reconciliation", source="other")).json()[0]["overdue"] == 1


async def test_pages_follow_each_other_without_gap_or_overlap(desk: Caller) -> None:
    found, after = [], ""
    while True:
        page = (await desk.get("/approvals", limit=4, after=after)).json()
        found += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert (len(found), set(found)) == (6, await ids(desk))
    lost = await desk.get("/approvals", after="ap-none")
    assert (lost.status_code, lost.json()["code"]) == (422, "page.unknown")


async def test_a_unit_sees_what_it_has_and_what_it_approved_alone(desk: Caller) -> None:
    city, market, licensing = (desk.as_(person("unit_lead", unit)) for unit in (CITY, MARKET, LICENSING))

    lists = [len(await ids(one)) for one in (city, market, licensing)]
    looks = [(await one.get(f"/approvals/{record(2)}")).status_code for one in (city, market, licensing)]

    assert (lists, looks) == ([0, 4, 5], [403, 200, 200])


async def test_deeds_answer_with_the_record_and_its_steps(desk: Caller) -> None:
    market, path = desk.as_(person("unit_lead", MARKET)), f"/approvals/{record(2)}"

    back = await market.post(f"{path}/decline", json={"reason": "不属本单位"})
    there = await desk.post(f"{path}/reassignment", json={"unit_id": MARKET, "reason": "经研究仍由其监管"})
    claimed = (await market.post(f"{path}/claim")).json()
    on = local_date(desk.clock.now()).isoformat()
    done = (await market.post(f"{path}/supervision", json={"on": on, "note": "7号记录"})).json()

    assert (back.status_code, there.status_code) == (200, 200)
    assert (claimed["state"], claimed["hop"]) == ("claimed", 2)
    assert (done["state_word"], done["supervised_note"]) == ("已开展监管", "7号记录")
    words = [one["step_word"] for one in done["steps"]]
    assert words == ["推送", "退回", "改派", "认领", "开展监管"]


async def test_a_refused_deed_says_why(desk: Caller) -> None:
    city = desk.as_(person("unit_lead", CITY))

    wrong = [
        await city.post(f"/approvals/{record(2)}/claim"),
        await desk.post(f"/approvals/{record(1)}/claim"),
        await desk.post(f"/approvals/{record(9)}/claim"),
        await city.post(f"/approvals/{record(2)}/reassignment", json={"unit_id": CITY, "reason": "要"}),
    ]

    codes = [(one.status_code, one.json()["code"]) for one in wrong]
    assert codes == [
        (403, "task.not_yours"),
        (409, "approval.not_pending"),
        (404, "approval.not_found"),
        (403, "role.refused"),
    ]


async def test_a_day_is_reconciled_by_source(desk: Caller) -> None:
    rows = (await desk.get("/approvals/reconciliation")).json()
    none = (await desk.get("/approvals/reconciliation", day="2020-01-01")).json()
    alone = (await desk.get("/approvals/reconciliation", source="other")).json()

    assert [row["source"] for row in rows] == ["other", "sp"]
    counts = {name: rows[1][name] for name in ("recorded", "routed", "claimed", "late", "unclaimed")}
    assert counts == {"recorded": 5, "routed": 3, "claimed": 1, "late": 0, "unclaimed": 3}
    assert (rows[1]["unroutable"], rows[1]["superseded"], rows[0]["declined"]) == (1, 1, 1)
    assert (none, alone) == ([], rows[:1])


async def test_rules_are_versions_with_reasons(desk: Caller) -> None:
    put = await desk.put("/approval-rules", {"claim_workdays": 5, "reason": "本地规定"})
    shown = (await desk.get("/approval-rules")).json()

    assert (put.status_code, put.json()["version"]) == (200, 1)
    assert [(one["version"], one["rules"]["claim_workdays"]) for one in shown] == [(0, 3), (1, 5)]
    wrong = await desk.put("/approval-rules", {"claim_workdays": 0, "reason": "本地规定"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "approval_rules.invalid")


def test_units_claim_and_give_back_and_the_office_alone_hands_on() -> None:
    deeds = {path.rsplit("/", 1)[1]: roles for (_, path), roles in TABLE.items() if "{record_id}/" in path}

    heads = {"supervisor", "unit", "unit_lead"}
    assert deeds == {
        "claim": heads,
        "decline": heads,
        "supervision": heads,
        "reassignment": {"supervisor"},
    }
