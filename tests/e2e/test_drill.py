"""The drill of June 2023: every rung exactly once, though notify is killed on the way or away for two days.

`DRILL_SPEED` sets the business seconds per real second: 3600 is an hour per second, the speed of the acceptance.
"""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.drill import BEGINS, Drill, days, drill_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
SPEED = float(os.environ.get("DRILL_SPEED", "7200"))  # Two hours a second: three minutes for the whole drill.
SEED = int(os.environ.get("SEED", "2023"))
KILLS = 10
ENDS = datetime.fromisoformat("2023-07-05T00:00+08:00")
DUE = "2023-06-30 15:59:59.000000"  # The last second of 30 June in Shanghai, as it is stored.
# Offset, day and hour of each rung of a task due on 30 June 2023 (a Friday); 22 to 24 June were days off.
RUNGS = {
    -7: datetime.fromisoformat("2023-06-21T09:00+08:00"),
    -3: datetime.fromisoformat("2023-06-27T09:00+08:00"),
    0: datetime.fromisoformat("2023-06-30T09:00+08:00"),
    1: datetime.fromisoformat("2023-07-03T09:00+08:00"),
}
OFFICE = "supervision-office"
Key = tuple[str, int, str]  # Task, offset, recipient.


@pytest.fixture
def drill() -> Iterator[Drill]:
    # Not pytest's folder: its path is too long for a socket.
    with drill_in(Path(tempfile.mkdtemp(prefix="drill-")), speed=SPEED) as made:
        yield made


def expected(drill: Drill, *, closed: str) -> set[Key]:
    """Say who must be told what about each task due on 30 June, from the ledger's own tables.

    The task `closed` ends between the first and the second rung.
    """
    query = """
        SELECT c.task_id, u.unit_id, u.role FROM task_clock c JOIN task_unit u ON u.task_id = c.task_id
        JOIN unit n ON n.id = u.unit_id WHERE c.due_at = ? AND NOT n.collective
    """
    keys: set[Key] = set()
    for row in drill.rows("tasks", query, DUE):
        told = {0} if row["role"] == "cooperating" else set(RUNGS)
        keys |= {(row["task_id"], offset, row["unit_id"]) for offset in told}
        keys.add((row["task_id"], 1, OFFICE))
    return {key for key in keys if key[0] != closed or key[1] == min(RUNGS)}


def due_tasks(drill: Drill) -> list[str]:
    """List the ledger's tasks that are due on 30 June."""
    rows = drill.rows("tasks", "SELECT task_id FROM task_clock WHERE due_at = ? ORDER BY task_id", DUE)
    return [row["task_id"] for row in rows]


def keys_of(notices: list[dict[str, Any]], tasks: list[str]) -> Counter[Key]:
    of_interest = (one for one in notices if one["task_id"] in set(tasks))
    return Counter((one["task_id"], one["offset_days"], one["recipient"]) for one in of_interest)


async def begin(drill: Drill) -> None:
    await drill.prepare()
    for service in ("tasks", "notify"):
        drill.start(service)


def kill_ten_times(drill: Drill, *, close: str) -> None:
    """Kill notify at each rung, and at random in between, ten times in all; each time it is started again.

    One task is closed on the way, two days before its second rung.
    """
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret.
    span = (ENDS - days(1) - BEGINS).total_seconds() / 86400
    instants = [*RUNGS.values(), *(BEGINS + days(chance.uniform(0, span)) for _ in range(KILLS - len(RUNGS)))]
    deeds: list[tuple[datetime, str]] = [(instant, "") for instant in instants]
    for instant, task_id in sorted([*deeds, (RUNGS[-3] - days(2), close)]):
        drill.until(instant)
        if task_id:
            drill.close_task(task_id)
        else:
            drill.kill("notify")
            drill.start("notify")
        if instant == RUNGS[-7]:
            drill.until_decided(RUNGS[-7], seconds=60)  # Else a slow start would let the closing come first.


async def test_every_rung_is_told_exactly_once_though_notify_is_killed_ten_times(drill: Drill) -> None:
    await begin(drill)
    drill.until_ready("tasks")
    closed, *_ = tasks = due_tasks(drill)
    kill_ten_times(drill, close=closed)
    drill.until(ENDS)

    drill.until_decided(ENDS, seconds=60)

    published, told = drill.published(), drill.told()
    assert len(tasks) >= 80
    assert keys_of(told, tasks) == Counter(dict.fromkeys(expected(drill, closed=closed), 1))
    assert keys_of(published, tasks) == keys_of(told, tasks)
    assert len({one["notice_id"] for one in published}) == len(published) == len(told)


async def test_what_was_missed_in_two_days_is_decided_within_a_minute_once_and_marked_late(
    drill: Drill,
) -> None:
    await begin(drill)
    drill.until_ready("notify")
    drill.until(RUNGS[-3] - days(0.5))
    drill.until_decided(RUNGS[-7], seconds=60)
    drill.kill("notify")
    drill.until(RUNGS[-3] + days(1.5))

    drill.start("notify")
    took = drill.until_decided(RUNGS[-3], seconds=60)

    tasks = due_tasks(drill)
    missed = [one for one in drill.told() if one["offset_days"] == -3 and one["task_id"] in tasks]
    assert took <= 60
    assert keys_of(missed, tasks) == Counter({key: 1 for key in expected(drill, closed="") if key[1] == -3})
    assert all(one["late"] for one in missed)
