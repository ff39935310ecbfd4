"""Arrears over HTTP: register, dispute, plan, pay, report, and both ledgers with their check."""

from datetime import timedelta
from typing import Any

from tests.tasks.apps import Caller
from tests.tasks.factories import A, unit_id


async def register(caller: Caller, **said: Any) -> Any:  # noqa: ANN401 - JSON.
    day = (caller.clock.now() - timedelta(days=2)).date().isoformat()
    given = {"unit": unit_id(A), "creditor": "91610000MA6TEST00X", "amount": "1000.50"}
    return (await caller.post("/arrears", json=given | {"arisen_on": day, "source": "audit"} | said)).json()


async def test_a_debt_is_registered_disputed_planned_and_paid(filled: Caller) -> None:
    made = await register(filled)
    path, now = f"/arrears/{made['id']}", filled.clock.now()
    day, soon = now.date() - timedelta(days=1), now.date() + timedelta(days=20)

    await filled.put(f"{path}/dispute", {"disputed": False})
    planned = await filled.put(f"{path}/plan", {"instalments": [{"due_on": f"{soon}", "amount": "1000.50"}]})
    paid = await filled.post(f"{path}/payments", json={"amount": "0.50", "paid_on": f"{day}", "voucher": "v"})

    assert (made["balance"], planned.json()["instalments"][0]["amount"]) == ("1000.50", "1000.50")
    assert (paid.json()["balance"], (await filled.get(path)).json()["paid"]) == ("1000.00", "0.50")


async def test_the_ledger_is_checked_against_the_reports(filled: Caller) -> None:
    await register(filled)
    month = f"{filled.clock.now() + timedelta(hours=8):%Y-%m}"
    before = (await filled.get("/arrears/ledger")).json()
    said = {"unit": unit_id(A), "month": month, "debts": 1, "amount": "1000.50"}

    report = (await filled.post("/arrears/reports", json=said)).json()
    after = (await filled.get("/arrears/ledger", month=month)).json()

    assert (before["agrees"], report["zero_report"], after["agrees"]) == (False, False, True)
    assert (after["total"]["balance"], after["reported"], len(after["debts"])) == ("1000.50", "1000.50", 1)


async def test_complaint_court_and_look_back_have_their_routes(filled: Caller) -> None:
    made = await register(filled, source="arrears_complaint", assign=True)
    path = f"/arrears/{made['id']}"

    verified = (await filled.post(f"{path}/verification")).json()
    replied = (await filled.post(f"{path}/reply", json={"reply": "已告知"})).json()
    out = (await filled.put(f"{path}/court", {"proof": "案号"})).json()
    back = (await filled.put(f"{path}/court", {"reason": "撤诉"})).json()
    look = await filled.post(f"{path}/look-back", json={"finding": "已到账"})

    assert (verified["verified_on"] is not None, replied["reply"], out["state"]) == (
        True,
        "已告知",
        "suspended",
    )
    assert (back["state"], look.status_code, look.json()["code"]) == ("assigned", 409, "arrears.not_closed")
