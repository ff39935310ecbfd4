"""Use cases of what people say of indicators: report, correct and upload values, set owners, find what is missed.

Invariant: nothing is overwritten; an upload is kept whole or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.metrics.indicators import catalogue, domain_periods, repository
from services.metrics.indicators.catalogue import Changes
from services.metrics.indicators.domain import Indicator
from services.metrics.indicators.domain_values import Reported, Said, check, holding
from services.metrics.indicators.service_catalogue import Wanted, indicator, indicators
from shared.clock import local_date
from shared.database import SyncTx
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events.indicators import IndicatorMissed, IndicatorReported
from shared.principal import UNIT_ROLES, Principal

MOST_FAULTS = 200  # Named at once.


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an upload: its place in the file, what it is about, and what it says."""

    row: int
    indicator_id: str
    said: Said


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of an upload."""

    row: int
    field: str
    code: str
    message: str


def report(tx: SyncTx, who: Principal, indicator_id: str, said: Said) -> Reported:
    """Keep a value of an indicator, and publish it.

    Raises:
        NotFound: There is no such indicator.
        Forbidden: It is another unit's.
        Invalid: Something of it can't be.
        Conflict: Somebody else reported at the same moment.
    """
    one = indicator(tx.connection, indicator_id, _now(tx.now))
    return _report(tx, who, one, said)


def upload(tx: SyncTx, who: Principal, lines: Sequence[Line]) -> list[Reported]:
    """Keep all values of a table, or none.

    Raises:
        Invalid: A line can't be kept; the detail `faults` names each by row and field.
    """
    known = {one.indicator_id: one for one in indicators(tx.connection, _now(tx.now))}
    kept: list[Reported] = []
    faults: list[Fault] = []
    for line in lines:
        try:
            kept.append(_report(tx, who, _named(known, line.indicator_id), line.said))
        except (Invalid, Forbidden, NotFound, Conflict) as error:
            faults.append(Fault(line.row, error.field, error.code, error.message))
    if faults:
        raise refused(faults)
    return kept


def refused(faults: Sequence[Fault]) -> Invalid:
    """Say what is wrong with an upload, of which nothing is kept."""
    first = faults[0]
    message = f"共 {len(faults)} 处错误，全部未导入；第 {first.row} 行：{first.message}"
    named = [
        {"row": one.row, "field": one.field, "code": one.code, "message": one.message}
        for one in faults[:MOST_FAULTS]
    ]
    return Invalid(message, code="indicator.upload", field=f"rows.{first.row}.{first.field}", faults=named)


def change(tx: SyncTx, who: Principal, indicator_id: str, changes: Changes, why: str) -> Indicator:
    """Set owner, cadence, range and the like of an indicator, whole, as a new version from now on.

    Raises:
        NotFound: There is no such indicator.
        Invalid: A number can't be, or there is no such unit.
    """
    catalogue.check_changes(changes)
    indicator(tx.connection, indicator_id, _now(tx.now))
    if changes.owner and changes.owner not in repository.unit_ids(tx.connection, None).values():
        message = f"owner 的取值 {changes.owner} 不是已登记的单位，请填单位编号"
        raise Invalid(message, code="indicator.owner", field="owner")
    row = {
        "indicator_id": indicator_id,
        "changes": changes.model_dump(mode="json", exclude_none=True),
        "set_at": tx.now,
        "set_by": who.id,
        "why": why,
    }
    repository.add_setting(tx.connection, row)
    return indicator(tx.connection, indicator_id, _now(tx.now))


def find_missed(tx: SyncTx) -> int:
    """Decide which periods were not reported by their due day, and publish each once; gives how many are new.

    Only what somebody owns is owed: of what nobody owns, the catalogue says that it has no owner.
    """
    today, found = local_date(tx.now), 0
    known, said = repository.missed(tx.connection, tx.now), repository.values(tx.connection)
    for one in indicators(tx.connection, _now(tx.now)):
        if one.measure or one.begins_on is None or not one.setting.owner:
            continue
        days = [value.on for value in holding(said.get(one.indicator_id, []))]
        span = (one.begins_on, one.ends_on)
        for period, due_on in domain_periods.owed(one.setting.cadence, span, today, one.setting.grace):
            is_there = any(period.first <= day <= period.last for day in days)
            if not is_there and period.name not in known.get(one.indicator_id, {}):
                row = {"indicator_id": one.indicator_id, "period": period.name, "due_on": due_on}
                found += _miss(tx, row | {"unit_id": one.setting.owner})
    return found


def _miss(tx: SyncTx, row: Mapping[str, object]) -> int:
    if not repository.add_missed(tx.connection, {**row, "decided_at": tx.now}):
        return 0
    tx.outbox.add(IndicatorMissed.model_validate(row), time=tx.now, revision=0)
    return 1


def _report(tx: SyncTx, who: Principal, one: Indicator, said: Said) -> Reported:
    _check_owner(who, one)
    values = repository.values(tx.connection, one.indicator_id).get(one.indicator_id, [])
    value = check(said, one, values, today=local_date(tx.now))
    number = len(values) + 1
    kept = Reported(
        indicator_id=one.indicator_id,
        number=number,
        value_id=f"{one.indicator_id}-v{number}",
        value=value,
        on=said.on,
        note=said.note,
        evidence=said.evidence,
        why=said.why.strip(),
        corrects=said.corrects,
        unit_id=one.setting.owner or who.unit,
        reported_by=who.id,
        reported_at=tx.now,
    )
    if not repository.add_value(tx.connection, kept):
        message = f"指标 {one.indicator_id} 刚有他人报送，请刷新历史后重试"
        raise Conflict(message, code="indicator.busy", field="indicator_id")
    tx.outbox.add(_event(kept, one), time=tx.now, revision=number)
    return kept


def _event(kept: Reported, one: Indicator) -> IndicatorReported:
    return IndicatorReported(
        indicator_id=kept.indicator_id,
        value_id=kept.value_id,
        value=str(kept.value),
        unit=one.unit,
        on=kept.on,
        note=kept.note,
        evidence=tuple(found for found in kept.evidence if found.startswith("att-")),
        corrects=kept.corrects,
        unit_id=kept.unit_id,
        by=kept.reported_by,
    )


def _check_owner(who: Principal, one: Indicator) -> None:
    if who.role in UNIT_ROLES and (not who.unit or who.unit != one.setting.owner):
        message = f"指标 {one.indicator_id} 的责任单位不是本单位，请联系方案主管确认责任单位"
        raise Forbidden(message, code="indicator.owner", field="indicator_id")


def _named(known: dict[str, Indicator], indicator_id: str) -> Indicator:
    if indicator_id in known:
        return known[indicator_id]
    message = f"没有指标 {indicator_id[:40]}，请从指标目录中选取"
    raise NotFound(message, code="indicator.not_found", field="indicator_id")


def _now(now: datetime) -> Wanted:
    return Wanted(now, now)
