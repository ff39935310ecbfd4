"""The whole catalogue as it stands or stood: the frame 18+5, targets and stage goals of plans, what planners set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from services.metrics.indicators import catalogue, domain_periods, repository
from services.metrics.indicators.domain import Indicator, Kind, Setting
from shared.clock import local_date
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which indicators are asked for; None for all.

    Attributes:
        kinds: Targets of plans, the frame 18+5, stage goals.
        as_of: Business time; `now` unless the past is asked for.
    """

    now: datetime
    as_of: datetime
    kinds: frozenset[Kind] = frozenset({"target"})
    plan: str | None = None
    task: str | None = None
    owner: str | None = None
    frame: str | None = None
    state: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether the present is asked for: all that is known counts."""
        return self.as_of >= self.now

    def takes(self, one: Indicator) -> bool:
        """Tell whether an indicator is asked for, whatever it stands at."""
        asked = (
            (self.plan, one.plans),
            (self.task, (one.task_id,)),
            (self.owner, (one.setting.owner,)),
            (self.frame, (one.frame,)),
        )
        return one.kind in self.kinds and all(said is None or said in has for said, has in asked)


def indicator(connection: Connection, indicator_id: str, wanted: Wanted) -> Indicator:
    """Give an indicator by its id.

    Raises:
        NotFound: There is none.
    """
    for one in indicators(connection, wanted):
        if one.indicator_id == indicator_id:
            return one
    message = f"没有指标 {indicator_id}，请从指标目录中选取"
    raise NotFound(message, code="indicator.not_found", field="indicator_id")


def indicators(connection: Connection, wanted: Wanted) -> list[Indicator]:
    """Give the whole catalogue as it stood by what was told by then: the frame, the targets, and the stage goals."""
    today = local_date(wanted.as_of)
    told = None if wanted.is_live else wanted.as_of
    issued, units = repository.issued(connection, told), repository.unit_ids(connection, told)
    set_ = repository.settings(connection, wanted.as_of)
    owners = {row.code: units.get(row.owner, "") for row in catalogue.frame()}
    found = [
        *(_of_frame(row, issued, owners, today) for row in catalogue.frame()),
        *(_of_target(row, issued, owners, today) for row in repository.targets(connection, told)),
        *(_of_goal(row, issued, owners) for row in repository.goals(connection, told)),
    ]
    return [replace(one, setting=_set(one.setting, *set_.get(one.indicator_id, (0, {})))) for one in found]


def _set(usual: Setting, version: int, changes: Mapping[str, Any]) -> Setting:
    read: dict[str, Any] = {
        name: Decimal(said) if name in {"lowest", "highest"} else said for name, said in changes.items()
    }
    return replace(usual, version=version, **read)


def _of_frame(
    row: catalogue.FrameRow, issued: Mapping[str, date | None], owners: Mapping[str, str], today: date
) -> Indicator:
    begins = min((day for plan in row.plans if (day := issued.get(plan))), default=None)
    return Indicator(
        indicator_id=row.code,
        kind="frame",
        name=row.name,
        plans=row.plans,
        task_id=None,
        operator=">=" if row.direction == "higher" else "<=",
        value=catalogue.HUNDRED if row.plans else None,
        value_max=None,
        unit=row.unit,
        due_on=None,
        period=None,
        strength="must",
        measure="tasks.completed" if row.plans else "",
        begins_on=begins,
        ends_on=domain_periods.end_of(None, begins or today),
        frame=row.code,
        level=row.level,
        setting=catalogue.usual(row.name, row.unit, "year", owners[row.code]),
    )


def _of_target(
    row: Any,  # noqa: ANN401 - a row.
    issued: Mapping[str, date | None],
    owners: Mapping[str, str],
    today: date,
) -> Indicator:
    begins, frame = issued.get(row.plan_id), catalogue.frame_of_plans().get(row.plan_id, "")
    cadence = domain_periods.cadence_of(row.period, row.due_on)
    return Indicator(
        indicator_id=row.target_id,
        kind="target",
        name=row.name,
        plans=(row.plan_id,),
        task_id=row.task_id,
        operator=row.operator,
        value=Decimal(str(row.value)),
        value_max=None if row.value_max is None else Decimal(str(row.value_max)),
        unit=row.unit,
        due_on=row.due_on,
        period=row.period,
        strength=row.strength,
        measure=catalogue.bindings().get((row.name, row.unit), ""),
        begins_on=begins,
        ends_on=domain_periods.end_of(row.due_on, begins or today, row.period),
        frame=frame,
        setting=catalogue.usual(row.name, row.unit, cadence, row.answering_unit or owners.get(frame, "")),
    )


def _of_goal(
    row: Any,  # noqa: ANN401 - a row.
    issued: Mapping[str, date | None],
    owners: Mapping[str, str],
) -> Indicator:
    frame = catalogue.frame_of_plans().get(row.plan_id, "")
    return Indicator(
        indicator_id=row.goal_id,
        kind="goal",
        name=f"阶段目标：{row.due_on} 前完成",
        plans=(row.plan_id,),
        task_id=None,
        operator=row.operator,
        value=Decimal(str(row.value)),
        value_max=None,
        unit=catalogue.PERCENT,
        due_on=row.due_on,
        period=None,
        strength=row.strength,
        measure="goals.progress",
        begins_on=issued.get(row.plan_id),
        ends_on=row.due_on,
        frame=frame,
        setting=catalogue.usual("", catalogue.PERCENT, "once", owners.get(frame, "")),
    )
