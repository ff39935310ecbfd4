"""The papers of June 2023: their numbers are those that the ledger and the radar show for the last instant of June."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import pytest
import pytest_asyncio

from services.notify.papers.domain_content import Line, Table
from services.notify.papers.domain_words import Names
from services.notify.papers.kinds import KINDS
from shared.events.summaries import SummaryCompiled
from shared.principal import Principal
from shared.testing import events_of
from tests.drill.player import OFFICE, REASONS, SCOPES, Play, stage

pytestmark = [pytest.mark.drill, pytest.mark.asyncio(loop_scope="module")]
JUNE_END = "2023-06-30T23:59:59.999999+08:00"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def june(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    """Play June 2023 on the catalogue: some tasks are handed in and closed, the month ends, and July begins."""
    async with stage(tmp_path_factory.mktemp("june"), []) as play:
        await play.begin_day(date(2023, 6, 20))
        due = (await play.call("GET", "/tasks", params={"due_to": "2023-06-30", "limit": 40}))["items"]
        for number, task in enumerate(one for one in due if one["answering_unit"]):
            await _work(play, task, ("accept", "progress", "submit") if number % 2 else ("accept",))
            if number % 4 == 1:
                await _review(play, task["id"])
        await play.begin_day(date(2023, 7, 3))
        yield play


async def _work(play: Play, task: dict[str, Any], moves: tuple[str, ...]) -> None:
    head = Principal(id="head", role="unit_lead", unit=task["answering_unit"], scopes=SCOPES)
    for move in moves:
        said = {"progress": 60} if move == "progress" else {}
        await play.call("POST", f"/tasks/{task['id']}/moves", head, json={"move": move, **said})


async def _review(play: Play, task_id: str) -> None:
    for move in ("verify", "close"):
        await play.call("POST", f"/tasks/{task_id}/moves", OFFICE, json={"move": move, **REASONS})


async def ledger(play: Play) -> list[dict[str, Any]]:
    """Read the whole ledger as it was at the last instant of June, over its own API."""
    query = {"as_of": JUNE_END, "limit": "500"}
    return [
        one
        for one in (await play.call("GET", "/tasks", params=query))["items"]
        if one["state"] != "cancelled"
    ]


async def test_the_numbers_of_the_june_papers_are_the_ledgers(june: Play) -> None:
    [summary] = [
        one for one in await events_of(june.db, SummaryCompiled) if one.summary_id == "monthly-2023-06-1"
    ]
    tasks = await ledger(june)
    lights = Counter(task["light"] for task in tasks)
    red = {task["id"] for task in tasks if task["light"] == "red"}
    radar = await june.call("GET", "/radar", params={"on": "2023-06-30"})

    assert summary.as_of == datetime.fromisoformat(JUNE_END)
    assert summary.totals.tasks == len(tasks) == 430
    assert {light: getattr(summary.totals, light) for light in lights} == lights
    assert {task.task_id for task in summary.lagging} == red
    assert summary.readings == Counter(goal["reading"] for goal in radar)


async def test_what_is_printed_are_the_numbers_of_the_ledger(june: Play) -> None:
    tasks = await ledger(june)
    red, done = (sum(task["light"] == light for task in tasks) for light in ("red", "done"))
    by_unit = Counter(task["answering_unit"] for task in tasks)

    for summary in await events_of(june.db, SummaryCompiled):
        if summary.summary_id not in {"monthly-2023-06-1", "quarterly-2023-Q2-1"}:
            continue
        content = KINDS[summary.kind].write(summary, Names())
        text = "".join(part.text for part in content.body if isinstance(part, Line))
        units = next(sheet for sheet in content.annexes if "单位" in sheet.name).table
        assert f"台账共有督办事项430项，已完成{done}项" in text
        assert f"红灯{red}项" in text
        assert sorted(row[2] for row in units.rows[:-1]) == sorted(by_unit.values())
        assert isinstance(units, Table)
        assert units.rows[-1][2] == 430
