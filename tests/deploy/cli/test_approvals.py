"""审管联动 from end to end: sent to a real gateway, routed by the real tasks service, claimed and reconciled."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import Result

from services.tasks.dispatch.domain import APPROVAL
from services.tasks.handlers import on_approval_received
from shared.events.approvals import ApprovalReceived
from shared.events.claims import ApprovalClaimed, ApprovalRouted
from shared.testing import deliver_twice, events_of, json_lines, published, sqlite_database
from tests.deploy.gateways import Real, code_of, printed, real, run
from tests.gateway.feeds.approving import as_export
from tests.gateway.feeds.sending import SCOPES, register, send

UNITS = (
    b'[{"canonical": "\xe5\xb8\x82\xe5\x9c\xba\xe7\x9b\x91\xe7\xae\xa1\xe5\xb1\x80", "kind": "department"}]'
)
CSV = "用途,事项编码前缀,承办单位,起\n审批结果,0131,市场监管局,2023-01-01\n"


async def pass_on(gateway: Real, folder: Path) -> None:
    """Hand what the gateway published to the tasks service, each twice."""
    tasks = sqlite_database("tasks", folder, gateway.world.clock)
    found = [one for one in await published(gateway.world.db) if isinstance(one.data, ApprovalReceived)]
    await deliver_twice(tasks, on_approval_received(gateway.world.clock), *found)
    await tasks.close()


async def load(gateway: Real, folder: Path) -> str:
    """Load the unit and its row of the directory; give the id of the unit."""
    (folder / "directory.csv").write_text(CSV, "utf-8")
    await gateway.run("units", "load", "-", "--confirm", stdin=UNITS)
    rules = json_lines(
        printed(await gateway.run("dispatch", "import", str(folder / "directory.csv"), "--json"))
    )
    assert rules[0]["purpose"] == APPROVAL
    return str(rules[0]["unit_id"])


async def receive(gateway: Real) -> None:
    """Send two results about food and one that no row of the directory is about, from a code that nobody has."""
    async with await gateway.world.client(*SCOPES) as client:
        await register(client, "sp", "approvals")
        sent = [as_export(1), as_export(2), as_export(3, 事项编码="9900001")]
        assert (await send(client, "sp", sent)).json()["accepted"] == 3


async def as_unit(gateway: Real, unit: str, *arguments: str) -> Result:
    """Run `duban approvals` as the head of a unit."""
    key = await gateway.world.key(role="unit_lead", unit=unit)
    return await asyncio.to_thread(run, "approvals", *arguments, url=gateway.url, key=key)


async def reconciled(gateway: Real) -> tuple[int, list[int]]:
    """Give how the command ended, and what it says of received, recorded, routed, claimed and unroutable."""
    ended = await gateway.run("approvals", "reconcile", "--json")
    (row,) = json_lines(ended.stdout)
    names = ("received", "recorded", "routed", "claimed", "unroutable")
    return ended.exit_code, [row[name] for name in names]


@pytest.mark.slow
async def test_a_result_goes_from_the_feed_to_the_claim(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        unit = await load(gateway, tmp_path)
        await receive(gateway)
        before = await reconciled(gateway)
        await pass_on(gateway, tmp_path)
        mine = json_lines(printed(await as_unit(gateway, unit, "list", "--json")))
        ids = [one["id"] for one in mine]
        claimed = printed(await as_unit(gateway, unit, "claim", ids[0]))
        again = await as_unit(gateway, unit, "claim", ids[0])
        after = await reconciled(gateway)

    assert (before, after) == ((1, [3, 0, 0, 0, 0]), (0, [3, 3, 2, 1, 1]))
    assert {one["project_no"] for one in mine} == {"SP20230001", "SP20230002"}
    assert claimed == f"{ids[0]} {mine[0]['project_no']} 已由市场监管局认领\n"
    assert code_of(again) == "approval.not_pending"


@pytest.mark.slow
async def test_lists_and_reconciliations_are_shown_as_tables_and_pages_go_on(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        await load(gateway, tmp_path)
        await receive(gateway)
        await pass_on(gateway, tmp_path)
        first = printed(await gateway.run("approvals", "list", "--state", "unclaimed", "--limit", "2"))
        rest = printed(await gateway.run("approvals", "list", "--after", first.split()[-1]))
        none = printed(await gateway.run("approvals", "list", "--overdue"))
        day = printed(await gateway.run("approvals", "reconcile", "--source", "sp"))
        tasks = sqlite_database("tasks", tmp_path, gateway.world.clock)
        routed, claims = await events_of(tasks, ApprovalRouted), await events_of(tasks, ApprovalClaimed)
        await tasks.close()

    assert (first.count("SP2023"), rest.count("SP2023"), none.count("SP2023")) == (2, 1, 0)
    assert "还有更多：--after ap" in first
    assert ("市场监管局" in first + rest, "（督查室）" in first + rest) == (True, True)
    assert day.splitlines()[0].split()[:3] == ["来源", "收到", "登记"]
    assert (len(routed), claims) == (3, [])
