"""The whole year of the 2023 plans is played, and the ledger says what the oracle works out."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import local_date
from shared.workdays import WorkCalendar
from tests.drill.player import Play, days, stage
from tests.drill.post import hour_of
from tests.drill.scenario import lines, read_gold

GOLD = Path(__file__).resolve().parents[3] / "shared" / "data" / "gold"
ORACLE = Path(__file__).with_name("oracle.py")
RADAR_DAY, JUNE_END, YEAR_END = "2023-06-25", "2023-06-30", "2023-12-31"
pytestmark = [pytest.mark.shared_data, pytest.mark.drill]


@dataclass
class Year:
    """A year that was played: the play, the scenario, and the radar as it was seen on its day."""

    play: Play
    scenario: Path
    radar: list[dict[str, Any]]

    def oracle(self, day: str, *flags: str) -> list[dict[str, Any]]:
        """Ask the oracle, which runs by itself and knows no service."""
        command = [sys.executable, str(ORACLE), str(GOLD), str(self.scenario), day, *flags]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in said.splitlines()]

    async def ledger(self, day: str) -> list[dict[str, Any]]:
        """Read the ledger as of the end of a day, in the oracle's words and order."""
        shown = {task["id"]: task for task in await self._pages(day)}
        return [{"task": name, **_said(shown[task_id])} for name, task_id in self.play.ids.items()]

    async def _pages(self, day: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query = {"as_of": day, "limit": "500"}
        while True:
            page = await self.play.call("GET", "/tasks", params=query)
            found += page["items"]
            if page["next"] is None:
                return found
            query["after"] = page["next"]


def _said(task: Mapping[str, Any]) -> dict[str, Any]:
    due = task["due_at"] and local_date(datetime.fromisoformat(task["due_at"])).isoformat()
    return {
        "state": task["state"],
        "progress": task["progress"],
        "due": due,
        "answering": task["answering_unit_name"],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    if not GOLD.is_dir():
        pytest.skip("no gold ledger beside the repository")
    folder = tmp_path_factory.mktemp("year")
    scenario = folder / "scenario.jsonl"
    scenario.write_text("".join(f"{line}\n" for line in lines(GOLD)), "utf-8")
    async with stage(folder, read_gold(GOLD)[0]) as play:
        played = Year(play, scenario, [])
        for day, actions in days(scenario):
            await play.begin_day(day)
            for action in actions:
                await play.act(action)
            if day.isoformat() == RADAR_DAY:
                played.radar = await play.call("GET", "/radar", params={"on": RADAR_DAY})
        yield played


@pytest.mark.parametrize("day", [JUNE_END, YEAR_END])
@pytest.mark.asyncio(loop_scope="module")
async def test_the_ledger_of_a_past_day_is_what_the_oracle_works_out(year: Year, day: str) -> None:
    assert await year.ledger(day) == year.oracle(day)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_radar_of_june_is_what_the_oracle_works_out(year: Year) -> None:
    expected = year.oracle(RADAR_DAY, "--radar")
    names = [name for name in expected[0] if name not in {"plan", "deciding"}]

    seen = [{name: goal[name] for name in names} | {"deciding": len(goal["deciding"])} for goal in year.radar]

    wanted = [{name: goal[name] for name in (*names, "deciding")} for goal in expected]
    assert sorted(map(str, seen)) == sorted(map(str, wanted))


@pytest.mark.asyncio(loop_scope="module")
async def test_the_radar_of_a_past_day_is_what_was_seen_then(year: Year) -> None:
    assert await year.play.call("GET", "/radar", params={"on": RADAR_DAY}) == year.radar


@pytest.mark.asyncio(loop_scope="module")
async def test_at_most_one_report_is_asked_of_a_unit_for_a_task_and_month(year: Year) -> None:
    counts = [count for _, _, count in await year.play.post.asks()]

    assert (len(counts) > 100, set(counts)) == (True, {1})


@pytest.mark.asyncio(loop_scope="module")
async def test_at_most_one_routine_message_goes_to_a_person_and_day_and_none_at_night_or_on_a_day_off(
    year: Year,
) -> None:
    routine = [one for one in await year.play.post.parcels() if not one.urgent]
    days_of = Counter((one.recipient, one.channel, hour_of(one)[0]) for one in routine)
    calendar = WorkCalendar()

    told = sum(one.notices for one in routine)  # One message tells all notices of its day.
    assert (told > 1000, max(days_of.values())) == (True, 1)
    assert {one.id for one in routine if not calendar.is_workday(hour_of(one)[0])} == set()
    assert {hour_of(one)[1] for one in routine} <= set(range(9, 18))
