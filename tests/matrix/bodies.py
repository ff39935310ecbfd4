"""What is said with a call whose row asks whose the thing is: fit to be granted, so that only that is refused."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import httpx

from tests.matrix.world import FAR, PDF, TODAY, Things, words_of

WHY = "说明"
DAY, SOON = TODAY.isoformat(), (TODAY + timedelta(days=30)).isoformat()

# Method and path of the table → the body; `{…}` are things of the unit.
BODIES: dict[str, Any] = {
    "POST /tasks": {
        "kind": "instruction",
        "title": "分解事项",
        "units": [{"role": "lead", "unit_id": "{unit}"}],
        "source": "meeting",
        "parent_id": "{task}",
        "deadline": FAR,
    },
    "POST /tasks/{task}/moves": {"move": "accept"},
    "PUT /tasks/{plan_task}/members": {
        "collective": "{everybody}",
        "units": [{"role": "cooperating", "unit_id": "{unit}"}],
    },
    "POST /tasks/{task}/extensions": {"wanted_on": "2099-07-31", "reason": WHY},
    "POST /attachments/{attachment}/withdrawal": {"reason": WHY},
    "PUT /problems/{problem}": {"measure": "已协调"},
    "POST /inspections/{inspection}/feedback": {"text": "已兑现", "on_behalf_of": "{unit}"},
    "POST /inspections/{inspection}/objections": {"text": "不属实", "on_behalf_of": "{unit}"},
    "POST /duties/report": {"occurrences": ["{occurrence}"], "note": "已汇总"},
    "POST /projects/{project}/investment": {"on": DAY, "completed": "1.2345"},
    "POST /projects/{project}/funds": {"fund": "bond", "on": DAY, "allocated": "1", "paid": "0.5"},
    "POST /projects/{project}/elements": {"kind": "land", "item": "林地", "unit_id": "{unit}"},
    "POST /projects/{project}/elements/1/done": {"done_on": DAY, "evidence": "批复1号"},
    "POST /arrears/reports": {"unit": "{unit}", "month": f"{TODAY.replace(day=1) - timedelta(days=1):%Y-%m}"},
    "PUT /arrears/{debt}/plan": {"instalments": [{"due_on": SOON, "amount": "100.00"}]},
    "POST /arrears/{debt}/payments": {"amount": "1.00", "paid_on": "2023-02-01", "voucher": "凭证1"},
    "PUT /arrears/{debt}/dispute": {"disputed": True, "reason": WHY},
    "POST /arrears/{complaint}/reply": {"reply": "已核实"},
    "POST /rectifications/{fresh_rectification}/verdict": {"verdict": "founded", "reason": WHY},
    "POST /rectifications/{refused_case}/appeal": {"side": "unit", "reason": WHY},
    "PUT /rectifications/{open_case}/ledger": {"measures": WHY, "owner": "政务大厅", "due_on": DAY},
    "POST /rectifications/{open_case}/remedy": {"mode": "at_once", "done": WHY},
    "POST /rectifications/{reply_case}/reply": {"reply": "已改正"},
    "POST /approvals/{approval}/supervision": {"on": DAY, "note": "监管1号"},
    "POST /approvals/{declinable}/decline": {"reason": "不属本单位职责"},
    "POST /orders/{returnable}/return": {"reason": "duty", "note": WHY},
    "POST /rectifications/{open_case}/grade": {"grade": "general", "reason": WHY},
    "POST /tasks/{asking}/extensions/1/decision": {"grant": True, "opinion": WHY},
    "POST /orders/{unnamed}/hard/industry": {"unit_id": "{unit}", "reason": "三定"},
    "POST /orders/{hard}/hard/handler": {"unit_id": "{unit}", "reason": "三定"},
    "POST /orders/{order}/contact": {"note": "已联系"},
    "POST /orders/{order}/answer": {"text": "已疏通"},
    "POST /orders/{order}/closing": {"resolved": "yes"},
    "POST /knowledge": {"title": "新条目", "answer": "到窗口办理", "unit_id": "{unit}"},
    "PUT /knowledge/{entry}": {"title": "条目", "answer": "到二楼办理", "unit_id": "{unit}"},
    "POST /knowledge/{entry}/review": {},
    "POST /inbox/{notice}/acknowledgement": {},
    "POST /inbox/{notice}/snooze": {"until": f"{TODAY + timedelta(days=3)}T09:00:00+08:00", "reason": WHY},
    "POST /indicators/{indicator}/values": {"value": "50", "on": DAY, "evidence": ["att-1"]},
    "POST /assessment/exemptions": {"unit": "{unit}", "subject": "{task}", "reason": "reform", "text": WHY},
}
TABLE = "指标编号,数值,截止日,佐证\n{indicator},51,%s,att-1\n" % (TODAY - timedelta(days=1))
JSON = {"POST", "PUT", "PATCH"}


def said_with(name: str, things: Things, form: bytes) -> dict[str, Any]:
    """Give what httpx is to send with a call of a row, about the things of a unit; `form` is that unit's own."""
    match name:
        case "POST /tasks/{task}/attachments":
            return {"content": PDF + b"more", "params": {"filename": "b.pdf"}}
        case "POST /forms/progress":
            return {"content": form}
        case "POST /indicators/upload":
            return {"content": TABLE.format_map(things).encode()}
    if name in BODIES:
        return {"json": _put_in(BODIES[name], things)}
    return {"json": {}} if name.partition(" ")[0] in JSON else {}


def _put_in(said: Any, things: Things) -> Any:  # noqa: ANN401 - JSON.
    if isinstance(said, dict):
        return {name: _put_in(value, things) for name, value in said.items()}
    if isinstance(said, list):
        return [_put_in(one, things) for one in said]
    return said.format_map(things) if isinstance(said, str) else said


def text_of(answer: httpx.Response) -> str:
    """Give an answer as text in which marks can be looked for; of a workbook, what stands in its cells."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


# Rows of what is filtered → what of a unit's stands in the answer: a thing, or `words` that its people alone wrote.
MARKS: dict[str, str] = {
    "GET /tasks?kind=order": "order",
    "GET /tasks?kind=order&as_of={then}": "order",
    "GET /tasks?kind=rectification": "rectification",
    "GET /ledger.xlsx?kind=order": "order",
    "GET /ledger.xlsx?kind=order&as_of={then}": "order",
    "GET /measures": "measure",
    "GET /plates": "measure",
    "GET /tasks/{task}/measures": "measure",
    "GET /inspections": "inspection",
    "GET /rectifications/{rectification}": "words",
    "GET /rectifications/{rectification}/steps": "words",
    "GET /approvals": "approval",
    "GET /orders": "order",
    "GET /notices": "notice",
    "GET /inbox": "notice",
    "GET /parcels": "parcel",
    "GET /burden/messages": "unit",
    "GET /services": "service",
    "GET /forecast?days=3": "unit",
    "GET /tasks/{task}/proof": "task_notice",
    "GET /assessment/periods/{period}/scores": "unit",
    "GET /assessment/appeals": "appeal",
    "GET /assessment/exemptions": "exemption",
}


def mark_of(name: str, letter: str, things: Things) -> str:
    """Give what must stand in an answer about a unit, and in none to another unit."""
    mark = MARKS[name]
    return words_of(letter) if mark == "words" else things[mark]
