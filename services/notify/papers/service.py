"""Use cases of papers: draft one from a summary, edit, release and withdraw it.

Invariant: a draft gives way to a newer one of its period; what was released stays as it is.
"""

from dataclasses import dataclass

from services.notify.models import AnchorRow, PaperRow
from services.notify.papers import domain, repository
from services.notify.papers.domain import PaperState
from services.notify.papers.files import files_of
from services.notify.papers.kinds import KINDS
from services.notify.papers.kinds.kind import Summary
from shared.clock import local_date
from shared.database import Tx
from shared.errors import Conflict, Invalid
from shared.events.deadlines import PaperDrafted, PaperReleased, PaperWithdrawn
from shared.events.exchange import ArchiveAnchored
from shared.events.summaries import SummaryCompiled


@dataclass(frozen=True, slots=True)
class Release:
    """How a paper is released: its number 文号, the post of who signs it, and the account that does it."""

    number: str
    signer: str
    by: str


async def draft_paper(tx: Tx, event: Summary, issuer: str) -> None:
    """Draft the paper of a summary; earlier drafts of the period give way. A summary is drafted once."""
    kind = KINDS.get(event.kind)
    if kind is None or await tx.session.get(PaperRow, event.summary_id) is not None:
        return
    for draft in await repository.drafts_before(tx.session, event.kind, event.period):
        draft.state, draft.over_at, draft.over_reason = PaperState.SUPERSEDED, tx.now, event.summary_id
        tx.publish(PaperWithdrawn(**about(draft)))
    content = kind.write(event, await repository.read_names(tx.session, _tasks_of(event)))
    row = PaperRow(
        id=event.summary_id,
        kind=event.kind,
        period=event.period,
        version=event.version,
        summary_id=event.summary_id,
        as_of=event.as_of,
        state=PaperState.DRAFT,
        content=content.model_dump(mode="json"),
        next_steps=list(content.next_steps),
        issuer=issuer,
        signer="",
        dated_on=local_date(tx.now),
        drafted_at=tx.now,
        released_by="",
        over_by="",
        over_reason="",
    )
    row.sha256 = (await files_of(row)).sha256
    tx.session.add(row)
    tx.publish(PaperDrafted(**about(row), sha256=row.sha256))


def about(row: PaperRow) -> dict[str, str]:
    """Give what every event of a paper says of it."""
    return {"paper_id": row.id, "kind": row.kind, "period": row.period, "summary_id": row.summary_id}


def _tasks_of(event: Summary) -> set[str]:
    if not isinstance(event, SummaryCompiled):
        return set()  # The feeds know no tasks.
    listed = (event.lagging, event.blocked, event.extensions, event.proposed)
    return {one.task_id for part in listed for one in part} | {one.by for one in event.blocked}


async def edit_draft(tx: Tx, paper_id: str, next_steps: list[str]) -> PaperRow:
    """Write the section of what comes next anew.

    Raises:
        NotFound: There is no such paper.
        Conflict: It is no draft any more.
        Invalid: The section is empty, or too long.
    """
    row = await repository.get_paper(tx.session, paper_id, lock=True)
    domain.check_draft(row.state, verb="修改")
    row.next_steps = list(domain.read_next_steps(next_steps, KINDS[row.kind].lines))
    row.sha256 = (await files_of(row)).sha256
    return row


async def release_paper(tx: Tx, paper_id: str, release: Release) -> PaperRow:
    """Release a draft: it gets its number, its signer and its day, and its bytes are kept.

    Raises:
        NotFound: There is no such paper.
        Conflict: It is no draft any more, or the number is taken.
        Invalid: The number is written otherwise than numbers are, or nobody signs.
    """
    row = await repository.get_paper(tx.session, paper_id, lock=True)
    domain.check_draft(row.state, verb="印发")
    today = local_date(tx.now)
    number, signer = domain.read_number(release.number, today.year), release.signer.strip()
    if not signer:
        raise Invalid("请填写签发人职务", code="paper.signer_missing", field="signer")
    if (other := await repository.paper_with_number(tx.session, number)) is not None:
        message = f"文号 {number} 已用于公文 {other}，请换一个"
        raise Conflict(message, code="paper.number_taken", field="number", paper_id=other)
    row.number, row.signer, row.dated_on = number, signer, today
    row.state, row.released_at, row.released_by = PaperState.RELEASED, tx.now, release.by
    if anchor := await repository.newest_anchor(tx.session):
        row.anchor_position, row.anchor_hash = anchor.position, anchor.hash
    files = await files_of(row)
    row.docx, row.xlsx, row.sha256 = files.docx, files.xlsx, files.sha256
    tx.publish(PaperReleased(**about(row), number=number, sha256=row.sha256, by=release.by))
    return row


async def keep_anchor(tx: Tx, event: ArchiveAnchored) -> None:
    """Keep where the archive stood, for the papers that are released from now on; told again, it stays the first."""
    if await tx.session.get(AnchorRow, event.day) is None:
        tx.session.add(AnchorRow(day=event.day, position=event.position, hash=event.hash))


async def withdraw_paper(tx: Tx, paper_id: str, reason: str, by: str) -> PaperRow:
    """Withdraw a draft or a released paper, with the reason.

    Raises:
        NotFound: There is no such paper.
        Conflict: It is over already.
        Invalid: The reason is missing.
    """
    row = await repository.get_paper(tx.session, paper_id, lock=True)
    domain.check_standing(row.state)
    if not reason.strip():
        raise Invalid("撤回公文必须说明理由", code="paper.reason_missing", field="reason")
    row.state, row.over_at, row.over_by, row.over_reason = PaperState.WITHDRAWN, tx.now, by, reason.strip()
    tx.publish(PaperWithdrawn(**about(row), number=row.number, by=by))
    return row
