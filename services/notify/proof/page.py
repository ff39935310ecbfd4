"""The page of a proof, as the API answers it and the paper prints it. All instants are business time."""

from datetime import datetime

from pydantic import BaseModel


class AttemptPart(BaseModel):
    """One attempt to send a notice; every attempt of it through a channel carries the same `parcel_id`.

    Attributes:
        instead_of: Channel on which the recipient's route before this one failed for good; empty for a first route.
    """

    channel: str
    number: int
    parcel_id: str | None
    outcome: str
    outcome_word: str
    detail: str
    at: datetime | None
    instead_of: str


class ArchivePart(BaseModel):
    """Where the event of a notice stands in the archive."""

    position: int
    sequence: int
    hash: str


class NoticePart(BaseModel):
    """One decision for one recipient; `archive` is empty for what was told to nobody.

    Attributes:
        verified: The archive says the same: of what was told, and of the answer that held back what was not.
    """

    id: str
    clock: str
    clock_word: str
    due_at: datetime
    rung: str
    rung_word: str
    offset_days: int
    occurrence: int
    recipient: str
    recipient_name: str
    planned_at: datetime
    decided_at: datetime
    verdict: str
    told: bool
    reason: str
    late: bool
    rules_version: int
    read_at: datetime | None
    attempts: list[AttemptPart]
    archive: ArchivePart | None
    verified: bool


class AnswerPart(BaseModel):
    """What a recipient answered to a notice: 知悉 or 稍后提醒.

    Attributes:
        reason: As recorded; the archive does not know it.
        archive: Where the answer stands there; none where it is a record of notify alone.
    """

    notice_id: str
    clock: str
    clock_word: str
    recipient: str
    recipient_name: str
    answer: str
    answer_word: str
    at: datetime
    until_at: datetime
    by: str
    reason: str
    archive: ArchivePart | None


class EraPart(BaseModel):
    """One due instant of a clock and how long it held."""

    due_at: datetime
    known_from: datetime
    until: datetime | None


class ExtensionPart(BaseModel):
    """An extension 延期 that was asked for."""

    number: int
    asked_at: datetime
    old_due_at: datetime
    wanted_on: str
    outcome: str
    outcome_word: str
    granted_on: str
    decided_at: datetime | None


class ClockPart(BaseModel):
    """A clock 时限: its due instants in order, the original one first."""

    clock: str
    clock_word: str
    eras: list[EraPart]
    extensions: list[ExtensionPart]


class UnitsPart(BaseModel):
    """Who answered for the task from an instant on; more than one where it changed hands 改派."""

    since: datetime
    units: list[str]


class GapPart(BaseModel):
    """A rung that the rules planned and that has no notice, for a unit or for all."""

    clock: str
    clock_word: str
    due_at: datetime
    rung: str
    rung_word: str
    planned_at: datetime
    unit_name: str
    explained: bool
    reason: str


class SpanPart(BaseModel):
    """When the service was down."""

    begin: datetime
    end: datetime


class ProofPage(BaseModel):
    """The proof of notice of one task.

    Attributes:
        verified: Every told notice stands in the archive, once, with the same content, in an unbroken link.
        verdict: In one Chinese sentence, whether it verifies and has gaps.
        problems: What does not verify, in Chinese.
        unexplained: How many gaps have no reason.
        archive: The newest archived event of the task: printed, it is a witness outside the system.
    """

    task_id: str
    number: str
    title: str
    state: str
    made_at: datetime
    drill: bool
    verified: bool
    verdict: str
    problems: list[str]
    unexplained: int
    clocks: list[ClockPart]
    units: list[UnitsPart]
    notices: list[NoticePart]
    answers: list[AnswerPart]
    gaps: list[GapPart]
    downtimes: list[SpanPart]
    archive: ArchivePart | None
