"""The intake of results of approvals: the same from every form, by version, once, with no name outside the vault."""

import logging
from datetime import date
from pathlib import Path

import httpx
import pytest

from services.gateway.feeds.api_approvals import set_against
from shared.clock import local_date
from shared.database import Database
from shared.events.approvals import ApprovalReceived
from shared.testing import events_of
from tests.gateway.feeds.approving import CREDIT, LICENCE, NAME, PHONE, as_export, as_words
from tests.gateway.feeds.sending import SCOPES, Record, register, send, workbook
from tests.gateway.vault.test_nothing_leaks import escaped, files_of
from tests.gateway.world import World, gateway

OWN = {"approval_id", "source_id", "scheme", "raw_code"}
REVOKED = {"审批结果": "撤销", "审批时间": "2023-06-01"}


async def outcomes(client: httpx.AsyncClient, *records: Record) -> list[str]:
    """Send records one after the other."""
    return [(await send(client, "sp", [one])).json()["records"][0]["outcome"] for one in records]


async def results(db: Database) -> list[ApprovalReceived]:
    return await events_of(db, ApprovalReceived)


async def test_a_result_says_the_same_in_every_form(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "sheet", "approvals")
        await register(client, "own", "duban")
        answers = [
            await send(client, "sheet", workbook({"审批结果": [as_export(1), as_export(2)]})),
            await send(client, "own", [as_words(1), as_words(2)]),
        ]

    assert [(one.status_code, one.json()["accepted"]) for one in answers] == [(200, 2)] * 2
    said: dict[str, list[object]] = {"sheet": [], "own": []}
    for one in await results(world.db):
        said[one.source_id].append(one.model_dump(exclude=OWN))
    assert said["sheet"] == said["own"]
    first = (await results(world.db))[0]
    assert (first.approval_id, first.version, first.result, first.raw_code) == (
        "sheet.SP20230001",
        1,
        "granted",
        "准予",
    )


async def test_a_result_is_taken_once_and_another_decision_is_the_next_version(world: World) -> None:
    first, revoked = as_export(), as_export(1, **REVOKED)
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        found = await outcomes(client, first, first, revoked, revoked, first)
        (day,) = (await client.get("/api/v1/feed-reconciliation", params={"source": "sp"})).json()

    assert found == ["accepted", "repeated", "accepted", "repeated", "repeated"]
    assert [(one.version, one.result) for one in await results(world.db)] == [(1, "granted"), (2, "revoked")]
    assert (day["events"], day["received"], day["repeated"]) == ({"approval": 2}, 5, 3)


async def test_versions_of_a_source_that_numbers_them_come_in_any_order(world: World) -> None:
    second = as_export(1, **REVOKED, 结果版本="2")
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        found = await outcomes(client, second, as_export(结果版本="1"), second, as_export(结果版本="2"))
        (reject,) = (await client.get("/api/v1/feed-rejects")).json()

    assert found == ["accepted", "accepted", "repeated", "conflict"]
    assert [one.version for one in await results(world.db)] == [2, 1]
    assert (reject["code"], "结果版本" in reject["remedy"]) == ("record.conflict", True)


