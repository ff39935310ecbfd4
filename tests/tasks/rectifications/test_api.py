"""Rectifications over HTTP: lists, a whole case step by step, its rules and findings, and who sees what."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from shared.principal import Principal
from shared.testing import FakeClock, sqlite_database
from tests.tasks.apps import Caller, serving
from tests.tasks.factories import A, B, C, unit_id
from tests.tasks.rectifications.made import Desk

SCOPES = frozenset({"plans:read", "plans:write", "tasks:read", "tasks:write"})


@dataclass
class Counter:
    """The inner API with a bad rating behind it, and the people who call it."""

    office: Caller
    task: str

    def by(self, name: str, role: str = "supervisor", unit: str = "") -> Caller:
        return self.office.as_(Principal(id=name, role=role, unit=unit, scopes=SCOPES))

    def head(self, unit: str = A) -> Caller:
        return self.by(f"head of {unit}", "unit_lead", unit_id(unit))

    async def post(self, who: Caller, path: str, /, **said: Any) -> Any:  # noqa: ANN401 - JSON.
        return (await who.post(f"/rectifications/{self.task}/{path}", json=said)).json()

    async def shown(self, who: Caller | None = None) -> Any:  # noqa: ANN401 - JSON.
        return (await (who or self.office).get(f"/rectifications/{self.task}")).json()


@pytest_asyncio.fixture
async def counter(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Counter]:
    clock.instant = datetime.now(UTC).replace(microsecond=0)
    db = sqlite_database("tasks", tmp_path, clock)
    desk = Desk(db, clock)
    await desk.open()
    task = await desk.rate(rated_at=clock.instant)
    await db.close()
    async with serving(tmp_path, clock) as office:
        yield Counter(office, task)
    shutil.rmtree(tmp_path, ignore_errors=True)


async def test_a_case_goes_its_way(counter: Counter) -> None:
    head, office = counter.head(), counter.by("dora")
    await counter.post(head, "verdict", verdict="founded", reason="已核实", grade="simple")
    day = (counter.office.clock.now() + timedelta(hours=8)).date().isoformat()
    ledger = await head.put(
        f"/rectifications/{counter.task}/ledger", {"measures": "优化", "owner": "窗口长", "due_on": day}
    )
    await counter.post(head, "remedy", mode="ledger", done="已改")
    await counter.post(head, "reply", reply="已说明")
    await counter.post(office, "call-backs", reached=True, level=5)
    closed = await counter.post(office, "closing")

    assert (ledger.json()["stage_word"], ledger.json()["grade_word"]) == ("整改中", "简单")
    assert (closed["stage_word"], closed["state_word"], closed["verdict_word"]) == ("办结", "办结", "属实")
    assert (closed["mode_word"], closed["late"], closed["call_backs"][0]["level"]) == ("台账整改", False, 5)
    assert list(closed["legal"].values()) == ["重开"]
    assert (await counter.post(office, "reopening", reason="回头看"))["stage"] == "rectify"


async def test_two_persons_and_an_appeal(counter: Counter) -> None:
    await counter.post(counter.head(), "verdict", verdict="malicious", reason="并未办理")
    await counter.post(counter.by("anna"), "review", step="support", reason="属实")
    same = await counter.post(counter.by("anna"), "review", step="confirm", reason="属实")
    judged = await counter.post(counter.by("ben"), "review", step="confirm", reason="属实")
    await counter.post(counter.by("emil"), "appeal", side="rater", reason="本人确曾办理")
    decided = await counter.post(counter.by("cleo"), "appeal/decision", upheld=True, reason="查到办理记录")

    assert same["code"] == "rectification.same_person"
    assert (judged["verdict_word"], judged["stands"]) == ("恶意", False)
    assert (decided["verdict_word"], decided["stands"], decided["stage"]) == ("属实", True, "rectify")


async def test_an_illegal_step_is_refused_with_the_legal_ones(counter: Counter) -> None:
    refused = await counter.post(counter.head(), "reply", reply="已说明")

    assert (refused["code"], refused["legal"]) == ("rectification.step_illegal", ["classify", "propose"])
    assert "现在可以：定类（classify）、核实（propose）" in refused["title"]


async def test_the_list_is_filtered(counter: Counter) -> None:
    async def ids(**query: Any) -> list[str]:  # noqa: ANN401 - any filter.
        return [one["id"] for one in (await counter.office.get("/rectifications", **query)).json()]

    here = [counter.task]
    assert (
        await ids()
        == await ids(unit=unit_id(A))
        == await ids(stage="verify")
        == await ids(state="assigned")
        == here
    )
    assert await ids(grade="general") == here
    assert await ids(unit=unit_id(B)) == await ids(verdict="founded") == await ids(overdue=True) == []
    assert await ids(without_unit=True) == await ids(stage="closed") == []


async def test_a_unit_that_has_no_part_does_not_read_what_people_wrote(counter: Counter) -> None:
    await counter.post(counter.head(), "verdict", verdict="unreasonable", reason="申请人张某不符合条件")
    await counter.post(counter.head(), "reply", reply="已向张某说明")
    path = f"/rectifications/{counter.task}/steps"

    own, other = await counter.shown(counter.head()), await counter.shown(counter.head(C))
    steps = (await counter.head(C).get(path)).json()
    mine = (await counter.by("anna").get(path)).json()

    assert (own["reply"], own["texts_hidden"]) == ("已向张某说明", False)
    assert (other["reply"], other["texts_hidden"]) == ("", True)
    assert {one["reason"] for one in steps} == {""}
    assert [one["step_word"] for one in mine] == ["登记", "核实", "回复"]


async def test_rules_are_listed_and_set_as_versions(counter: Counter) -> None:
    said = {"region": "6104", "reason": "市里规定", "general": 3}
    for _ in range(2):
        put = await counter.office.put("/rectification-rules", said)
    wrong = await counter.office.put("/rectification-rules", said | {"general": 999})

    listed = (await counter.office.get("/rectification-rules")).json()
    assert (put.json()["version"], put.json()["rules"]["general"], put.json()["rules"]["complex"]) == (
        1,
        3,
        15,
    )
    assert [(one["region"], one["version"]) for one in listed] == [("", 0), ("6104", 1)]
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (
        422,
        "rectification.rules",
        "general",
    )


async def test_findings_are_for_those_who_look_at_units_from_outside(counter: Counter) -> None:
    await counter.post(counter.head(), "verdict", verdict="unreasonable", reason="无依据")
    await counter.post(counter.head(), "reply", reply="已说明")
    for _ in range(3):
        await counter.post(counter.by("dora"), "call-backs", reached=False)

    [finding] = (await counter.office.get("/rectifications/findings")).json()
    later = await counter.office.get("/rectifications/findings", since="2099-01-01")

    assert (finding["word"], finding["tasks"], later.json()) == ("多次回访未接通", [counter.task], [])
    assert (await counter.head().get("/rectifications/findings")).status_code == 403


async def test_the_directory_is_kept_over_http(counter: Counter) -> None:
    office = counter.office
    rules = [{"item": "1161", "unit_id": unit_id(B), "starts_on": "2023-01-01"}]
    [added] = (await office.post("/dispatch-rules", json={"rules": rules})).json()
    found = (await office.get("/dispatch-rules/unit", item="116100")).json()
    ended = (await office.post(f"/dispatch-rules/{added['id']}/end", json={"on": "2023-12-31"})).json()

    assert (added["unit_name"], found["unit_id"], found["by"]) == (B, unit_id(B), added["id"])
    assert ended["ends_on"] == "2023-12-31"
    assert (await office.get("/dispatch-rules", on="2024-01-01")).json() == []
    assert len((await office.get("/dispatch-rules")).json()) == 1


async def test_a_case_stands_in_the_ledger_for_the_units_with_a_part_in_it_alone(counter: Counter) -> None:
    pdf = {"params": {"filename": "a.pdf"}, "content": b"%PDF-1.4 "}
    file = (await counter.head().post(f"/tasks/{counter.task}/attachments", **pdf)).json()["id"]
    paths = [f"/tasks/{counter.task}", f"/tasks/{counter.task}/attachments", f"/attachments/{file}"]

    looks = [
        [(await who.get(path)).status_code for path in paths] for who in (counter.head(), counter.head(B))
    ]
    lists = [len(await who.tasks(kind="rectification")) for who in (counter.head(), counter.head(B))]

    assert looks == [[200] * 3, [403] * 3]
    assert lists == [1, 0]
    assert [one["id"] for one in (await counter.head(B).get("/rectifications")).json()] == [counter.task]
