"""The files of a paper: its docx and the xlsx of its annex, written off the event loop's thread."""

import asyncio
import hashlib
from dataclasses import dataclass

from services.notify.models import PaperRow
from services.notify.papers.domain_content import Content
from services.notify.papers.domain_words import anchor_words


@dataclass(frozen=True, slots=True)
class Files:
    """The bytes of a paper."""

    docx: bytes
    xlsx: bytes

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of the docx, in hexadecimal."""
        return hashlib.sha256(self.docx).hexdigest()


async def files_of(row: PaperRow) -> Files:
    """Give the files of a paper: those that were released, or those that a draft has now."""
    if row.docx is not None and row.xlsx is not None:
        return Files(row.docx, row.xlsx)
    return await asyncio.to_thread(_write, row)


def _write(row: PaperRow) -> Files:
    # The two libraries take 20 MB, and a service that writes three papers a month starts without them.
    from services.notify.papers.writing_docx import Written, write_docx  # noqa: PLC0415
    from services.notify.papers.writing_xlsx import write_xlsx  # noqa: PLC0415

    content = Content.model_validate(row.content)
    paper = Written(
        content=content,
        next_steps=tuple(row.next_steps),
        issuer=row.issuer,
        number=row.number,
        signer=row.signer,
        on=row.dated_on,
        at=row.released_at or row.drafted_at,
        anchor=anchor_words(row.anchor_position, row.anchor_hash),
    )
    annex = write_xlsx(content.annexes, row.issuer, paper.at, footnote=paper.anchor)
    return Files(write_docx(paper), annex)