async def test_versions_within_one_batch_are_told_apart(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        batch = [as_export(), as_export(1, **REVOKED), as_export()]
        answer = (await send(client, "sp", batch)).json()

    assert (answer["accepted"], answer["repeated"]) == (2, 1)
    assert [one.version for one in await results(world.db)] == [1, 2]


async def test_a_result_may_amend_one_of_another_number_and_never_itself(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        good = await send(client, "sp", [as_export(2, 审批结果="变更", 原办件编号="SP20230001")])
        bad = await send(client, "sp", [as_export(3, 原办件编号="SP20230003")])

    assert (good.json()["accepted"], bad.json()["records"][0]["code"]) == (1, "approval.amends_itself")
    assert [one.amends for one in await results(world.db)] == ["sp.SP20230001"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"审批结果": "同意"}, "审批结果", "code.unknown"),
        ({"事项编码": ""}, "事项编码", "field.missing"),
        ({"审批部门统一社会信用代码": ""}, "审批部门统一社会信用代码", "field.missing"),
        ({"审批时间": "2099-01-01"}, "审批时间", "time.invalid"),
    ],
)
async def test_a_wrong_record_is_refused_by_its_field_and_taken_once_mended(
    world: World, changes: dict[str, str], field: str, code: str
) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        dry = await client.post("/api/v1/feed-sources/sp/dry-run", json=[as_export(1, **changes)])
        (bad,) = (await send(client, "sp", [as_export(1, **changes)])).json()["records"]
        path = f"/api/v1/feed-rejects/{bad['reject_id']}/replay"
        done = (await client.post(path, json={"record": as_export()})).json()

    assert (dry.status_code, dry.json()["findings"][0]["code"]) == (422, code)
    assert (bad["field"], bad["code"], done["outcome"]) == (field, code, "accepted")


async def test_a_dry_run_shows_how_a_result_is_read(world: World) -> None:
    async with await world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        dry = (await client.post("/api/v1/feed-sources/sp/dry-run", json=[as_export()])).json()

    (event,) = dry["records"][0]["events"]
    assert (event["gives"], event["private"]) == ("审批结果", ["name", "phone", "certificate", "text"])
    assert event["meanings"][-1] == "审批结果：字段 审批结果 的代码 准予 按 words 为“准予”"
    assert await results(world.db) == []


async def test_who_applied_stands_in_the_vault_and_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = [NAME, CREDIT, LICENCE, PHONE]
    async with gateway(tmp_path) as world, await world.client(*SCOPES, "vault:read") as client:
        await register(client, "sp", "approvals")
        await send(client, "sp", [as_export(), as_export(2, 审批结果="同意")])
        look = {"kinds": ["name", "certificate", "text"], "reason": "核对行政相对人"}
        shown = (await client.post("/api/v1/vault/sp.SP20230001/unmasked", json=look)).json()

    assert shown["pieces"] == {"name": NAME, "certificate": CREDIT, "text": LICENCE}
    kept = [*files_of(tmp_path), caplog.text.encode()]
    forms = [(one, form) for one in planted for form in (one.encode(), escaped(one))]
    assert len(kept) > 1
    assert [one for one, form in forms if any(form in hay for hay in kept)] == []


async def test_a_day_is_set_against_what_the_ledger_has(world: World) -> None:
    day = local_date(world.clock.now())
    world.inner.answer = lambda _: httpx.Response(
        200, json=[{"source": "sp", "recorded": 1, "claimed": 1}, {"source": "old", "recorded": 2}]
    )
    async with await world.client(*SCOPES, "tasks:read", role="supervisor") as client:
        await register(client, "sp", "approvals")
        await send(client, "sp", [as_export(1), as_export(2)])
        every = (await client.get("/api/v1/approval-reconciliation")).json()
        one = (await client.get(f"/api/v1/approval-reconciliation?day={day}&source=sp")).json()
        other = (await client.get("/api/v1/approval-reconciliation?day=2020-01-01&source=sp")).json()

    rows = {
        row["source"]: (row["received"], row["recorded"], row["difference"], row["claimed"]) for row in every
    }
    assert rows == {"sp": (2, 1, 1, 1), "old": (0, 2, -2, 0)}
    assert [row["source"] for row in one] == ["sp"]
    assert other[0]["received"] == 0
    assert world.inner.asked[0].url.query == f"day={day}".encode()


async def test_a_refusal_of_the_ledger_is_handed_on(world: World) -> None:
    world.inner.answer = lambda _: httpx.Response(403, json={"code": "role.refused"})
    async with await world.client("tasks:read", role="unit", unit="u1") as client:
        answer = await client.get("/api/v1/approval-reconciliation")

    assert (answer.status_code, answer.json()["code"]) == (403, "role.refused")


def test_nothing_received_and_nothing_recorded_is_no_row() -> None:
    assert set_against({}, [], date(2023, 6, 20)) == []
