"""How papers are shown, and what people say of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.notify.models import InstructionRow, PaperRow
from services.notify.papers.domain import STATE_WORDS, PaperState
from services.notify.papers.domain_content import Content
from services.notify.papers.kinds import KINDS

Short = Annotated[str, Field(min_length=1, max_length=100)]
Id = Annotated[str, Field(min_length=1, max_length=64)]


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PaperItem(_Shown):
    """A paper in a list."""

    id: str
    kind: str
    kind_word: str = ""
    period: str
    version: int
    title: str = ""
    as_of: datetime
    state: str
    state_word: str = ""
    number: str | None
    signer: str
    dated_on: date
    drafted_at: datetime
    released_at: datetime | None
    sha256: str


class PapersView(BaseModel):
    """A page of papers, the latest draft first; `next` is the `after` of the page behind it."""

    items: list[PaperItem]
    next: str | None = None


class InstructionView(_Shown):
    """A leader's instruction; `id` is the sender's word of the task that comes of it."""

    id: str
    given_by: str
    given_on: date
    text: str
    units: list[str]
    due_on: date | None
    attachment_id: str | None
    entered_by: str
    entered_at: datetime


class PaperView(PaperItem):
    """A paper with all that stands in it, and the instructions on it."""

    content: Content
    next_steps: list[str]
    over_at: datetime | None
    over_by: str
    over_reason: str
    anchor_position: int | None
    anchor_hash: str | None
    instructions: list[InstructionView] = []


class EditBody(_Said):
    """The section of what comes next, a paragraph each."""

    next_steps: list[Annotated[str, Field(max_length=2000)]] = Field(max_length=100)


class ReleaseBody(_Said):
    """Number 文号 and post of the signer."""

    number: Id
    signer: Short


class WithdrawalBody(_Said):
    """Why."""

    reason: Annotated[str, Field(max_length=500)]


class InstructionBody(_Said):
    """A leader's instruction 批示; the first of `units` leads."""

    given_by: Short
    given_on: date
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    units: tuple[Id, ...] = Field(min_length=1, max_length=50)
    due_on: date | None = None
    attachment_id: Id | None = None
    client_ref: Annotated[str, Field(max_length=200)] = ""


def show_item(row: PaperRow) -> PaperItem:
    """Show a paper in a list."""
    return PaperItem.model_validate(row).model_copy(update=_words(row))


def show_paper(row: PaperRow, instructions: list[InstructionRow]) -> PaperView:
    """Show a paper whole."""
    shown = [InstructionView.model_validate(one) for one in instructions]
    return PaperView.model_validate(row).model_copy(update=_words(row) | {"instructions": shown})


def _words(row: PaperRow) -> dict[str, str]:
    return {
        "kind_word": KINDS[row.kind].word,
        "state_word": STATE_WORDS[PaperState(row.state)],
        "title": "".join(row.content["title"].splitlines()),
    }
