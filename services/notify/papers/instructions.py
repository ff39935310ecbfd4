"""A leader's instruction 批示 on a released paper, entered on the leader's behalf with its scan; it becomes a task.

Invariant: what it says stays in this database; the event has ids and days.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from services.notify.models import InstructionRow, PaperRow
from services.notify.papers import domain, repository
from services.notify.papers.service import about
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.deadlines import PaperInstructed


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What a leader instructs.

    Attributes:
        given_by: Post of the leader.
        units: Who is to act, the first of them leads.
        client_ref: A word of the sender by which a repeat is known; without it the text and the day are that.
        by: The account that enters it.
    """

    given_by: str
    given_on: date
    text: str
    units: tuple[str, ...]
    due_on: date | None = None
    attachment_id: str | None = None
    client_ref: str = ""
    by: str


async def instruct(tx: Tx, paper_id: str, said: Instruction) -> InstructionRow:
    """Enter an instruction; the same one again is the one that there is.

    Raises:
        NotFound: There is no such paper.
        Conflict: It is not released, or `client_ref` stands for another instruction.
        Invalid: A unit is not known, or a day makes no sense.
    """
    paper = await repository.get_paper(tx.session, paper_id, lock=True)
    domain.check_released(paper.state)
    instruction_id = _id_of(paper_id, said)
    known = await tx.session.get(InstructionRow, instruction_id)
    if known is not None:
        return _same(known, said)
    await _check(tx, paper, said)
    row = InstructionRow(
        id=instruction_id,
        paper_id=paper_id,
        given_by=said.given_by,
        given_on=said.given_on,
        text=said.text,
        units=list(said.units),
        due_on=said.due_on,
        attachment_id=said.attachment_id,
        entered_by=said.by,
        entered_at=tx.now,
    )
    tx.session.add(row)
    event = PaperInstructed(
        **about(paper),
        instruction_id=row.id,
        number=str(paper.number),
        units=said.units,
        due_on=said.due_on,
        given_on=said.given_on,
        attachment_id=said.attachment_id,
        by=said.by,
    )
    tx.publish(event)
    return row


def _id_of(paper_id: str, said: Instruction) -> str:
    word = said.client_ref or f"{said.given_by} {said.given_on} {said.text}"
    return f"i{hashlib.sha256(f'{paper_id} {word}'.encode()).hexdigest()[:16]}"


def _same(known: InstructionRow, said: Instruction) -> InstructionRow:
    if (known.text, known.units) != (said.text, list(said.units)):
        message = f"该批示已登记为 {known.id}（内容不同），请换一个 client_ref"
        raise Conflict(message, code="instruction.client_ref_taken", field="client_ref", id=known.id)
    return known


async def _check(tx: Tx, paper: PaperRow, said: Instruction) -> None:
    today = local_date(tx.now)
    if said.given_on > today or said.given_on < paper.dated_on:
        message = f"批示日期 {said.given_on} 应在公文印发日 {paper.dated_on} 至今天 {today} 之间"
        raise Invalid(message, code="instruction.day", field="given_on")
    if said.due_on is not None and said.due_on < today:
        message = f"办理时限 {said.due_on} 早于今天（{today}），请改为今后的日期"
        raise Invalid(message, code="instruction.due_past", field="due_on")
    if len(set(said.units)) != len(said.units):
        raise Invalid("同一单位只能出现一次", code="unit.twice", field="units")
    if unknown := await repository.unknown_units(tx.session, said.units):
        message = f"没有编号为 {unknown[0]} 的单位，请核对"
        raise Invalid(message, code="unit.unknown", field="units", unit=unknown[0])
