"""Duties over HTTP: the plans' cadences are offered, and only what the supervisor adopts comes back."""

from tests.tasks.apps import Caller
from tests.tasks.factories import PLAN, A, unit_id

CADENCE = f"{PLAN}-c01"


async def test_the_cadences_of_plans_are_offered_and_not_switched_on(filled: Caller) -> None:
    [offered] = (await filled.get("/duties/proposals")).json()

    assert (offered["cadence_id"], offered["frequency"], offered["times"]) == (CADENCE, "monthly", 1)
    assert (offered["unit_id"], offered["adopted"], offered["lines"]) == (unit_id(A), 0, [12, 12])
    assert (await filled.get("/duties")).json() == []


async def test_what_is_adopted_is_shown_and_counted(filled: Caller) -> None:
    said = {"title": "汇总", "frequency": "monthly", "units": [unit_id(A)], "cadence_id": CADENCE}

    [made] = (await filled.post("/duties", json=said)).json()
    [offered] = (await filled.get("/duties/proposals")).json()

    assert (made["unit_name"], made["frequency_word"], made["cadence_id"]) == (A, "每月", CADENCE)
    assert offered["adopted"] == 1
    assert [one["id"] for one in (await filled.get("/duties", unit=unit_id(A))).json()] == [made["id"]]


async def test_a_duty_is_shown_with_its_occurrences_and_ended(filled: Caller) -> None:
    said = {"title": "汇总", "frequency": "monthly", "units": [unit_id(A)]}
    [made] = (await filled.post("/duties", json=said)).json()

    shown = (await filled.get(f"/duties/{made['id']}")).json()
    ended = (await filled.post(f"/duties/{made['id']}/end", json={"ends_on": "2023-01-01"})).json()

    assert (shown["occurrences"], shown["ends_on"], ended["ends_on"]) == ([], None, "2023-01-01")
    assert (await filled.get("/duties")).json() == []
    assert len((await filled.get("/duties", ended=True)).json()) == 1


async def test_one_report_is_sent_for_what_is_owed(filled: Caller) -> None:
    entry = {"kind": "duty", "title": "汇总", "source": "manual"}
    made = await filled.post("/tasks", json=entry | {"units": [{"role": "lead", "unit_id": unit_id(A)}]})
    task = made.json()["id"]
    await filled.post(f"/tasks/{task}/moves", json={"move": "assign"})

    done = (await filled.post("/duties/report", json={"occurrences": [task], "note": "已汇总"})).json()

    assert [(one["id"], one["state_word"]) for one in done["items"]] == [(task, "办结")]
    assert (await filled.get("/duties/open")).json() == []
