"""A dry run: how the records of a sample would be read, in words, and all fields and codes that do not fit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.gateway.feeds.domain.drafts import Draft, Fault
from services.gateway.feeds.domain.reading import Context, Reading, read_record
from services.gateway.feeds.domain.targets import PRIVATE

MOST_SHOWN = 50  # Records that a person reads through; findings are of all.
_GIVES = {
    "service.accepted": "受理",
    "service.paused": "暂停",
    "service.resumed": "恢复",
    "service.completed": "办结",
    "rating.submitted": "评价",
    "order.received": "工单受理",
    "order.urged": "催办",
    "order.recalled": "撤单",
    "order.revisited": "工单回访",
    "approval.received": "审批结果",
}
_OWN = {"scheme", "raw", "source_id"}  # Fields that say nothing of a record.


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit, and in how many records; `values` are examples, as sent."""

    field: str
    code: str
    message: str
    remedy: str
    count: int
    values: tuple[str, ...]


class Shown(NamedTuple):
    """One record as it would be read."""

    place: str
    known_as: list[str]
    events: list[dict[str, object]]
    faults: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a sample came to."""

    records: list[Shown]
    findings: list[Finding]
    count: int


def try_records(sample: Iterable[tuple[str, Mapping[str, object] | Fault]], context: Context) -> Trial:
    """Read a sample of (place, record) without taking anything in."""
    shown: list[Shown] = []
    faults: list[Fault] = []
    count = 0
    for place, record in sample:
        count += 1
        reading = Reading(faults=[record]) if isinstance(record, Fault) else read_record(record, context)
        faults += reading.faults
        if len(shown) < MOST_SHOWN:
            shown.append(_shown(place, reading))
    return Trial(shown, _findings(faults), count)


def _shown(place: str, reading: Reading) -> Shown:
    events = [_event(draft) for draft in reading.drafts]
    return Shown(place, reading.names, events, [fault._asdict() for fault in reading.faults])


def _event(draft: Draft) -> dict[str, object]:
    event = draft.event
    fields = event.model_dump(mode="json", exclude=_OWN, exclude_defaults=True)
    private = [name for name in PRIVATE if getattr(draft.private, name)]
    meanings = [
        f"{one.title}：字段 {one.field} 的代码 {one.code} 按 {one.scheme} 为“{one.words}”"
        for one in draft.meanings
    ]
    gives = _GIVES[".".join(event.type.split(".")[-3:-1])]
    return {"gives": gives, "fields": fields, "meanings": meanings, "private": private}


def _findings(faults: Iterable[Fault]) -> list[Finding]:
    """Put alike faults together, the most frequent first."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    values: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for fault in faults:
        key = (fault.field, fault.code, fault.message, fault.remedy)
        counts[key] += 1
        values.setdefault(key, {})[fault.value] = None
    return [
        Finding(*key, count=count, values=tuple(one for one in list(values[key])[:10] if one))
        for key, count in counts.most_common()
    ]
