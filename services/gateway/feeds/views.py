"""What the API shows of records, sources and refused records; never a secret, and raw bytes only where asked for."""

from collections import Counter
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.gateway.feeds.domain.steps import Outcome
from services.gateway.feeds.entries import Answer, Raw


class PartOut(BaseModel):
    """One event that a record gave."""

    gives: str
    id: str
    outcome: Outcome


class RecordOut(BaseModel):
    """What became of one record."""

    line: int
    sheet: str = ""
    outcome: Outcome
    parts: list[PartOut] = Field(default_factory=list)
    field: str = ""
    value: str = ""
    code: str = ""
    message: str = ""
    remedy: str = ""
    reject_id: str = ""


class TakenOut(BaseModel):
    """What became of the records of a request."""

    received: int
    accepted: int = 0
    corrected: int = 0
    repeated: int = 0
    ignored: int = 0
    conflict: int = 0
    rejected: int = 0
    records: list[RecordOut] = Field(default_factory=list)


class TrialEventOut(BaseModel):
    """An event that a record would give; `private` names what of it would go into the vault."""

    gives: str
    fields: dict[str, JsonValue]
    meanings: list[str]
    private: list[str]


class TrialRecordOut(BaseModel):
    """One record as it would be read."""

    place: str
    known_as: list[str]
    events: list[TrialEventOut]
    faults: list[dict[str, str]]


class TrialOut(BaseModel):
    """What a sample came to; one that does not fit is refused with its findings."""

    fits: bool
    count: int
    records: list[TrialRecordOut]


def show_record(raw: Raw, answer: Answer) -> RecordOut:
    """Show what became of a record."""
    shown = RecordOut(line=raw.line, sheet=raw.sheet, outcome=answer.outcome, reject_id=answer.reject_id)
    shown.parts = [PartOut(gives=part.gives, id=part.id, outcome=part.outcome) for part in answer.parts]
    if answer.fault is not None:
        for name, value in answer.fault._asdict().items():
            setattr(shown, name, value)
    return shown


def show_taken(records: list[RecordOut]) -> TakenOut:
    """Show what became of all."""
    counts = Counter(record.outcome.value for record in records)
    return TakenOut(received=len(records), **counts, records=records)


class RejectOut(BaseModel):
    """A refused record without its content."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    source_id: str
    day: date
    at: datetime
    place: str
    outcome: str
    field: str
    code: str
    message: str
    remedy: str
    state: str
    decided_at: datetime | None
    decided_by: str
    reason: str


class RejectWhole(RejectOut):
    """A refused record with its content."""

    raw: str


class Reconciled(BaseModel):
    """What a source sent on a day, against what it says."""

    source: str
    day: date
    received: int
    accepted: int
    corrected: int
    repeated: int
    ignored: int
    conflict: int
    rejected: int
    rejects: dict[str, int] = Field(
        description="被拒和冲突的记录：open 未处理、replayed 已补收、discarded 已作废"
    )
    events: dict[str, int] = Field(description="各类事件数，不含补收的")
    stated: int | None = Field(description="来源自报的当日条数；未报为空")
    difference: int | None = Field(description="收到的条数（不含重复）减自报条数")
