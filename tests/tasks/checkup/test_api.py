"""The check-up over the inner API: findings out, nothing written, refused without the scope."""

from shared.principal import Principal
from tests.tasks.apps import SUPERVISOR, Caller
from tests.tasks.checkup.documents import ISSUED, plan, task

TEXT = ISSUED + plan(task(1, due=""), task(2))
READER = Principal(id="reader", role="plan_office", scopes=frozenset({"plans:read", "tasks:read"}))


async def test_a_document_is_checked_and_nothing_is_written(office: Caller) -> None:
    answer = await office.post("/plans/check", params={"filename": "plan.txt"}, content=TEXT.encode())

    seen = answer.json()
    assert (answer.status_code, seen["name"], seen["plans"], seen["tasks"]) == (200, "plan.txt", 1, 2)
    assert (seen["document_number"], seen["issued_on"]) == ("某政发〔2023〕5号", "2023-03-01")
    assert [(rule["code"], rule["findings"]) for rule in seen["rules"]] == [("no-deadline", 1)]
    assert (seen["findings"][0]["tasks"], seen["findings"][0]["lines"]) == (["p01/1"], [[9, 10]])
    assert (await office.get("/plans")).json() == []


async def test_what_is_no_document_is_refused_by_name(office: Caller) -> None:
    picture = await office.post("/plans/check", params={"filename": "plan.png"}, content=b"x")
    nameless = await office.post("/plans/check", params={"filename": ""}, content=b"x")

    assert (picture.status_code, nameless.status_code) == (422, 422)
    assert nameless.json()["code"] == "document.name_invalid"


async def test_the_check_up_is_for_those_who_may_import(office: Caller) -> None:
    reader = office.as_(READER)

    answer = await reader.post("/plans/check", params={"filename": "plan.txt"}, content=TEXT.encode())

    assert (answer.status_code, answer.json()["code"]) == (403, "scope.missing")
    assert "plans:write" in SUPERVISOR.scopes
