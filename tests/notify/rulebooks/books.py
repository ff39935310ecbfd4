"""Rulebooks that tests hand in: a copy of the shipped one, changed."""

import json
from typing import Any

from services.notify import handlers
from services.notify.rules import shipped_rules
from shared.database import Database
from shared.events.supervision import UnitRegistered
from tests.notify.made import adopt_shipped_rules, task_registered, tell

Json = Any


def book(**changes: Json) -> Json:
    """Give the shipped rules; `changes` are of the one common rule."""
    made = json.loads(shipped_rules())
    made["rules"][0] |= changes
    return made


def with_rule(**changes: Json) -> Json:
    """Give the shipped rules with a second one, a copy of the common one but for `changes`."""
    made = book()
    made["rules"].insert(1, made["rules"][0] | changes)
    return made


async def begin(db: Database) -> None:
    """Adopt the shipped rules, and know one unit and one task of a plan."""
    await adopt_shipped_rules(db)
    unit = UnitRegistered(unit_id="u1", name="行政审批局", kind="bureau")
    await tell(db, handlers.on_unit_registered, unit)
    task = task_registered().model_copy(update={"plan_id": "p1"})
    await tell(db, handlers.on_task_registered, task)
