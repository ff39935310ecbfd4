"""What is one unit's is refused to the head of another, who holds every scope: task, extension, form, problem, debt."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from shared.principal import Principal
from tests.tasks.apps import SUPERVISOR, Caller

LEAD, OTHER, EVERYONE = "政务中心", "财政金融部", "各相关部门"
DUE, LATER, REASON = "2099-06-30", "2099-07-31", "需要更多时间"


@dataclass(frozen=True)
class Case:
    """What LEAD answers for: ids by word, and its form as it was handed out."""

    office: Caller
    ids: dict[str, str]
    form: bytes

    def head_of(self, unit: str) -> Caller:
        who = Principal(id="head", role="unit_lead", unit=self.ids[unit], scopes=SUPERVISOR.scopes)
        return self.office.as_(who)


async def made(office: Caller, path: str, **said: Any) -> str:  # noqa: ANN401 - JSON.
    answer = await office.post(path, json=said)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


@pytest_asyncio.fixture
async def case(office: Caller) -> Case:
    await office.send()
    ids = {one["name"]: one["id"] for one in (await office.get("/units")).json()}
    lead, units = ids[LEAD], [{"role": "lead", "unit_id": ids[LEAD]}]
    ids["task"] = await made(
        office, "/tasks", kind="instruction", title="甲", units=units, deadline=DUE, source="meeting"
    )
    await office.post(f"/tasks/{ids['task']}/moves", json={"move": "assign"})
    asked = await office.post(
        f"/tasks/{ids['task']}/extensions", json={"wanted_on": LATER, "reason": REASON, "on_behalf_of": lead}
    )
    assert asked.is_success, asked.text
    ids["problem"] = await made(office, "/problems", title="乙", units=[lead], deadline=DUE)
    debt = {"unit": lead, "creditor": "QY-000001", "amount": "100.00", "arisen_on": "2023-01-01"}
    ids["debt"] = await made(office, "/arrears", source="audit", **debt)
    return Case(office, ids, (await office.get("/forms/progress.xlsx", unit=lead)).content)


# Method, path and what is said, of LEAD's own deeds.
DEEDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sign": ("POST", "/tasks/{task}/moves", {"move": "accept"}),
    "sign in its name": ("POST", "/tasks/{task}/moves", {"move": "accept", "on_behalf_of": "{lead}"}),
    "object": ("POST", "/tasks/{task}/moves", {"move": "object", "reason": REASON}),
    "ask for more time": ("POST", "/tasks/{task}/extensions", {"wanted_on": LATER, "reason": REASON}),
    "take the request back": ("POST", "/tasks/{task}/extensions/1/withdrawal", {}),
    "name members": (
        "PUT",
        "/tasks/{task}/members",
        {"collective": "{everyone}", "units": [{"role": "responsible", "unit_id": "{other}"}]},
    ),
    "add a subtask": (
        "POST",
        "/tasks",
        {
            "kind": "instruction",
            "title": "丙",
            "units": [{"role": "lead", "unit_id": "{other}"}],
            "source": "meeting",
            "parent_id": "{task}",
        },
    ),
    "say what is done about a problem": ("PUT", "/problems/{problem}", {"measure": "已协调"}),
    "dispute a debt": ("PUT", "/arrears/{debt}/dispute", {"disputed": True, "reason": REASON}),
    "plan a debt": ("PUT", "/arrears/{debt}/plan", {"instalments": [{"due_on": DUE, "amount": "100.00"}]}),
    "pay a debt": (
        "POST",
        "/arrears/{debt}/payments",
        {"amount": "1.00", "paid_on": "2023-02-01", "voucher": "凭证1"},
    ),
    "report a total of debts": ("POST", "/arrears/reports", {"unit": "{lead}", "month": "2023-06"}),
}


def put_in(said: Any, ids: dict[str, str]) -> Any:  # noqa: ANN401 - JSON.
    if isinstance(said, dict):
        return {name: put_in(value, ids) for name, value in said.items()}
    if isinstance(said, list):
        return [put_in(one, ids) for one in said]
    words = {**ids, "lead": ids[LEAD], "other": ids[OTHER], "everyone": ids[EVERYONE]}
    return said.format_map(words) if isinstance(said, str) else said


async def do(caller: Caller, deed: str, ids: dict[str, str]) -> httpx.Response:
    method, path, said = put_in(list(DEEDS[deed]), ids)
    answer: httpx.Response = await (
        caller.post(path, json=said) if method == "POST" else caller.put(path, said)
    )
    return answer


async def test_no_deed_of_a_unit_is_open_to_the_head_of_another(case: Case) -> None:
    stranger = case.head_of(OTHER)

    answers = {deed: await do(stranger, deed, case.ids) for deed in DEEDS}

    seen = {deed: (one.status_code, one.json()["code"]) for deed, one in answers.items()}
    assert seen == dict.fromkeys(DEEDS, (403, "task.not_yours"))


async def test_the_same_deeds_are_open_to_its_own_head(case: Case) -> None:
    deeds = ("sign", "take the request back", "say what is done about a problem", "dispute a debt")
    head = case.head_of(LEAD)

    answers = [await do(head, deed, case.ids) for deed in deeds]

    assert [one.status_code for one in answers] == [200] * len(deeds)


async def test_the_form_of_a_unit_is_neither_given_to_another_nor_taken_from_it(case: Case) -> None:
    stranger = case.head_of(OTHER)

    answers = [
        await stranger.get("/forms/progress.xlsx", unit=case.ids[LEAD]),
        await stranger.post("/forms/progress", params={"confirm": True}, content=case.form),
        await case.head_of(LEAD).post("/forms/progress", content=case.form),
    ]

    assert [(one.status_code, one.json().get("code")) for one in answers] == [
        (403, "form.not_yours"),
        (403, "form.not_yours"),
        (200, None),
    ]
