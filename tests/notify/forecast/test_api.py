"""`/forecast` over HTTP: who may ask for what, and what is answered."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.notify import handlers
from services.notify.forecast.api import build_router
from services.notify.forecast.service import Forecaster
from services.notify.permissions import permit
from services.notify.rules import shipped_rules
from shared.events.supervision import UnitRegistered
from shared.principal import Principal, sign
from shared.testing import FakeClock, sqlite_database
from shared.web import create_app, principal_check
from tests.notify.made import adopt_shipped_rules, at, clock_started, task_registered, tell

SECRET = "a secret that the gateway and this service share"
SCOPES = frozenset({"tasks:read"})
OFFICE = Principal(id="s", role="supervisor", scopes=SCOPES)
UNIT = Principal(id="k", role="unit", unit="u1", scopes=SCOPES)
NOW = at(date(2023, 6, 26))
LOST = {"mailbox": "u9", "person": "nobody", "since": "2023-06-01"}


class Caller:
    """Somebody who asks."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, method: str = "GET", who: Principal = OFFICE, **said: Any) -> Any:  # noqa: ANN401 - JSON.
        headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
        return (await self.client.request(method, "/forecast", headers=headers, **said)).json()


@pytest_asyncio.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    """Two tasks of two units that are due on 30 June."""
    db = sqlite_database("notify", tmp_path, FakeClock(NOW))
    await adopt_shipped_rules(db)
    for task, unit in (("t1", "u1"), ("t2", "u2")):
        known = UnitRegistered(unit_id=unit, name=unit, kind="bureau")
        await tell(db, handlers.on_unit_registered, known)
        await tell(db, handlers.on_task_registered, task_registered(task, [(unit, "lead")]))
        await tell(db, handlers.on_clock_started, clock_started(task, recorded_at=NOW))
    app = create_app(
        "notify",
        routers=[build_router(db, permit(principal_check(SECRET)), Forecaster(db, ["log"]))],
        parts=[],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notify") as client:
        yield Caller(client)
    await db.close()


async def test_a_week_is_forecast_with_what_it_takes_for_granted(caller: Caller) -> None:
    said = await caller.ask()

    assert (said["first"], said["last"], said["as_of"]) == (
        "2023-06-26",
        "2023-07-02",
        "2023-06-26T01:00:00Z",
    )
    assert said["per_recipient"] == {"u1": 2, "u2": 2}
    assert [(one["recipient"], one["leaves_at"][:10]) for one in said["messages"]][:2] == [
        ("u1", "2023-06-27"),
        ("u2", "2023-06-27"),
    ]
    assert "建设示范路" in said["notices"][0]["text"]
    assert "假定" in said["assumes"]


async def test_a_unit_sees_its_own_forecast_alone(caller: Caller) -> None:
    said = await caller.ask(who=UNIT, params={"days": 10})
    others = await caller.ask(who=UNIT, params={"recipient": "u2"})
    nobody = await caller.ask(who=Principal(id="x", role="leader"))

    assert {one["recipient"] for one in (*said["messages"], *said["notices"])} == {"u1"}
    assert (others["code"], nobody["code"]) == ("notices.not_yours", "scope.missing")


async def test_a_change_of_rules_is_tried_with_its_difference(caller: Caller) -> None:
    body = {
        "rules": json.loads(shipped_rules().replace('"09:00"', '"11:00"')),
        "calendar": [{"day": "2023-06-27", "is_workday": False}],
    }

    said = await caller.ask("POST", json=body)

    assert said["changed"] == len(said["added"] + said["removed"] + said["moved"] + said["refilled"]) > 0
    assert said["summary"].startswith(f"{said['changed']} 条消息变化：")


async def test_the_rules_that_hold_already_change_nothing(caller: Caller) -> None:
    said = await caller.ask("POST", json={"rules": json.loads(shipped_rules())})

    assert (said["changed"], said["before"], said["after"]) == (0, 4, 4)


@pytest.mark.slow
async def test_a_changed_book_of_contacts_is_tried_and_not_kept(caller: Caller) -> None:
    post = {"mailbox": "u1/officer", "person": "lee", "since": "2023-06-01"}
    book = {"people": [{"id": "lee", "name": "李"}], "posts": [post]}

    said = await caller.ask("POST", json={"contacts": book})
    after = await caller.ask()

    assert {one["recipient"] for one in said["added"]} == {"u1/officer"}
    assert said["removed"] == said["moved"] == []
    assert set(after["per_recipient"]) == {"u1", "u2"}


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        (UNIT, {"calendar": [{"day": "2023-06-27", "is_workday": False}]}, "role.refused"),
        (OFFICE, {}, "forecast.no_change"),
        (OFFICE, {"rules": {}}, "rules.invalid"),
        (OFFICE, {"rules": []}, "rules.invalid"),
        (OFFICE, {"contacts": {"posts": [LOST]}}, "contacts.faulty"),
        (UNIT, {"contacts": {}}, "role.refused"),
        (OFFICE, {"rules": {}, "from": "2023-01-01"}, "forecast.past"),
    ],
)
async def test_a_change_that_cannot_be_tried_is_refused(
    caller: Caller, who: Principal, body: dict[str, Any], code: str
) -> None:
    assert (await caller.ask("POST", who, json=body))["code"] == code
