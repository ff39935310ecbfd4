"""Who may answer a notice and who may silence, asked through the app."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.notify import handlers
from shared.events.supervision import UnitRegistered
from shared.principal import Principal, sign
from tests.notify.conftest import OpenDatabase
from tests.notify.made import tell
from tests.notify.test_api import SECRET, ask, running, told_service

WRITE = frozenset({"tasks:read", "tasks:write"})
OFFICE = Principal(id="s", role="supervisor", scopes=WRITE)
UNIT = Principal(id="k", role="unit", unit="u1", scopes=WRITE)
OTHER = Principal(id="o", role="unit", unit="u2", scopes=WRITE)
LEADER = Principal(id="l", role="leader", scopes=WRITE)
SILENCE: dict[str, Any] = {"scope": "all", "until": "2023-07-05T09:00:00+08:00", "reason": "停电"}


async def send(client: httpx.AsyncClient, who: Principal, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON.
    headers = {"x-duban-principal": sign(who, SECRET, now=datetime.now(UTC))}
    said = (await client.post(path, json=body, headers=headers)).json()
    return said.get("code", said)


async def test_a_unit_answers_its_own_notices_only(open_database: OpenDatabase, tmp_path: Path) -> None:
    await told_service(open_database)
    async with running(tmp_path) as client:
        box = (await ask(client, "/inbox", UNIT)).json()
        path = f"/inbox/{box['items'][0]['notice_id']}"
        snooze = {"until": "2023-07-05T09:00:00+08:00", "reason": "出差"}
        refused = [await send(client, who, f"{path}/acknowledgement", {}) for who in (OTHER, LEADER, OFFICE)]
        done = await send(client, UNIT, f"{path}/snooze", snooze)
        again = await send(client, UNIT, f"{path}/acknowledgement", {"reason": "正在办"})
        left = (await ask(client, "/inbox?unread=true", UNIT)).json()

    assert refused == ["notice.not_yours", "role.refused", "notice.not_yours"]
    assert (done["kind"], again["kind"], again["reason"]) == ("snoozed", "acknowledged", "正在办")
    assert left["unread"] == box["unread"] - 1


async def test_only_the_office_silences(open_database: OpenDatabase, tmp_path: Path) -> None:
    await told_service(open_database)
    async with running(tmp_path) as client:
        refused = [await send(client, who, "/silences", SILENCE) for who in (UNIT, LEADER)]
        made = await send(client, OFFICE, "/silences", SILENCE)
        listed = (await ask(client, "/silences", UNIT)).json()
        ended = await send(client, OFFICE, f"/silences/{made['id']}/end")
        over = (await ask(client, "/silences?over=true", UNIT)).json()

    assert refused == ["role.refused"] * 2
    assert ([one["id"] for one in listed], ended["ended_by"], len(over)) == ([made["id"]], "s", 1)


async def test_each_silence_is_seen_once_while_others_are_set_between_the_pages(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database)
    async with running(tmp_path) as client:
        made = [(await send(client, OFFICE, "/silences", SILENCE))["id"] for _ in range(5)]
        seen, path = list[str](), "/silences?limit=2"
        while path:
            page = await ask(client, path, UNIT)
            seen += [one["id"] for one in page.json()]
            path = page.links["next"]["url"].replace("?", "/silences?") if page.links else ""
            if len(seen) < 8:
                await send(client, OFFICE, "/silences", SILENCE)

    assert len(seen) == len(set(seen))
    assert {*made} <= {*seen}


async def test_the_inbox_says_its_next_page_in_its_answer_and_in_its_head(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    await told_service(open_database)
    async with running(tmp_path) as client:
        whole = (await ask(client, "/inbox", UNIT)).json()
        first = await ask(client, "/inbox?limit=1", UNIT)
        link = first.links["next"]["url"]
        rest = (await ask(client, "/inbox" + link.replace("limit=1", "limit=100"), UNIT)).json()

    assert len(whole["items"]) > 1
    assert link == f"?limit=1&after={first.json()['next']}"
    assert ([*first.json()["items"], *rest["items"]], rest["next"]) == (whole["items"], None)


async def test_what_a_merged_unit_was_told_is_in_the_inbox_of_its_heir_who_may_answer_it(
    open_database: OpenDatabase, tmp_path: Path
) -> None:
    db = await told_service(open_database)
    merged = UnitRegistered(unit_id="u1", name="原行政审批局", kind="bureau", successor="u2")
    async with running(tmp_path) as client:
        before = (await ask(client, "/inbox", OTHER)).json()
        await tell(db, handlers.on_unit_registered, merged)
        box = (await ask(client, "/inbox", OTHER)).json()
        path = f"/inbox/{box['items'][0]['notice_id']}/acknowledgement"
        done = await send(client, OTHER, path, {"reason": "已接手"})
        left = (await ask(client, "/inbox", OTHER)).json()

    assert (before["unread"], before["items"]) == (0, [])
    assert {one["recipient"] for one in box["items"]} == {"u1"}
    # The answer holds for what the heir is told of the task from now on.
    assert (done["recipient"], done["reason"]) == ("u2", "已接手")
    assert left["unread"] == box["unread"] - 1
